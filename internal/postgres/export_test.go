package postgres

// Statements lists the names of all statements.
func Statements() ([]string, error) {
	all, err := readStatements()
	var names []string
	for name := range all {
		names = append(names, name)
	}
	return names, err
}

// Features lists the names that a statement's lines belong to, each once.
func Features(statement string) ([]string, error) {
	all, err := readStatements()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var names []string
	for _, l := range all[statement].lines {
		for _, n := range l.names {
			if !seen[n] {
				seen[n] = true
				names = append(names, n)
			}
		}
	}
	return names, nil
}

// Lines are the lines of a statement that belong to features, with their names.
func Lines(statement string) (map[string][]string, error) {
	all, err := readStatements()
	if err != nil {
		return nil, err
	}
	lines := map[string][]string{}
	for _, l := range all[statement].lines {
		if len(l.names) > 0 {
			lines[l.text] = append(lines[l.text], l.names...)
		}
	}
	return lines, nil
}

// Render is a statement with the lines of some features.
func Render(statement string, names []string, args map[string]any) (string, []any, error) {
	all, err := readStatements()
	if err != nil {
		return "", nil, err
	}
	f := features{}
	for _, n := range names {
		f[n] = true
	}
	return all[statement].render(f, args)
}
