package main

import (
	"database/sql"
	"net/http"
)

// me writes a person: one statement for them and their results, one for their
// applications.
func (s *statements) me(r *http.Request, out *writer, user string) error {
	rows, err := s.person.QueryContext(r.Context(), user)
	if err != nil {
		return err
	}
	out.text(`{"data":{"me":{`)
	if err := personRows(rows, out); err != nil {
		return err
	}
	if rows, err = s.application.QueryContext(r.Context(), user); err != nil {
		return err
	}
	out.text(`,"grantApplications":[`)
	if err := applicationRows(rows, out); err != nil {
		return err
	}
	out.text(`]}}}`)
	return nil
}

func personRows(rows *sql.Rows, out *writer) error {
	defer func() { _ = rows.Close() }()
	const texts = 11
	names := [texts]string{
		`"familyName":`, `,"givenName":`, `,"patronymic":`, `,"iin":`, `,"birthDate":`, `,"sex":`, `,"phone":`, `,"email":`, `,"region":`, `,"address":`, `,"profileSubjects":`,
	}
	var c [17]sql.RawBytes
	into := make([]any, len(c))
	for i := range c {
		into[i] = &c[i]
	}
	for n := 0; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if n > 0 {
			out.text(",")
		} else {
			for i, name := range names {
				out.text(name)
				switch i {
				case 4:
					out.value(c[i][:min(len(c[i]), len("2008-07-16"))])
				case 8:
					out.code(c[i])
				case 10:
					out.words(c[i])
				default:
					out.value(c[i])
				}
			}
			out.text(`,"entResults":[`)
		}
		if c[11] != nil {
			out.text(`{"year":`)
			out.raw(c[11])
			out.text(`,"session":`)
			out.value(c[12])
			out.text(`,"total":`)
			out.raw(c[13])
			out.text(`,"language":`)
			out.value(c[14])
			out.text(`,"scores":`)
			out.scores(c[15], c[16])
			out.text(`}`)
		}
	}
	out.text("]")
	return rows.Err()
}

func applicationRows(rows *sql.Rows, out *writer) error {
	defer func() { _ = rows.Close() }()
	var id, year, status, priority, programme, university sql.RawBytes
	var last []byte
	for rows.Next() {
		if err := rows.Scan(&id, &year, &status, &priority, &programme, &university); err != nil {
			return err
		}
		switch {
		case string(last) == string(id):
			out.text(",")
		default:
			if last != nil {
				out.text("]},")
			}
			out.text(`{"year":`)
			out.raw(year)
			out.text(`,"status":`)
			out.value(status)
			out.text(`,"choices":[`)
		}
		last = append(last[:0], id...)
		if priority != nil {
			out.text(`{"priority":`)
			out.raw(priority)
			out.text(`,"programme":`)
			out.code(programme)
			out.text(`,"university":`)
			out.code(university)
			out.text(`}`)
		}
	}
	if last != nil {
		out.text("]}")
	}
	return rows.Err()
}
