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

// openPersonal is @pii: it runs before every personal field, and is the only
// place where a sealed value is opened. Where the record of the person does not
// allow the category, the field is null and is not resolved.
//
// A personal field is a sealed value, or an object or a list of objects whose
// own fields are sealed: the generator checks it.
func openPersonal(ctx context.Context, obj any, next graphql.Resolver, category privacy.Category) (any, error) {
	person, ok := obj.(privacy.Personal)
	if !ok {
		return nil, errNotPersonal
	}
	record := person.PrivacyRecord()
	if _, allowed := record.Treatment(category); !allowed {
		return nil, nil //nolint:nilnil // withheld
	}
	res, err := next(ctx)
	if err != nil {
		return nil, err
	}
	if sealed, ok := res.(privacy.Value); ok && !reflect.ValueOf(sealed).IsNil() {
		err = privacy.Open(ctx, record, category, sealed) //nolint:forbidigo // here and nowhere else
	}
	return res, err
}
