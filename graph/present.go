package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/sms"
	"joo.kz/kelisim/internal/vault"
)

// present is the one place where an error becomes what a client sees of it: a
// code, a path, and words that quote no value. What is not known here is
// logged, without values, and shown as Internal.
func present(ctx context.Context, err error) *gqlerror.Error {
	var shown *gqlerror.Error
	if errors.As(err, &shown) && shown.Err == nil {
		return presentDocument(ctx, shown)
	}
	path := errorPath(ctx, shown)
	var f *fault
	var limited *signin.LimitedError
	switch {
	case errors.As(err, &f):
	case errors.As(err, &limited):
		f = &fault{code: RateLimited, after: limited.After}
	case errors.Is(err, consent.ErrNoPolicy):
		f = &fault{code: NotFound, reason: "POLICY_VERSION", argument: []string{"version"}}
	case errors.Is(err, consent.ErrNotAccepted):
		f = &fault{code: PolicyNotAccepted}
	case inputReason(err) != "":
		f = &fault{code: BadInput, reason: inputReason(err)}
	default:
		logFailure(ctx, "a field could not be resolved", err)
		f = &fault{code: Internal}
	}
	return f.at(ctx, path)
}

// errorPath is where an error belongs: the field being resolved or, of a bad
// input, the argument.
func errorPath(ctx context.Context, shown *gqlerror.Error) ast.Path {
	if shown != nil && len(shown.Path) > 0 {
		return shown.Path
	}
	return graphql.GetPath(ctx)
}

// at places a fault in a response: its path is the field's, and extensions.path
// goes on to the argument.
func (f *fault) at(ctx context.Context, path ast.Path) *gqlerror.Error {
	e := &gqlerror.Error{Path: path, Extensions: map[string]any{"code": f.code}}
	if f.reason != "" {
		e.Extensions["reason"] = f.reason
	}
	if f.category != 0 {
		e.Extensions["category"] = f.category.String()
	}
	if f.after > 0 {
		e.Extensions["retryAfter"] = int(math.Ceil(f.after.Seconds()))
	}
	for _, name := range f.argument {
		path = append(path[:len(path):len(path)], ast.PathName(name))
	}
	if len(path) > 0 {
		e.Extensions["path"] = pathOf(path)
	}
	if field := graphql.GetFieldContext(ctx); field != nil && len(e.Path) > len(field.Path()) {
		e.Path = field.Path()
	}
	e.Message = f.text(languageOf(ctx), pathOf(path[len(e.Path):]))
	return e
}

// presentDocument presents the faults that gqlparser and gqlgen find in a
// document and in its variables, and passes on what is presented already.
func presentDocument(ctx context.Context, e *gqlerror.Error) *gqlerror.Error {
	switch e.Extensions["code"] {
	case errcode.ParseFailed:
		if strings.Contains(e.Message, "exceeded token limit") {
			return (&fault{code: TooComplex, reason: "TOKENS"}).at(ctx, nil)
		}
		return documentFault(ctx, e, "SYNTAX")
	case errcode.ValidationFailed:
		return presentValidation(ctx, e)
	}
	if _, ours := e.Extensions["code"].(Code); ours {
		return e
	}
	return &gqlerror.Error{Message: message(languageOf(ctx), string(Internal)), Path: e.Path, Extensions: map[string]any{"code": Internal}}
}

// faultyDocument marks the errors that a parser or a validator finds, as gqlgen
// marks those that it finds itself.
func faultyDocument(err error, code string) gqlerror.List {
	var list gqlerror.List
	if !errors.As(err, &list) {
		list = gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
	}
	for _, e := range list {
		errcode.Set(e, code)
	}
	return list
}

// presentValidation names the rule that a document breaks, and what it says of
// names. What it says of values is not passed on.
func presentValidation(ctx context.Context, e *gqlerror.Error) *gqlerror.Error {
	switch {
	case e.Rule == "" && len(e.Path) > 0:
		fault := documentFault(ctx, e, "VARIABLE")
		fault.Extensions["path"] = pathOf(e.Path)
		return fault
	case e.Rule == "":
		return documentFault(ctx, e, "OPERATION")
	}
	rule := strings.TrimSuffix(e.Rule, "WithoutSuggestions")
	fault := documentFault(ctx, e, upperSnake(rule))
	if at := placeInDocument(ctx, e.Locations); at != "" {
		fault.Extensions["path"] = at
	}
	return fault
}

func documentFault(ctx context.Context, e *gqlerror.Error, reason string) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    retold(languageOf(ctx), (&fault{code: BadInput, reason: reason}).key(), e.Message),
		Locations:  e.Locations,
		Extensions: map[string]any{"code": BadInput, "reason": reason},
	}
}

// inputReason is the reason code of an input that its type refuses, or empty.
func inputReason(err error) string {
	for reason, sentinel := range map[string]error{
		"ENUM":         applicant.ErrEnum,
		"VOCABULARY":   privacy.ErrVocabulary,
		"DATE":         applicant.ErrDate,
		"DATE_TIME":    applicant.ErrDateTime,
		"PHONE_NUMBER": applicant.ErrPhoneNumber,
		"EMAIL":        applicant.ErrEmail,
	} {
		if errors.Is(err, sentinel) {
			return reason
		}
	}
	var number *graphql.IntegerError
	var overflow *graphql.NumberOverflowError
	if errors.As(err, &number) || errors.As(err, &overflow) {
		return "INT"
	}
	return ""
}

// logFailure logs an error that no client is shown: with its text where that is
// known to hold no value, else by its type alone.
func logFailure(ctx context.Context, what string, err error) {
	var network net.Error
	var described *postgres.Error
	switch {
	case errors.Is(err, context.Canceled):
		slog.InfoContext(ctx, what, "error", context.Canceled.Error())
	case errors.As(err, &described):
		slog.ErrorContext(ctx, what, "error", described.Error())
	case errors.As(err, &network):
		slog.ErrorContext(ctx, what, "error", network.Error())
	case errors.Is(err, vault.ErrTampered), errors.Is(err, vault.ErrNoEpoch), errors.Is(err, sms.ErrRefused), errors.Is(err, sms.ErrUnavailable):
		slog.ErrorContext(ctx, what, "error", err.Error())
	case errors.Is(err, privacy.ErrSealed), errors.Is(err, applicant.ErrSection):
		slog.ErrorContext(ctx, what, "error", "a sealed value or a code could not be read")
	default:
		slog.ErrorContext(ctx, what, "error", fmt.Sprintf("%T", err))
	}
}

// recovered turns a panic into an error. What was panicked with may hold a value
// and is not kept; where it happened is logged.
func recovered(ctx context.Context, _ any) error {
	slog.ErrorContext(ctx, "panic", "stack", string(debug.Stack()))
	return &fault{code: Internal}
}

// pathOf names a path in a response for people and programs: dotted, with the
// indices of lists.
func pathOf(path ast.Path) string {
	dotted := ""
	for _, element := range path {
		switch e := element.(type) {
		case ast.PathName:
			if dotted != "" {
				dotted += "."
			}
			dotted += string(e)
		case ast.PathIndex:
			dotted += "[" + strconv.Itoa(int(e)) + "]"
		}
	}
	return dotted
}
