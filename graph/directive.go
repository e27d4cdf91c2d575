package graph

import (
	"context"
	"errors"
	"reflect"

	"github.com/99designs/gqlgen/graphql"

	"joo.kz/kelisim/internal/privacy"
)

// errNotPersonal is returned for a personal field of an object that has no record.
var errNotPersonal = errors.New("graph: an object with personal data and no record")

// openPersonal is @pii where gqlgen resolves: it runs before every personal field.
// Where the record of the person does not allow the category, the field is null
// and is not resolved.
//
// A personal field is a sealed value, or an object or a list of objects whose
// own fields are sealed: the generator checks it.
func openPersonal(ctx context.Context, obj any, next graphql.Resolver, category privacy.Category) (any, error) {
	record, err := opening(obj, category)
	if record == nil {
		return nil, err // withheld
	}
	res, err := next(ctx)
	if err != nil {
		return nil, err
	}
	if sealed, ok := res.(privacy.Value); ok && !reflect.ValueOf(sealed).IsNil() {
		err = open(ctx, record, category, sealed)
	}
	return res, err
}

// opening is the record of an object if it allows a category; nil if not.
func opening(obj any, category privacy.Category) (*privacy.Record, error) {
	person, ok := obj.(privacy.Personal)
	if !ok {
		return nil, errNotPersonal
	}
	record := person.PrivacyRecord()
	if _, allowed := record.Treatment(category); !allowed {
		return nil, nil //nolint:nilnil // withheld
	}
	return record, nil
}

// open is the only place where a sealed value is opened.
func open(ctx context.Context, record *privacy.Record, category privacy.Category, v privacy.Value) error {
	return privacy.Open(ctx, record, category, v) //nolint:forbidigo // here and nowhere else
}
