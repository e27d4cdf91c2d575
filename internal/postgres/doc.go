// Package postgres is the only place with SQL: query/*.sql, one statement a
// file, and what runs them.
//
// A statement is written whole, in its widest form. A line that ends in
// "--@ NAME …" belongs to it only where one of the names is asked for: a field
// of the API that the plan lets through, a filter key, an order, a variant. A
// column that nobody may read is therefore not in the statement that is sent.
package postgres
