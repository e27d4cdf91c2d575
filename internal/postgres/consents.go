package postgres

import (
	"context"
	"encoding/base64"
	"maps"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

type consentRow struct {
	UserID        uuid.UUID              `db:"user_id"`
	ID            uuid.UUID              `db:"id"`
	Basis         string                 `db:"basis"`
	University    *string                `db:"university"`
	Survey        *string                `db:"survey"`
	SurveyVersion *int32                 `db:"survey_version"`
	State         applicant.ConsentState `db:"state"`
	Closed        bool                   `db:"closed"` // that it has expired is written down
	Covers        int64                  `db:"covers"`
	Scopes        pq.StringArray         `db:"scopes"`
	Abroad        *string                `db:"abroad"`
	PolicyVersion int32                  `db:"policy_version"`
	Language      applicant.Language     `db:"language"`
	GivenAt       time.Time              `db:"given_at"`
	ExpiresAt     time.Time              `db:"expires_at"`
	WithdrawnAt   *time.Time             `db:"withdrawn_at"`
	Kept          bool                   `db:"kept"` // a receipt is
	Receipt       []byte                 `db:"receipt"`
	Identity      keyRow                 `db:"identity"`
}

// Consents reads a person's consents for themselves, the latest first, with
// their history where the projection has it.
func (n *Snapshot) Consents(ctx context.Context, user string, p privacy.Projection) ([]*applicant.Consent, error) {
	consents, _, err := n.consents(ctx, features{}, map[string]any{"user_id": user}, p)
	return consents, err
}

// Consent reads one of a person's consents; it fails with [consent.ErrNoConsent].
func (n *Snapshot) Consent(ctx context.Context, user, id string, p privacy.Projection) (*applicant.Consent, error) {
	one := map[string]any{"user_id": user, "consent_id": id}
	consents, _, err := n.consents(ctx, features{"one": true}, one, p)
	if err == nil && len(consents) == 0 {
		err = consent.ErrNoConsent
	}
	if err != nil {
		return nil, err
	}
	return consents[0], nil
}

// ConsentReceipt reads the receipt of a consent for the person whose record it
// is. It is nil where there is no such consent, or no receipt of it.
func (n *Snapshot) ConsentReceipt(ctx context.Context, user, id string, record *privacy.Record, p privacy.Projection) (*applicant.ConsentReceipt, error) {
	one := map[string]any{"user_id": user, "consent_id": id}
	consents, rows, err := n.consents(ctx, features{"one": true, "receipt": true}, one, p)
	if err != nil || len(rows) == 0 || !rows[0].Kept {
		return nil, err
	}
	identity := safe{n.store.Keys.vault, rows[0].Identity.of(rows[0].UserID, vault.Identity), "consent"}
	return &applicant.ConsentReceipt{
		Record:  record,
		ID:      consents[0].ID,
		Consent: consents[0],
		JWS:     identity.text("receipt", rows[0].Receipt),
		JSON:    lock(identity, "receipt", rows[0].Receipt, payload),
	}, nil
}

// payload is what a JWS in compact serialisation signs.
func payload(jws string) (string, error) {
	parts := strings.Split(jws, ".")
	if len(parts) != 3 {
		return "", consent.ErrReceipt
	}
	json, err := base64.RawURLEncoding.DecodeString(parts[1])
	return string(json), err
}

func (n *Snapshot) consents(ctx context.Context, f features, args map[string]any, p privacy.Projection) ([]*applicant.Consent, []consentRow, error) {
	shown := features(maps.Clone(p))
	maps.Copy(shown, f)
	var rows []consentRow
	if err := n.rows(ctx, &rows, "consents", shown, args); err != nil {
		return nil, nil, err
	}
	all := make([]*applicant.Consent, len(rows))
	byID := make(map[uuid.UUID]*applicant.Consent, len(rows))
	for i, r := range rows {
		all[i] = r.consent(n.store.Catalogue)
		byID[r.ID] = all[i]
	}
	var err error
	if p["Consent.history"] {
		err = n.histories(ctx, f, args, byID)
	}
	if err == nil && p["Consent.continuesUnder"] {
		err = n.withdrawalRefusals(ctx, f, args, byID)
	}
	return all, rows, err
}

func (r consentRow) consent(c *applicant.Catalogue) *applicant.Consent {
	shown := &applicant.Consent{
		ID:            r.ID.String(),
		Basis:         r.basis(),
		State:         r.State,
		University:    c.Universities.Find(r.University),
		Survey:        r.Survey,
		SurveyVersion: r.SurveyVersion,
		Categories:    set(r.Covers).Categories(),
		Scopes:        scopeWords(r.Scopes),
		PolicyVersion: r.PolicyVersion,
		Language:      r.Language,
		GivenAt:       applicant.DateTime{Time: r.GivenAt},
		ExpiresAt:     applicant.DateTime{Time: r.ExpiresAt},
		WithdrawnAt:   moment(r.WithdrawnAt),
	}
	return shown
}

// basis is the consent's basis; a check of the table keeps it one.
func (r consentRow) basis() (b privacy.Basis) {
	_ = b.UnmarshalGQL(r.Basis)
	return b
}

type consentEventRow struct {
	ConsentID     uuid.UUID                `db:"consent_id"`
	At            time.Time                `db:"at"`
	State         applicant.ConsentState   `db:"state"`
	Scopes        pq.StringArray           `db:"scopes"`
	Covers        int64                    `db:"covers"`
	Until         *time.Time               `db:"until"`
	PolicyVersion int32                    `db:"policy_version"`
	Language      applicant.Language       `db:"language"`
	SHA256        string                   `db:"sha256"`
	SurveyVersion *int32                   `db:"survey_version"`
	Channel       applicant.ConsentChannel `db:"channel"`
	Client        *string                  `db:"client_id"`
	Evidence      string                   `db:"evidence"`
}

func (n *Snapshot) histories(ctx context.Context, f features, args map[string]any, consents map[uuid.UUID]*applicant.Consent) error {
	var rows []consentEventRow
	if err := n.rows(ctx, &rows, "consent_events", f, args); err != nil {
		return err
	}
	for _, r := range rows {
		c := consents[r.ConsentID]
		c.History = append(c.History, r.event())
	}
	return nil
}

func (r consentEventRow) event() *applicant.ConsentEvent {
	return &applicant.ConsentEvent{
		At:            applicant.DateTime{Time: r.At},
		State:         r.State,
		Scopes:        scopeWords(r.Scopes),
		Categories:    set(r.Covers).Categories(),
		Until:         moment(r.Until),
		PolicyVersion: r.PolicyVersion,
		Language:      r.Language,
		SHA256:        r.SHA256,
		SurveyVersion: r.SurveyVersion,
		Channel:       r.Channel,
		Client:        r.Client,
		Evidence:      r.Evidence,
	}
}

func set(bits int64) privacy.Set { return privacy.Set(bits & math.MaxUint32) }

func scopeWords(words []string) []applicant.ConsentScope {
	scopes := make([]applicant.ConsentScope, len(words))
	for i, word := range words {
		scopes[i] = applicant.ConsentScope(word)
	}
	return scopes
}

func moment(t *time.Time) *applicant.DateTime {
	if t == nil {
		return nil
	}
	return &applicant.DateTime{Time: *t}
}
