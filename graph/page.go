package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

//go:embed page.html
var pageHTML string

// page is the policy for people: a version of it, and what has changed since
// another (clauses 1.4, 7.2–7.4).
type page struct {
	Words                   pageWords
	Lang, TextLang          string // BCP 47
	Languages               []pageLanguage
	Policy                  *consent.Policy
	Standing, EffectiveFrom string
	Paragraphs              []string
	Comparison              *pageComparison
	Versions                []pageVersion
}

type pageLanguage struct{ Tag, Name string }

type pageVersion struct {
	Number                  int32
	Standing, EffectiveFrom string
}

type pageComparison struct {
	Since   int32
	Widens  bool
	Changes []consent.Change
}

// PolicyPage answers GET with the policy as a page of HTML: the version named by
// `version`, or the one in force; in `lang`, or in the language of [InLanguage];
// with what changed since the version named by `since`. It is the same for
// everybody, and needs neither scripts nor cookies.
func PolicyPage(store *postgres.Store) http.Handler {
	layout := template.Must(template.New("page").Parse(pageHTML))
	return InLanguage(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, err := readPage(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p, err := asked.page(r.Context(), store)
		switch {
		case errors.Is(err, consent.ErrNoPolicy):
			http.Error(w, "no such version", http.StatusNotFound)
			return
		case err != nil:
			logFailure(r.Context(), "the policy could not be read", err)
			http.Error(w, "unavailable", http.StatusServiceUnavailable)
			return
		}
		p.write(w, r, layout)
	}))
}

// askedPage is what a request for the page asks for.
type askedPage struct {
	version, since *int32
	language       applicant.Language
}

var errPage = errors.New("version and since are numbers, lang is ru, kk or en")

func readPage(r *http.Request) (asked askedPage, err error) {
	values := r.URL.Query()
	asked.language = languageOf(r.Context())
	if values.Has("lang") {
		asked.language = applicant.Language(strings.ToUpper(values.Get("lang")))
	}
	var version, since error
	asked.version, version = number(values, "version")
	asked.since, since = number(values, "since")
	if version != nil || since != nil || !asked.language.Valid() {
		return asked, errPage
	}
	return asked, nil
}

// number is a number in a URL, or nil where it is not there.
func number(values url.Values, name string) (*int32, error) {
	if !values.Has(name) {
		return nil, nil //nolint:nilnil // not given
	}
	n, err := strconv.ParseInt(values.Get(name), 10, 32)
	v := int32(n)
	return &v, err
}

func (a askedPage) page(ctx context.Context, store *postgres.Store) (*page, error) {
	snapshot := store.Snapshot()
	defer func() { _ = snapshot.Close() }()
	policy, err := snapshot.Policy(ctx, a.version, a.language)
	if err != nil {
		return nil, err
	}
	p := &page{
		Words: wordsIn(a.language), Lang: tag(a.language), TextLang: tag(policy.Language), Policy: policy,
		Languages:     []pageLanguage{{"kk", "Қазақша"}, {"ru", "Русский"}, {"en", "English"}},
		EffectiveFrom: moment(policy), Paragraphs: paragraphs(policy.Text),
	}
	if err := p.list(ctx, snapshot); err != nil || a.since == nil {
		return p, err
	}
	return p, p.compare(ctx, snapshot, *a.since)
}

// list lists all versions, each once.
func (p *page) list(ctx context.Context, snapshot *postgres.Snapshot) error {
	all, err := snapshot.Policies(ctx)
	if err != nil {
		return err
	}
	inForce, err := snapshot.PolicyInForce(ctx)
	if err != nil {
		return err
	}
	for i, v := range all {
		if i > 0 && all[i-1].Version == v.Version {
			continue
		}
		standing := p.Words.standing(v, inForce, snapshot.At())
		p.Versions = append(p.Versions, pageVersion{Number: v.Version, Standing: standing, EffectiveFrom: moment(v)})
		if v.Version == p.Policy.Version {
			p.Standing = standing
		}
	}
	return nil
}

func (w pageWords) standing(p *consent.Policy, inForce int32, at time.Time) string {
	switch {
	case p.Version == inForce:
		return w.InForce
	case p.EffectiveFrom.After(at):
		return w.ToCome
	default:
		return w.Past
	}
}

func (p *page) compare(ctx context.Context, snapshot *postgres.Snapshot, since int32) error {
	newer, older, err := snapshot.PolicyPair(ctx, p.Policy.Version, since, p.Policy.Language)
	if err != nil {
		return err
	}
	p.Comparison = &pageComparison{
		Since: since, Widens: newer.Rules.NeedsAcceptance(older.Rules), Changes: consent.Diff(older.Text, newer.Text),
	}
	return nil
}

// write sends the page, or that it has not changed (RFC 9110, 13.1.2).
func (p *page) write(w http.ResponseWriter, r *http.Request, layout *template.Template) {
	var body bytes.Buffer
	if err := layout.Execute(&body, p); err != nil {
		logFailure(r.Context(), "the page of the policy could not be made", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	sum := sha256.Sum256(body.Bytes())
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", p.Lang)
	header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body.Bytes()))
}

// paragraphs are the lines of a text that say something.
func paragraphs(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

func tag(l applicant.Language) string { return strings.ToLower(string(l)) }

func moment(p *consent.Policy) string { return p.EffectiveFrom.UTC().Format(time.RFC3339) }
