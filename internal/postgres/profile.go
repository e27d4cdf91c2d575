package postgres

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
)

// Source is where a value came from.
type Source string

// The sources.
const (
	Typed    Source = "TYPED"    // by the person
	Imported Source = "IMPORTED" // from the operator's import
	Public   Source = "PUBLIC"   // from a public list
)

// uniqueViolation is PostgreSQL's code for a value that a unique index has.
const uniqueViolation = "23505"

// UpdateProfile writes what a profile changes, and of each value whence and when
// it came. It fails with [applicant.Faults] where a birth date or a sex is not
// that of the IIN that is stored, and where another person has the IIN.
func (t *Transaction) UpdateProfile(ctx context.Context, p applicant.Profile, from Source) error {
	w := profileWrite{Transaction: t, features: features{}, args: map[string]any{}}
	if err := w.compareWithIIN(ctx, p); err != nil {
		return err
	}
	w.sealed(ctx, "family_name", p.FamilyName.Set, optional(p.FamilyName.Value))
	w.sealed(ctx, "given_name", p.GivenName.Set, optional(p.GivenName.Value))
	w.sealed(ctx, "patronymic", p.Patronymic.Set, optional(p.Patronymic.Value))
	w.sealed(ctx, "iin", p.IIN.Set, optional(p.IIN.Value))
	w.sealed(ctx, "birth_date", p.BirthDate.Set, day(p.BirthDate.Value))
	w.sealed(ctx, "email", p.Email.Set, optional(p.Email.Value))
	w.sealed(ctx, "address", p.Address.Set, optional(p.Address.Value))
	w.clear("sex", p.Sex.Set, p.Sex.Value)
	w.clear("region", p.Region.Set, p.Region.Value)
	w.clear("profile_subjects", p.ProfileSubjects.Set, texts(p.ProfileSubjects.Value))
	return w.write(ctx, from)
}

// profileWrite is a change of a profile in the making. It keeps the first error.
type profileWrite struct {
	*Transaction

	features features // the columns that change
	args     map[string]any
	err      error
}

func (w *profileWrite) sealed(ctx context.Context, column string, set bool, plain sql.Null[string]) {
	if !set || w.err != nil {
		return
	}
	w.features[column] = true
	w.err = w.seal(ctx, sealedColumn("applicant", column), plain, w.args)
}

func (w *profileWrite) clear(column string, set bool, value any) {
	if set {
		w.features[column] = true
		w.args[column] = value
	}
}

func (w *profileWrite) write(ctx context.Context, from Source) error {
	if w.err != nil || len(w.features) == 0 {
		return w.err
	}
	columns := make([]string, 0, len(w.features))
	for column := range w.features {
		columns = append(columns, column)
	}
	err := w.exec(ctx, "update_profile", w.features, w.args)
	var e *Error
	if errors.As(err, &e) && e.Code == uniqueViolation && strings.HasPrefix(e.Constraint, "applicant_iin_") {
		return applicant.Unavailable("iin")
	}
	if err != nil {
		return err
	}
	slices.Sort(columns)
	return w.exec(ctx, "insert_sources", nil, map[string]any{"columns": pq.Array(columns), "source": string(from)})
}

// compareWithIIN compares a birth date and a sex that come without an IIN with
// the IIN that is stored.
func (w *profileWrite) compareWithIIN(ctx context.Context, p applicant.Profile) error {
	if p.IIN.Set || p.BirthDate.Value == nil && p.Sex.Value == nil {
		return nil
	}
	var sealed []byte
	if err := w.row(ctx, &sealed, "sealed_iin", nil, map[string]any{}); err != nil || sealed == nil {
		return err
	}
	c := sealedColumn("applicant", "iin")
	key, err := w.key(ctx, c.Group)
	if err != nil {
		return err
	}
	plain, err := w.store.Keys.vault.Open(ctx, key, c.Place, sealed)
	if err != nil {
		return err
	}
	if f := p.Disagreements(applicant.IIN(plain)); len(f) > 0 {
		return f
	}
	return nil
}

// sealedColumn is the sealed column of a name.
func sealedColumn(table, column string) SealedColumn {
	all := SealedColumns()
	i := slices.IndexFunc(all, func(c SealedColumn) bool { return c.Table == table && c.Column == column })
	return all[i]
}

func optional[T ~string](v *T) sql.Null[string] {
	if v == nil {
		return sql.Null[string]{}
	}
	return sql.Null[string]{V: string(*v), Valid: true}
}

func day(d *applicant.Date) sql.Null[string] {
	if d == nil {
		return sql.Null[string]{}
	}
	return sql.Null[string]{V: d.Format(time.DateOnly), Valid: true}
}

// texts is a list as a column of the type text[]: NULL where there is none.
func texts[S ~[]T, T ~string](list *S) any {
	if list == nil {
		return nil
	}
	array := pq.StringArray{}
	for _, v := range *list {
		array = append(array, string(v))
	}
	return array
}
