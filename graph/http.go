package graph

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The media types of a response (GraphQL over HTTP, 4.1).
const (
	mediaResponse = "application/graphql-response+json"
	mediaJSON     = "application/json"
)

// request is a GraphQL request as it comes over HTTP.
type request struct {
	Query         string
	OperationName string
	Variables     map[string]any
	Extensions    map[string]any
}

// response is a GraphQL response. A request error has no data; a refused
// non-null root field has data that are null.
type response struct {
	Errors     gqlerror.List
	Data       json.RawMessage
	Extensions map[string]any
}

// ServeHTTP answers POST and GET after the GraphQL-over-HTTP specification.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		answer(w, mediaJSON, http.StatusNotAcceptable, faulty(r.Context(), &fault{code: BadInput, reason: "ACCEPT"}))
		return
	}
	in, status, err := h.read(w, r)
	if err != nil {
		answer(w, media, status, faulty(r.Context(), err))
		return
	}
	out, status := h.execute(r, in)
	if media == mediaJSON && status == http.StatusBadRequest {
		status = http.StatusOK // GraphQL over HTTP, 6.4.1: well-formed requests are answered with 200
	}
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	answer(w, media, status, out)
}

// faulty is the answer to a request that is not GraphQL's.
func faulty(ctx context.Context, f *fault) response {
	return response{Errors: gqlerror.List{{
		Message:    f.text(languageOf(ctx), ""),
		Extensions: map[string]any{"code": f.code, "reason": f.reason},
	}}}
}

// toldErrors is how many faults of one document are told.
const toldErrors = 10

// execute answers a well-formed request. The status is that of
// application/graphql-response+json: 400 where nothing was executed.
func (h *Handler) execute(r *http.Request, in request) (out response, status int) {
	ctx := withAsker(graphql.StartOperationTrace(r.Context()), r)
	defer func() {
		if p := recover(); p != nil {
			out, status = response{Errors: gqlerror.List{present(ctx, recovered(ctx, p))}}, http.StatusInternalServerError
		}
	}()
	ctx, err := h.admit(ctx, in.Query)
	if err != nil {
		return response{Errors: gqlerror.List{present(ctx, err)}}, http.StatusBadRequest
	}
	params := &graphql.RawParams{Query: in.Query, OperationName: in.OperationName, Variables: in.Variables, Extensions: in.Extensions}
	op, errs := h.executor.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		errs = errs[:min(len(errs), toldErrors)]
		return h.requestError(h.executor.DispatchError(graphql.WithOperationContext(ctx, op), errs))
	}
	if r.Method == http.MethodGet && op.Operation.Operation != ast.Query {
		return faulty(ctx, &fault{code: BadInput, reason: "METHOD"}), http.StatusMethodNotAllowed
	}
	if r.Method == http.MethodGet {
		ctx = context.WithValue(ctx, urlKey{}, true)
	}
	handler, ctx := h.executor.DispatchOperation(ctx, op)
	answer := handler(ctx)
	if answer == nil {
		return faulty(ctx, &fault{code: Internal}), http.StatusServiceUnavailable
	}
	if len(answer.Data) == 0 {
		return h.requestError(answer)
	}
	return response{Errors: answer.Errors, Data: answer.Data, Extensions: answer.Extensions}, http.StatusOK
}

type urlKey struct{}

// byURL tells whether a request came as a URL, which every proxy on the way logs.
func byURL(ctx context.Context) bool { return ctx.Value(urlKey{}) != nil }

// requestError is the answer to a request of which nothing was executed.
func (h *Handler) requestError(out *graphql.Response) (response, int) {
	status := http.StatusBadRequest
	for _, e := range out.Errors {
		if e.Extensions["code"] == Internal {
			status = http.StatusInternalServerError
		}
	}
	return response{Errors: out.Errors}, status
}

// read reads a request, or says what is wrong with it.
func (h *Handler) read(w http.ResponseWriter, r *http.Request) (request, int, *fault) {
	switch r.Method {
	case http.MethodGet:
		return readURL(r)
	case http.MethodPost:
		return h.readBody(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		return request{}, http.StatusMethodNotAllowed, &fault{code: BadInput, reason: "METHOD"}
	}
}

func readURL(r *http.Request) (in request, status int, err *fault) {
	values := r.URL.Query()
	in.Query = values.Get("query")
	in.OperationName = values.Get("operationName")
	for _, part := range []struct {
		text  string
		into  *map[string]any
		fault *fault
	}{
		{values.Get("variables"), &in.Variables, &fault{code: BadInput, reason: "VARIABLES"}},
		{values.Get("extensions"), &in.Extensions, &fault{code: BadInput, reason: "EXTENSIONS"}},
	} {
		if part.text != "" && decode(strings.NewReader(part.text), part.into) != nil {
			return in, http.StatusBadRequest, part.fault
		}
	}
	return in, http.StatusBadRequest, in.check()
}

func (h *Handler) readBody(w http.ResponseWriter, r *http.Request) (in request, status int, err *fault) {
	media, params, e := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, coding := params["charset"], r.Header.Get("Content-Encoding")
	if e != nil || media != mediaJSON || charset != "" && !strings.EqualFold(charset, "utf-8") || coding != "" {
		return in, http.StatusUnsupportedMediaType, &fault{code: BadInput, reason: "CONTENT_TYPE"}
	}
	e = decode(http.MaxBytesReader(w, r.Body, h.maxBody), &in)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(e, &tooLarge):
		return in, http.StatusRequestEntityTooLarge, &fault{code: TooComplex, reason: "BODY"}
	case e != nil:
		return in, http.StatusBadRequest, &fault{code: BadInput, reason: "JSON"}
	}
	return in, http.StatusBadRequest, in.check()
}

func (in request) check() *fault {
	if in.Query == "" {
		return &fault{code: BadInput, reason: "QUERY"}
	}
	return nil
}

// negotiate chooses the media type of the response. Without an Accept header, and
// where anything is accepted, it is application/json, which every client reads.
func negotiate(accept []string) (media string, ok bool) {
	if len(accept) == 0 {
		return mediaJSON, true
	}
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		name, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || params["q"] == "0" {
			continue
		}
		switch name {
		case mediaResponse:
			return mediaResponse, true
		case mediaJSON, "application/*", "*/*":
			return mediaJSON, true
		}
	}
	return "", false
}

func answer(w http.ResponseWriter, media string, status int, out response) {
	header := w.Header()
	header.Set("Content-Type", media+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	body, err := out.json()
	if err != nil {
		status = http.StatusInternalServerError
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// json is the response as JSON. Its data are JSON already and stay as they are:
// encoding/json would read them through once more.
func (r response) json() ([]byte, error) {
	var errs, extensions []byte
	var err1, err2 error
	if len(r.Errors) > 0 {
		errs, err1 = json.Marshal(r.Errors)
	}
	if len(r.Extensions) > 0 {
		extensions, err2 = json.Marshal(r.Extensions)
	}
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	const around = len(`{"errors":,"data":,"extensions":}`) + 1
	body := append(make([]byte, 0, len(errs)+len(r.Data)+len(extensions)+around), '{')
	for _, part := range []struct {
		key  string
		json []byte
	}{{`"errors":`, errs}, {`"data":`, r.Data}, {`"extensions":`, extensions}} {
		if len(part.json) == 0 {
			continue
		}
		if len(body) > 1 {
			body = append(body, ',')
		}
		body = append(append(body, part.key...), part.json...)
	}
	return append(body, "}\n"...), nil
}
