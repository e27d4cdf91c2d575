package postgres

import (
	"context"
	"strings"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

type valueSourceRow struct {
	Column string             `db:"column_name"`
	Source applicant.Source   `db:"source"`
	At     applicant.DateTime `db:"at"`
}

// sources reads whence and when the values of a person's profile came.
func (n *Snapshot) sources(ctx context.Context, user string, record *privacy.Record) ([]*applicant.ValueSource, error) {
	var rows []valueSourceRow
	if err := n.rows(ctx, &rows, "value_sources", nil, map[string]any{"user_id": user}); err != nil {
		return nil, err
	}
	sources := make([]*applicant.ValueSource, len(rows))
	for i, r := range rows {
		sources[i] = &applicant.ValueSource{Record: record, Field: fieldOf(r.Column), Source: r.Source, At: r.At}
	}
	return sources, nil
}

// fieldOf names the field of the schema that a column of applicant is shown as.
func fieldOf(column string) string {
	words := strings.Split(column, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}
