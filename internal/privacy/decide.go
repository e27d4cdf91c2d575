package privacy

// Rule is one cell of the rules: that an audience may read a category for a
// purpose. The zero Rule is that it may not.
type Rule struct {
	Treatment Treatment
	Basis     Basis
	Clause    string // the clause of the privacy policy behind the rule
	ByDefault bool   // part of what one press of the button gives
}

// Verdict is what the rule says before any record is known.
func (r Rule) Verdict() Verdict {
	switch r.Basis {
	case Law, PolicyConsent:
		if r.Treatment == Masked {
			return Mask
		}
		return Allow
	case ConsultationConsent, SurveyConsent, DisclosureOrder, RightsRequest:
		return PerRecord
	default:
		return Never
	}
}

// Decision is what one audience may read for one purpose, by the rules alone.
// The zero Decision denies everything.
type Decision struct {
	audience Audience
	purpose  Purpose
	rules    *[categories + 1]Rule
	always   treatments // stands on the law
	policy   treatments // stands on the reader's own consent to the policy
	recorded treatments // stands on what is recorded for each person
	basis    Basis      // of recorded
}

type treatments struct{ full, masked Set }

func (t treatments) within(covers Set) treatments {
	return treatments{full: t.full & covers, masked: t.masked & covers}
}

func (t treatments) and(other treatments) treatments {
	return treatments{full: t.full | other.full, masked: t.masked | other.masked}
}

func (t treatments) with(c Category, as Treatment) treatments {
	if as == Masked {
		t.masked |= bit(c)
	} else {
		t.full |= bit(c)
	}
	return t
}

// Decide reads the rules of one audience and purpose. An unknown audience or
// purpose has none.
func Decide(a Audience, p Purpose) Decision {
	if a > audiences || p > purposes {
		return Decision{}
	}
	d := Decision{audience: a, purpose: p, rules: &rules[a][p]}
	for c := Category(1); c <= categories; c++ {
		d.add(c, d.rules[c])
	}
	return d
}

func (d *Decision) add(c Category, r Rule) {
	switch r.Basis {
	case Law:
		d.always = d.always.with(c, r.Treatment)
	case PolicyConsent:
		d.policy = d.policy.with(c, r.Treatment)
	case ConsultationConsent, SurveyConsent, DisclosureOrder, RightsRequest:
		d.recorded = d.recorded.with(c, r.Treatment)
		d.basis = r.Basis
	}
}

// Rule is the rule that opens a category, or the zero Rule.
func (d Decision) Rule(c Category) Rule {
	if d.rules == nil || c > categories {
		return Rule{}
	}
	return d.rules[c]
}

// Verdict is what the rules alone say of a category.
func (d Decision) Verdict(c Category) Verdict { return d.Rule(c).Verdict() }

// Record decides what may be opened of one person's record.
func (d Decision) Record(s Standing) *Record {
	open := d.always
	if s.Policy == Valid {
		open = open.and(d.policy.narrowed(s.Accepted))
	}
	if s.gives(d.basis) {
		open = open.and(d.given(s))
	}
	return &Record{audience: d.audience, purpose: d.purpose, open: open, reason: s.reason(d.basis)}
}

// State is the state of a consent, an order or a request.
type State uint8

// The states. The zero State is that there is none.
const (
	Missing State = iota
	Valid
	Withdrawn
	Expired
)

// Standing is what the database says of one person towards one reader. The zero
// Standing is that of a person who agreed to nothing.
type Standing struct {
	Policy     State   // the person's own consent to a version of the policy
	Accepted   Allowed // by that version
	Basis      Basis   // what State, Covers and Allows speak of
	State      State
	Covers     Set
	Allows     Allowed // by the version under which it was given, if it is a consent
	Restricted bool    // the person's data are blocked
}

// gives tells whether what is recorded for the person stands for the basis. A
// restriction ends distribution (94-V, art. 1: blocking), not the person's own
// reading, nor the handling of the request that led to it.
func (s Standing) gives(b Basis) bool {
	if s.Basis != b || s.State != Valid {
		return false
	}
	return !s.Restricted || !distributes(b)
}

func distributes(b Basis) bool { return b == ConsultationConsent || b == DisclosureOrder }

// Reason is why a value is withheld although the rules alone would show it.
type Reason uint8

// The reasons. Only the person's own reads are told more than that the record's
// consent or order does not reach so far.
const (
	NoReason Reason = iota
	ConsentScope
	Restricted
	OrderScope
	ConsentMissing
	ConsentWithdrawn
	ConsentExpired
)

func (r Reason) String() string {
	return [...]string{"", "CONSENT_SCOPE", "RESTRICTED", "ORDER_SCOPE", "CONSENT_MISSING", "CONSENT_WITHDRAWN", "CONSENT_EXPIRED"}[r]
}

func (s Standing) reason(b Basis) Reason {
	switch {
	case s.Restricted && distributes(b):
		return Restricted
	case b == ConsultationConsent:
		return ConsentScope
	case b != SurveyConsent:
		return OrderScope
	case s.Basis == b && s.State == Withdrawn:
		return ConsentWithdrawn
	case s.Basis == b && s.State == Expired:
		return ConsentExpired
	default:
		return ConsentMissing
	}
}

// Record is what may be opened of one person's record, for one reader and
// purpose. Personal types embed a pointer to theirs; nil opens nothing.
type Record struct {
	audience Audience
	purpose  Purpose
	open     treatments
	reason   Reason
}

// Personal is an object that holds one person's data.
type Personal interface{ PrivacyRecord() *Record }

// PrivacyRecord makes whatever embeds a *Record [Personal].
func (r *Record) PrivacyRecord() *Record { return r }

// Treatment tells whether a category may be opened, and how it is shown then.
func (r *Record) Treatment(c Category) (Treatment, bool) {
	switch {
	case r == nil:
		return 0, false
	case r.open.full.Has(c):
		return Full, true
	case r.open.masked.Has(c):
		return Masked, true
	default:
		return 0, false
	}
}

// Readable is the set of categories that may be opened.
func (r *Record) Readable() Set {
	if r == nil {
		return 0
	}
	return r.open.full | r.open.masked
}

// Reader is for whom the record was decided, and for what; unknown to every rule
// for nil.
func (r *Record) Reader() (Audience, Purpose) {
	if r == nil {
		return 0, 0
	}
	return r.audience, r.purpose
}

// Reason is why the categories that depend on the record and are not readable
// are withheld.
func (r *Record) Reason() Reason {
	if r == nil {
		return NoReason
	}
	return r.reason
}

// Projection is what an operation shows of the database: the coordinates of the
// fields of personal types that its plan lets through, such as "User.phone".
type Projection map[string]bool
