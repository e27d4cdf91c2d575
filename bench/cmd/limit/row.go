package main

import "database/sql"

// leadRow is a row of page.
type leadRow struct {
	id, requestedAt                                         sql.RawBytes
	familyName, givenName, patronymic, phone, email, region sql.RawBytes
	covered                                                 bool
	total, subjects, scores                                 sql.RawBytes
	keys                                                    [6]sql.RawBytes
}

func (l *leadRow) columns(sealed bool) []any {
	into := []any{
		&l.id, &l.requestedAt, &l.familyName, &l.givenName, &l.patronymic, &l.phone, &l.email, &l.region,
		&l.covered, &l.total, &l.subjects, &l.scores,
	}
	if sealed {
		for i := range l.keys {
			into = append(into, &l.keys[i])
		}
	}
	return into
}

// begin writes a lead up to its first result. What is sealed has no text here: its
// length stands in.
func (l *leadRow) begin(out *writer, sealed bool) {
	value := out.value
	if sealed {
		value = func(v []byte) { out.number(len(v)) }
	}
	out.text(`{"id":`)
	out.value(l.id)
	out.text(`,"requestedAt":`)
	out.time(l.requestedAt)
	out.text(`,"user":{"familyName":`)
	value(l.familyName)
	out.text(`,"givenName":`)
	value(l.givenName)
	out.text(`,"patronymic":`)
	value(l.patronymic)
	out.text(`,"phone":`)
	value(l.phone)
	out.text(`,"email":`)
	value(l.email)
	out.text(`,"region":`)
	out.code(l.region)
	out.text(`,"entResults":[`)
}

// result writes a result, or null for a list that is not covered.
func (l *leadRow) result(out *writer) {
	switch {
	case !l.covered:
		out.text("null")
	case l.total != nil:
		out.text(`{"total":`)
		out.raw(l.total)
		out.text(`,"scores":`)
		out.scores(l.subjects, l.scores)
		out.text(`}`)
	}
}
