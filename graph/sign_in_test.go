package graph_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

const newcomer = "+77710003001"

var printedCode = regexp.MustCompile(`\b([0-9]{6})\.`)

func app() *auth.Caller { return caller(privacy.App, everyPurpose) }

// manyAddresses has each request come from an address of its own.
func (a *api) manyAddresses() {
	var n atomic.Int64
	a.remote = func() string { i := n.Add(1); return fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255) }
}

// code requests a code, and returns it with its challenge.
func (a *api) code(phone string) (challenge, code string) {
	a.t.Helper()
	answer := a.ask(app(), fmt.Sprintf(`mutation { requestSignInCode(phone: %q) { id } }`, phone))
	sent, _ := parse(a.t, answer).Data["requestSignInCode"].(map[string]any)
	codes := printedCode.FindAllStringSubmatch(a.messages.String(), -1)
	if sent == nil || len(codes) == 0 {
		a.t.Fatal(answer)
	}
	return fmt.Sprint(sent["id"]), codes[len(codes)-1][1]
}

func signIn(challenge, code string) string {
	return fmt.Sprintf(`mutation { signIn(challenge: %q, code: %q) { id refreshToken firstSignIn } }`, challenge, code)
}

// Tries of one code at once, with the right digits: one lets in, one person is
// registered, with one session.
func TestSignInsAtOnceWithOneCode(t *testing.T) {
	const tries = 16
	a := newAPI(t, people)
	before := a.count(`SELECT count(*) FROM applicant`)
	for range 3 {
		challenge, code := a.code(newcomer)
		var in atomic.Int64
		together(tries, func(int) {
			switch answer := a.ask(app(), signIn(challenge, code)); {
			case strings.Contains(answer, `"refreshToken"`):
				in.Add(1)
			case !strings.Contains(answer, `"reason":"CODE"`):
				t.Error(answer)
			}
		})
		if in.Load() != 1 {
			t.Errorf("%d were let in", in.Load())
		}
	}
	if people, sessions := a.count(`SELECT count(*) FROM applicant`), a.count(`SELECT count(*) FROM session`); people != before+1 || sessions != 3 {
		t.Errorf("%d people more, %d sessions", people-before, sessions)
	}
}

// Codes of one new number used at once register one person.
func TestSignInsAtOnceWithOneNumber(t *testing.T) {
	const codes = 3 // as many as a number is sent
	a := newAPI(t, people)
	before := a.count(`SELECT count(*) FROM applicant`)
	var attempts [codes]string
	for i := range attempts {
		attempts[i] = signIn(a.code(newcomer))
	}
	var first atomic.Int64
	together(codes, func(i int) {
		answer := a.ask(app(), attempts[i])
		if !strings.Contains(answer, `"refreshToken"`) {
			t.Error(answer)
		}
		if strings.Contains(answer, `"firstSignIn":true`) {
			first.Add(1)
		}
	})
	people, sessions := a.count(`SELECT count(*) FROM applicant`), a.count(`SELECT count(*) FROM session`)
	if people != before+1 || sessions != codes || first.Load() != 1 {
		t.Errorf("%d people more, %d sessions, %d first sign-ins", people-before, sessions, first.Load())
	}
}

// Ten thousand wrong codes, from as many addresses as it takes, let nobody in: a
// code is looked at five times, be it by sixteen at once. Then even the right one
// is none.
func TestTenThousandWrongCodes(t *testing.T) {
	const numbers, wrong, hands = 50, 200, 16
	a := newAPI(t, people)
	a.manyAddresses()
	var attempts []string
	var right []string
	for n := range numbers {
		challenge, code := a.code(fmt.Sprintf("+777100031%02d", n))
		right = append(right, signIn(challenge, code))
		for i, guess := 0, 0; i < wrong; guess++ {
			if other := fmt.Sprintf("%06d", guess*4999); other != code {
				attempts = append(attempts, signIn(challenge, other))
				i++
			}
		}
	}
	var next atomic.Int64
	together(hands, func(int) {
		for i := next.Add(1) - 1; i < int64(len(attempts)); i = next.Add(1) - 1 {
			if answer := a.ask(app(), attempts[i]); !strings.Contains(answer, `"reason":"CODE"`) {
				t.Error(answer)
				return
			}
		}
	})
	if looks := a.count(`SELECT sum(tries) FROM one_time_code`); looks != 5*numbers || len(attempts) != 10_000 {
		t.Errorf("%d codes were tried, %d were looked at", len(attempts), looks)
	}
	for _, attempt := range right {
		if answer := a.ask(app(), attempt); !strings.Contains(answer, `"reason":"CODE"`) {
			t.Error(answer)
		}
	}
	if sessions := a.count(`SELECT count(*) FROM session`); sessions != 0 {
		t.Errorf("%d sessions", sessions)
	}
}

// From one address, tries end long before that many.
func TestTriesOfAnAddressEnd(t *testing.T) {
	a := newAPI(t, people)
	challenge, _ := a.code(newcomer)
	looked, limited := 0, 0
	for range 700 {
		switch answer := a.ask(app(), signIn(challenge, "none")); {
		case strings.Contains(answer, `"reason":"CODE"`):
			looked++
		case strings.Contains(answer, `"code":"RATE_LIMITED"`) && strings.Contains(answer, `"retryAfter":6`):
			limited++
		default:
			t.Fatal(answer)
		}
	}
	if looked != 600 || limited != 100 {
		t.Errorf("%d answered, %d limited", looked, limited)
	}
}

// A refresh token used by several at once: one gets a successor at most, and the
// session ends, so that neither the thief nor the person stays in with it.
func TestRefreshTokenReusedAtOnce(t *testing.T) {
	const uses = 8
	a := newAPI(t, people)
	session, _ := parse(t, a.ask(app(), signIn(a.code(newcomer)))).Data["signIn"].(map[string]any)
	refresh := func(token any) string {
		return a.ask(app(), fmt.Sprintf(`mutation { refreshSession(refreshToken: %q) { refreshToken } }`, token))
	}
	successors := make(chan any, uses)
	together(uses, func(int) {
		answer := refresh(session["refreshToken"])
		if renewed, _ := parse(t, answer).Data["refreshSession"].(map[string]any); renewed != nil {
			successors <- renewed["refreshToken"]
		} else if !strings.Contains(answer, `"reason":"SESSION_ENDED"`) {
			t.Error(answer)
		}
	})
	close(successors)
	if len(successors) > 1 {
		t.Errorf("%d successors", len(successors))
	}
	for token := range successors {
		if answer := refresh(token); !strings.Contains(answer, `"reason":"SESSION_ENDED"`) {
			t.Error(answer)
		}
	}
	if open := a.count(`SELECT count(*) FROM session WHERE ended_at IS NULL`); open != 0 {
		t.Errorf("%d sessions open", open)
	}
}

// A code is good until its term is over, to the moment.
func TestCodeEndsWithItsTime(t *testing.T) {
	a := newAPI(t, people)
	for end, want := range map[time.Time]string{moment: `"reason":"CODE"`, moment.Add(time.Microsecond): `"firstSignIn":false`} {
		challenge, code := a.code(fullsPhone)
		a.exec(`UPDATE one_time_code SET expires_at = $1 WHERE used_at IS NULL`, end)
		if answer := a.ask(app(), signIn(challenge, code)); !strings.Contains(answer, want) {
			t.Errorf("a code that is good until %v: %s", end, answer)
		}
	}
}

// A code is sent by the same statements whether or not anybody has the number, and
// none of them asks who has it.
func TestCodeIsSentBlindly(t *testing.T) {
	a := newAPI(t, people)
	shapes := map[string]string{}
	for _, phone := range []string{fullsPhone, newcomer} {
		_, statements := a.asked(app(), fmt.Sprintf(`mutation { requestSignInCode(phone: %q) { id } }`, phone))
		for _, s := range statements {
			shapes[phone] += s.SQL + ";"
		}
		if mentions(statements, regexp.MustCompile(`applicant`)) {
			t.Error("a person is looked up")
		}
	}
	if shapes[fullsPhone] != shapes[newcomer] || shapes[newcomer] == "" {
		t.Errorf("%s\n%s", shapes[fullsPhone], shapes[newcomer])
	}
}

// Neither number, nor code, nor token is in the tables of sign-in.
func TestSignInLeavesNoSecrets(t *testing.T) {
	a := newAPI(t, people)
	challenge, code := a.code(newcomer)
	session, _ := parse(t, a.ask(app(), signIn(challenge, code))).Data["signIn"].(map[string]any)
	rows := ""
	for _, table := range []string{"one_time_code", "session", "refresh_token", "rate_limit"} {
		var text string
		if err := a.db.GetContext(t.Context(), &text, `SELECT string_agg(t::text, ' ') FROM `+table+` t`); err != nil {
			t.Fatal(err)
		}
		rows += text
	}
	for _, secret := range []string{newcomer[1:], fmt.Sprintf("%x", newcomer), fmt.Sprintf("%x", code), fmt.Sprintf("%x", session["refreshToken"]), fmt.Sprint(session["refreshToken"])} {
		if strings.Contains(rows, secret) {
			t.Errorf("%q is stored", secret)
		}
	}
}

// From one address, codes end too, whatever the numbers.
func TestCodesOfAnAddressEnd(t *testing.T) {
	a := newAPI(t, people)
	sent, limited := 0, 0
	for n := range 310 {
		switch answer := a.ask(app(), fmt.Sprintf(`mutation { requestSignInCode(phone: "+77710004%03d") { id } }`, n)); {
		case strings.Contains(answer, `"id":`):
			sent++
		case strings.Contains(answer, `"code":"RATE_LIMITED"`) && strings.Contains(answer, `"retryAfter":12`):
			limited++
		default:
			t.Fatal(answer)
		}
	}
	if sent != 300 || limited != 10 {
		t.Errorf("%d sent, %d limited", sent, limited)
	}
}
