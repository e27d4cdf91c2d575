package auth_test

import (
	"testing"
	"time"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

func at(offset time.Duration) *time.Time {
	moment := now().Add(offset)
	return &moment
}

// TestAgreementIsInForce from its first moment to before its last.
func TestAgreementIsInForce(t *testing.T) {
	for name, c := range map[string]struct {
		from, to *time.Time
		want     bool
	}{
		"no agreement":                {nil, nil, false},
		"no beginning":                {nil, at(time.Hour), false},
		"begins now":                  {at(0), nil, true},
		"begins in a nanosecond":      {at(1), nil, false},
		"began a nanosecond ago":      {at(-1), nil, true},
		"ends now":                    {at(-time.Hour), at(0), false},
		"ends in a nanosecond":        {at(-time.Hour), at(1), true},
		"ended a nanosecond ago":      {at(-time.Hour), at(-1), false},
		"begins and ends now":         {at(0), at(0), false},
		"ends before it begins":       {at(-1), at(-2), false},
		"begins after now, ends then": {at(time.Hour), at(2 * time.Hour), false},
	} {
		for _, audience := range []privacy.Audience{privacy.University, privacy.StateBody, 0, privacy.Operator + 1} {
			client := auth.Client{Audience: audience, AgreementFrom: c.from, AgreementTo: c.to}
			if got := client.InForce(now()); got != c.want {
				t.Errorf("%s, %s: %t, want %t", audience, name, got, c.want)
			}
		}
	}
}

// TestOwnClientsNeedNoAgreement: they are the operator's.
func TestOwnClientsNeedNoAgreement(t *testing.T) {
	for _, audience := range []privacy.Audience{privacy.App, privacy.Site, privacy.Operator} {
		for _, client := range []auth.Client{{Audience: audience}, {Audience: audience, AgreementFrom: at(time.Hour), AgreementTo: at(-time.Hour)}} {
			if !client.InForce(now()) {
				t.Errorf("%s: not in force", audience)
			}
		}
	}
}

// TestAgreementIsOfMoments, not of what a clock on some wall shows.
func TestAgreementIsOfMoments(t *testing.T) {
	almaty := time.FixedZone("UTC+5", 5*60*60)
	from, to := at(0).In(almaty), at(time.Second).In(almaty)
	client := auth.Client{Audience: privacy.University, AgreementFrom: &from, AgreementTo: &to}
	if !client.InForce(now()) || client.InForce(now().Add(time.Second)) {
		t.Error("depends on the time zone")
	}
}

func TestRegisteredForItsPurposesOnly(t *testing.T) {
	client := auth.Client{Purposes: []privacy.Purpose{privacy.Service, privacy.SubjectAccess}}
	for _, p := range append(privacy.Purposes(), 0, privacy.RightsHandling+1) {
		want := p == privacy.Service || p == privacy.SubjectAccess
		if client.Registered(p) != want || (auth.Client{}).Registered(p) {
			t.Errorf("%s: %t, want %t", p, !want, want)
		}
	}
}

func TestCallerIsKnown(t *testing.T) {
	for _, audience := range append(privacy.Audiences(), 0) {
		person := audience == privacy.App || audience == privacy.Site
		nobody := &auth.Caller{Client: auth.Client{Audience: audience}}
		somebody := &auth.Caller{Client: nobody.Client, User: "6f1a6c1e-0b0e-4f3e-9d59-0d1f6a7f9901"}
		if nobody.ForPerson() != person || nobody.Known() == person || !somebody.Known() {
			t.Errorf("%s: for a person %t, known without %t, with %t", audience, nobody.ForPerson(), nobody.Known(), somebody.Known())
		}
	}
	var none *auth.Caller
	if none.Known() || auth.CallerOf(t.Context()) != none {
		t.Error("nobody is known")
	}
}

func TestCallerIsThatOfTheContext(t *testing.T) {
	outer, inner := &auth.Caller{User: "outer"}, &auth.Caller{User: "inner"}
	ctx := auth.WithCaller(t.Context(), outer)
	if auth.CallerOf(ctx) != outer || auth.CallerOf(auth.WithCaller(ctx, inner)) != inner || auth.CallerOf(ctx) != outer {
		t.Error("not the caller that was put in last")
	}
}
