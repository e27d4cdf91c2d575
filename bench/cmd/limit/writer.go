package main

import (
	"bytes"
	"strconv"
)

// writer writes JSON by hand.
type writer struct{ b []byte }

func (w *writer) text(s string) { w.b = append(w.b, s...) }

func (w *writer) number(n int) { w.b = strconv.AppendInt(w.b, int64(n), 10) }

func (w *writer) null(v []byte) bool {
	if v == nil {
		w.text("null")
	}
	return v == nil
}

// raw writes a number as PostgreSQL has it.
func (w *writer) raw(v []byte) {
	if !w.null(v) {
		w.b = append(w.b, v...)
	}
}

// value writes a text, or null.
func (w *writer) value(v []byte) {
	if w.null(v) {
		return
	}
	w.b = append(w.b, '"')
	for _, c := range v {
		switch {
		case c == '"' || c == '\\':
			w.b = append(w.b, '\\', c)
		case c < ' ':
			w.b = append(w.b, `\u00`...)
			w.b = append(w.b, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		default:
			w.b = append(w.b, c)
		}
	}
	w.b = append(w.b, '"')
}

// time writes a moment of UTC after RFC 3339, as the driver has written it.
func (w *writer) time(v []byte) {
	if !w.null(v) {
		w.b = append(append(append(w.b, '"'), v...), '"')
	}
}

// code writes a reference.
func (w *writer) code(v []byte) {
	if w.null(v) {
		return
	}
	w.text(`{"code":`)
	w.value(v)
	w.text(`}`)
}

// elements calls each with the elements of an array without quotes, such as {a,b}.
func elements(array []byte, each func(n int, element []byte)) {
	if len(array) <= len("{}") {
		return
	}
	rest := array[1 : len(array)-1]
	for n := 0; ; n++ {
		element, after, more := bytes.Cut(rest, []byte(","))
		each(n, element)
		if !more {
			return
		}
		rest = after
	}
}

// words writes an array of texts.
func (w *writer) words(array []byte) {
	if w.null(array) {
		return
	}
	w.text("[")
	elements(array, func(n int, element []byte) {
		if n > 0 {
			w.text(",")
		}
		w.value(element)
	})
	w.text("]")
}

// scores writes subjects with their scores.
func (w *writer) scores(subjects, scores []byte) {
	if w.null(subjects) {
		return
	}
	rest := bytes.Trim(scores, "{}")
	w.text("[")
	elements(subjects, func(n int, subject []byte) {
		if n > 0 {
			w.text(",")
		}
		score, after, _ := bytes.Cut(rest, []byte(","))
		rest = after
		w.text(`{"subject":`)
		w.value(subject)
		w.text(`,"score":`)
		w.raw(score)
		w.text(`}`)
	})
	w.text("]")
}
