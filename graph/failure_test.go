package graph_test

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
)

// logged is what is logged from now on, until the test ends.
func logged(t *testing.T) *buffer {
	t.Helper()
	b, before := &buffer{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return b
}

// buffer may be written by several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// take returns what was written, and forgets it.
func (b *buffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.b.Reset()
	return b.b.String()
}

// secrets are the values of the persons that no log and no failed answer has.
func (a *api) secrets() []string {
	a.t.Helper()
	var all []string
	postgrestest.Unseal(a.t, a.db, a.vault)
	err := a.db.SelectContext(a.t.Context(), &all, `
		SELECT v FROM opened.applicant, unnest(ARRAY[family_name, given_name, patronymic, iin, birth_date, phone, email, address]) v WHERE v IS NOT NULL
		UNION SELECT v FROM opened.ent_result, unnest(ARRAY[test_date::text, place, testee_code]) v
		UNION SELECT user_id::text FROM applicant UNION SELECT id::text FROM lead UNION SELECT id::text FROM consent`)
	if err != nil || len(all) == 0 {
		a.t.Fatal(len(all), err)
	}
	return all
}

// reading are operations that read persons, all of it allowed.
func reading() map[string]struct {
	caller *auth.Caller
	query  string
} {
	return map[string]struct {
		caller *auth.Caller
		query  string
	}{
		"leads": {university("013"), consult + "leads(first: 500) { totalCount nodes { id user { givenName phone email entResults { total scores { score } } grantApplications { year } } } } }"},
		"lead":  {university("013"), consult + `lead(id: "` + fullLead + `") { id user { givenName phone email entResults { total } grantApplications { year } } } }`},
		"me":    {person(privacy.App, full), ways["me"].whole("SUBJECT_ACCESS")},
		"site":  {person(privacy.Site, full), "query @purpose(is: SERVICE) { me { givenName phone entResults { year } grantApplications { choices { priority } } } }"},
	}
}

// innards are words of the database and of its driver, which no client reads.
var innards = regexp.MustCompile(`(?i)\bselect\b|\bpq\b|\bsql\b|postgres|relation|column|constraint|applicant|ent_result|grant_|policy_version|\bgone\b|connection|terminat|cancel|context|scan`)

// checkFailed tells whether an answer is INTERNAL and has no data, and neither it
// nor the log tells of anybody.
func checkFailed(t *testing.T, secrets []string, answer, log string) {
	t.Helper()
	r := parse(t, answer)
	if codes := r.codes(); !slices.Equal(codes, []string{"INTERNAL"}) {
		t.Errorf("codes %v in %s", codes, answer)
	}
	for key, value := range r.Data {
		if value != nil {
			t.Errorf("%s = %v", key, value)
		}
	}
	checkSilent(t, secrets, answer, log)
}

// checkSilent tells whether an answer tells nothing of the database, and neither
// it nor the log anything of anybody.
func checkSilent(t *testing.T, secrets []string, answer, log string) {
	t.Helper()
	if found := innards.FindString(answer); found != "" {
		t.Errorf("%q in %s", found, answer)
	}
	if log == "" {
		t.Error("nothing is logged")
	}
	for _, secret := range secrets {
		if strings.Contains(answer, secret) || strings.Contains(log, secret) {
			t.Errorf("%q in the answer or the log:\n%s\n%s", secret, answer, log)
		}
	}
}

func TestMissingTableIsInternal(t *testing.T) {
	a := newAPI(t, people)
	log, secrets := logged(t), a.secrets()
	for name, r := range reading() {
		t.Run(name, func(t *testing.T) {
			before, statements := a.asked(r.caller, r.query)
			for _, table := range []string{"policy_version", "consent", "lead", "applicant", "ent_result", "grant_application", "grant_choice"} {
				if !(place{table, "*"}).read(statements) {
					continue
				}
				restore := a.hide(place{table, "*"})
				log.take()
				answer := a.ask(r.caller, r.query)
				checkFailed(t, secrets, answer, log.take())
				restore()
			}
			if diff := cmp.Diff(before, a.ask(r.caller, r.query)); diff != "" {
				t.Errorf("afterwards:\n%s", diff)
			}
		})
	}
}

func TestKilledConnectionIsInternal(t *testing.T) {
	a := newAPI(t, people)
	log, secrets := logged(t), a.secrets()
	for name, r := range reading() {
		t.Run(name, func(t *testing.T) {
			before, statements := a.asked(r.caller, r.query)
			for n := range statements {
				log.take()
				a.listener.once(n+1, func() {
					a.exec("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
				})
				answer := a.ask(r.caller, r.query)
				a.listener.calm()
				if alone := len(statements) == 1; alone && answer == before {
					continue // asked again over another connection
				}
				checkFailed(t, secrets, answer, log.take())
			}
			if diff := cmp.Diff(before, a.ask(r.caller, r.query)); diff != "" {
				t.Errorf("afterwards:\n%s", diff)
			}
		})
	}
}

func TestCancelledRequestIsInternal(t *testing.T) {
	a := newAPI(t, people)
	log, secrets := logged(t), a.secrets()
	for name, r := range reading() {
		t.Run(name, func(t *testing.T) {
			before, statements := a.asked(r.caller, r.query)
			for n := range statements {
				ctx, cancel := context.WithCancel(t.Context())
				log.take()
				a.listener.once(n+1, cancel)
				answer := a.askIn(ctx, r.caller, r.query)
				a.listener.calm()
				if alone := len(statements) == 1; alone && answer == before {
					continue // the answer was there first
				}
				checkFailed(t, secrets, answer, log.take())
			}
			if diff := cmp.Diff(before, a.ask(r.caller, r.query)); diff != "" {
				t.Errorf("afterwards:\n%s", diff)
			}
		})
	}
}

// A value that does not fit its type fails the operation, and is not quoted.
func TestMisfitValueIsNotQuoted(t *testing.T) {
	for column, test := range map[string]struct{ alter, query string }{
		"scores": {
			`ALTER TABLE ent_result ALTER scores TYPE text[]; UPDATE ent_result SET scores = '{secret9901,2,3,4,5}'`,
			consult + "leads { nodes { user { entResults { scores { score } } } } } }",
		},
		"sort key": {
			`ALTER TABLE ent_result ALTER total TYPE numeric; UPDATE ent_result SET total = 99.01`,
			consult + "leads(orderBy: TOTAL_DESC) { nodes { id } } }",
		},
		"total": {
			`ALTER TABLE ent_result ALTER total TYPE numeric; UPDATE ent_result SET total = 99.01`,
			consult + "leads { nodes { user { entResults { total } } } } }",
		},
		"region": {
			`ALTER TABLE applicant DROP CONSTRAINT applicant_region_fkey, ALTER region TYPE text[] USING ARRAY['secret9901']`,
			consult + "leads { nodes { user { region { code } } } } }",
		},
		"profile subjects": {
			`ALTER TABLE applicant ALTER profile_subjects TYPE text USING 'secret9901'`,
			consult + "leads { nodes { user { profileSubjects } } } }",
		},
	} {
		t.Run(column, func(t *testing.T) {
			a := newAPI(t, people)
			log, secrets := logged(t), append(a.secrets(), "secret9901", "99.01")
			a.exec(test.alter)
			log.take()
			answer := a.ask(university("013"), test.query)
			if codes := parse(t, answer).codes(); !slices.Equal(codes, []string{"INTERNAL"}) {
				t.Errorf("codes %v in %s", codes, answer)
			}
			checkSilent(t, secrets, answer, log.take())
		})
	}
}
