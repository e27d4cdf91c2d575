package applicant

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// node is a value of a JSON document, with the line that it is on.
type node struct {
	line     int
	token    json.Token // json.Delim of an object or a list, or a scalar
	members  []member   // of an object, in its order; names may come twice
	elements []node     // of a list
}

// member is a value of an object by its name.
type member struct {
	name  string
	line  int
	value node
}

// documentError tells the line on which a document is not JSON.
type documentError struct{ line int }

func (e *documentError) Error() string { return "applicant: not JSON" }

// readDocument reads one JSON document in UTF-8. It fails with a documentError.
func readDocument(content []byte) (node, error) {
	r := documentReader{content: content, decoder: json.NewDecoder(bytes.NewReader(content))}
	r.decoder.UseNumber()
	n, err := r.node()
	_, after := r.decoder.Token()
	if err != nil || !errors.Is(after, io.EOF) || !utf8.Valid(content) {
		return node{}, &documentError{line: r.line()}
	}
	return n, nil
}

type documentReader struct {
	content []byte
	decoder *json.Decoder
}

// line is that of what was read last.
func (r documentReader) line() int {
	return 1 + bytes.Count(r.content[:r.decoder.InputOffset()], []byte("\n"))
}

func (r documentReader) node() (n node, err error) {
	if n.token, err = r.decoder.Token(); err != nil {
		return n, err
	}
	n.line = r.line()
	switch n.token {
	case json.Delim('{'):
		err = r.members(&n)
	case json.Delim('['):
		err = r.elements(&n)
	default:
		return n, nil
	}
	if err == nil {
		_, err = r.decoder.Token() // the end of it
	}
	return n, err
}

func (r documentReader) members(n *node) error {
	for r.decoder.More() {
		name, err := r.decoder.Token()
		if err != nil {
			return err
		}
		m := member{line: r.line()}
		m.name, _ = name.(string)
		if m.value, err = r.node(); err != nil {
			return err
		}
		n.members = append(n.members, m)
	}
	return nil
}

func (r documentReader) elements(n *node) error {
	for r.decoder.More() {
		element, err := r.node()
		if err != nil {
			return err
		}
		n.elements = append(n.elements, element)
	}
	return nil
}
