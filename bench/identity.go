package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"joo.kz/kelisim/internal/auth"
)

// identity is who asks: Kelisim believes the token, the others a header.
type identity struct {
	university string
	user       string
	token      string
}

func (i identity) set(h http.Header) {
	h.Set("Authorization", "Bearer "+i.token)
	if i.university != "" {
		h.Set("X-University", i.university)
		return
	}
	h.Set("X-User", i.user)
}

// issuer signs the tokens that Kelisim asks for.
type issuer struct {
	signer  auth.Signer
	keyFile string // of the private key
	keys    string // file of the JWK Set
}

func newIssuer(ctx context.Context, folder string) (issuer, error) {
	i := issuer{keyFile: filepath.Join(folder, "signing-key.pem"), keys: filepath.Join(folder, "jwks.json")}
	key, err := auth.DevelopmentKey(i.keyFile)
	if err != nil {
		return i, err
	}
	kid, err := auth.KeyID(key)
	if err != nil {
		return i, err
	}
	public, err := auth.PublicKeys(key)
	if err != nil {
		return i, err
	}
	set, err := auth.Published(ctx, public)
	if err != nil {
		return i, err
	}
	i.signer = auth.Signer{Key: key, KeyID: kid, Issuer: "https://joo.kz", Audience: "https://joo.kz/graphql"}
	return i, os.WriteFile(i.keys, set, 0o600)
}

func (i issuer) sign(client, user string) (string, error) {
	return i.signer.Sign(client, user, "", time.Now(), 24*time.Hour)
}

// askers are all universities, and fifty people.
func (i issuer) askers(d *database) (leads, me []identity, err error) {
	for _, c := range d.codes {
		token, err := i.sign("university-"+c, "")
		if err != nil {
			return nil, nil, err
		}
		leads = append(leads, identity{university: c, token: token})
	}
	for n := range universities {
		user := d.people.GrantApplications[n*7].UserID.String()
		token, err := i.sign("app", user)
		if err != nil {
			return nil, nil, err
		}
		me = append(me, identity{user: user, token: token})
	}
	return leads, me, nil
}
