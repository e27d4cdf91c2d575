package graph

import "joo.kz/kelisim/internal/privacy"

// withheldField is a line of extensions.privacy.withheld: a field that was asked
// for and not shown, and of how many persons.
type withheldField struct {
	Field    string `json:"field"`
	Path     string `json:"path"`
	Category string `json:"category"`
	Reason   string `json:"reason"`
	Count    int    `json:"count"`
}

// summary is extensions.privacy.
type summary struct {
	Purpose       string           `json:"purpose"`
	PolicyVersion int32            `json:"policyVersion"`
	Withheld      []*withheldField `json:"withheld"`
}

func (op *operation) summary(inForce int32) summary {
	op.mu.Lock()
	defer op.mu.Unlock()
	s := summary{Purpose: op.plan.Purpose.String(), PolicyVersion: inForce, Withheld: []*withheldField{}}
	for _, root := range op.plan.order {
		s.Withheld = append(s.Withheld, op.withheld[root]...)
	}
	return s
}

// withhold counts the persons whose records do not open a field below a root
// field: from the verdicts alone, whether or not there is a value.
func (op *operation) withhold(root string, records []*privacy.Record) {
	op.mu.Lock()
	defer op.mu.Unlock()
	for _, f := range op.plan.perRecord(root) {
		op.withheld[root] = append(op.withheld[root], f.withheld(records)...)
	}
}

// withheld is what of a field the records withhold: a line for each reason, in
// the order in which the records give them.
func (f PlannedField) withheld(records []*privacy.Record) []*withheldField {
	var lines []*withheldField
	byReason := map[privacy.Reason]*withheldField{}
	for _, r := range records {
		if r.Readable().Has(f.Category) {
			continue
		}
		line := byReason[r.Reason()]
		if line == nil {
			line = &withheldField{Field: f.Coordinate, Path: f.Path, Category: f.Category.String(), Reason: r.Reason().String()}
			byReason[r.Reason()] = line
			lines = append(lines, line)
		}
		line.Count++
	}
	return lines
}
