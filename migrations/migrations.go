// Package migrations holds the database's schema and reference data as forward
// migrations, NNNN_what.sql, for the goose library.
package migrations

import "embed"

// FS holds the migrations.
//
//go:embed *.sql
var FS embed.FS
