package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

var (
	errSecondValue = errors.New("graph: more than one JSON value")
	errNameTwice   = errors.New("graph: a name twice in a JSON object")
	errNotUTF8     = errors.New("graph: JSON that is not in UTF-8")
)

// decode reads one JSON value in UTF-8, in which no object has a name twice, and
// nothing after it.
func decode(r io.Reader, into any) error {
	d := json.NewDecoder(r)
	var value json.RawMessage
	if err := d.Decode(&value); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errSecondValue
	}
	if !utf8.Valid(value) {
		return errNotUTF8
	}
	if err := distinct(json.NewDecoder(bytes.NewReader(value))); err != nil {
		return err
	}
	return decodeNumbers(value, into)
}

// decodeNumbers decodes a value and keeps its numbers as they are written.
func decodeNumbers(value json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	return d.Decode(into)
}

// UnmarshalJSON reads the members of a request by their very names: encoding/json
// would take QUERY for query, and answer another document than a proxy has seen.
func (in *request) UnmarshalJSON(value []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(value, &members); err != nil {
		return err
	}
	for name, into := range map[string]any{
		"query": &in.Query, "operationName": &in.OperationName, "variables": &in.Variables, "extensions": &in.Extensions,
	} {
		if member, given := members[name]; given {
			if err := decodeNumbers(member, into); err != nil {
				return err
			}
		}
	}
	return nil
}

// distinct reads a value, and fails where an object in it has a name twice: which
// of two counts differs from reader to reader.
func distinct(d *json.Decoder) error {
	start, err := d.Token()
	if err != nil || start != json.Delim('{') && start != json.Delim('[') {
		return err
	}
	names := map[json.Token]bool{}
	for d.More() {
		if start == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if names[name] {
				return errNameTwice
			}
			names[name] = true
		}
		if err := distinct(d); err != nil {
			return err
		}
	}
	_, err = d.Token() // the end of it
	return err
}
