package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"joo.kz/kelisim/internal/privacy"
)

// member is how to get from an object to one field of it: as one of these.
type member struct {
	value  func(o any) sealed                                          // a personal value
	object func(o any) any                                             // another object
	size   func(o any) int                                             // a list, -1 for null …
	at     func(ctx context.Context, o any, i int) any                 // … of objects, or else of marshalers
	leaf   func(ctx context.Context, o any) (graphql.Marshaler, error) // whatever gqlgen marshals
}

// sealed is a personal value as a response takes it.
type sealed interface {
	privacy.Value
	graphql.Marshaler
}

// value is nil for a value that is not there, as an interface holding nil is not.
func value[T any](v *privacy.Sealed[T]) sealed {
	if v == nil {
		return nil
	}
	return v
}

// pointer is nil for an object that is not there.
func pointer[T any](v *T) any {
	if v == nil {
		return nil
	}
	return v
}

// length is that of a list, or -1 for null.
func length[T any](list []T) int {
	if list == nil {
		return -1
	}
	return len(list)
}
