package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

func receiptCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "receipt", Short: "Receipts of consents", Args: noArguments}
	cmd.AddCommand(verifyCommand())
	return cmd
}

func verifyCommand() *cobra.Command {
	var source string
	cmd := &cobra.Command{
		Use:   "verify FILE --keys JWKS",
		Short: "Verify a receipt offline and print what it says",
		Long: "Verify a receipt, a JWS in compact serialisation, with the keys that the API publishes at\n" +
			"/.well-known/jwks.json (a copy of them, or their URL), and print what it says.\n" +
			"Exit status 1 if it is not a receipt that the operator signed as it stands.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || source == "" {
				return usageError{errors.New("receipt verify takes one file, and --keys")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return verifyReceipt(cmd, args[0], source) },
	}
	cmd.Flags().StringVar(&source, "keys", "", "the operator's JWK Set: a file or a URL")
	return cmd
}

func verifyReceipt(cmd *cobra.Command, file, source string) error {
	raw, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return usageError{err}
	}
	keys, err := auth.LoadKeys(cmd.Context(), source)
	if err != nil {
		return usageError{fmt.Errorf("--keys: %w", err)}
	}
	jws := strings.TrimSpace(string(raw))
	if _, err := consent.Verify(jws, keys.Ed25519(cmd.Context())); err != nil {
		return err
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(jws, ".")[1])
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, payload, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), out.String())
	return err
}

func consentCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{Use: "consent", Short: "Consents, as the operator handles them", Args: noArguments}
	cmd.AddCommand(withdrawCommand(getenv, now), refuseCommand(getenv, now))
	return cmd
}

// letter is what the operator records of a written document (clause 5.1.3): whose
// consent it is about, and for which scopes.
type letter struct {
	user, consent, document string
	scopes                  []string
}

func (l *letter) flags(cmd *cobra.Command, scopes string) {
	cmd.Flags().StringVar(&l.user, "user", "", "the person's id")
	cmd.Flags().StringVar(&l.consent, "consent", "", "the consent's id")
	cmd.Flags().StringVar(&l.document, "document", "", "the reference under which the document is kept")
	cmd.Flags().StringSliceVar(&l.scopes, "scopes", nil, scopes)
}

func withdrawCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	var l letter
	cmd := &cobra.Command{
		Use:   "withdraw --user UUID --consent ID --document REFERENCE [--scopes COLLECTION,…]",
		Short: "Record that a person withdrew a consent by letter",
		Long: "Record that a person withdrew a consent by a written document: at once, as they could have in the\n" +
			"app. The document's reference is kept with it; it names no person.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			asked := l.check(e)
			if err := e.err(); err != nil {
				return err
			}
			evidence := postgres.Evidence{Channel: applicant.ConsentChannelLetter, Reference: l.document}
			return l.record(cmd, c, now, "withdrawn", func(t *postgres.Transaction) error {
				return t.Withdraw(cmd.Context(), l.consent, asked, evidence)
			})
		},
	}
	l.flags(cmd, "what is withdrawn; all of it if not given")
	return cmd
}

func refuseCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	var l letter
	var ground, article string
	cmd := &cobra.Command{
		Use:   "refuse --user UUID --consent ID --ground LAW|OBLIGATION|PUBLIC_SOURCE --article TEXT --document REFERENCE [--scopes COLLECTION,…]",
		Short: "Record why the operator goes on with what a person withdrew",
		Long: "Record why the operator goes on with what a person withdrew: the ground, the law and its article, and\n" +
			"the reference of the answer that the person was given. The person reads it as continuesUnder. It\n" +
			"opens nothing to anybody; what was withdrawn stays so.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			k := postgres.Continuation{
				Scopes: l.check(e), Ground: applicant.WithdrawalRefusalGround(ground), Article: article, Document: l.document,
			}
			if !k.Ground.Valid() {
				e.fault("--ground", "is LAW, OBLIGATION or PUBLIC_SOURCE")
			}
			if article == "" {
				e.fault("--article", "is required")
			}
			if err := e.err(); err != nil {
				return err
			}
			return l.record(cmd, c, now, "recorded", func(t *postgres.Transaction) error {
				return t.RefuseWithdrawal(cmd.Context(), l.consent, k)
			})
		},
	}
	l.flags(cmd, "what goes on; all that was withdrawn if not given")
	cmd.Flags().StringVar(&ground, "ground", "", "LAW (94-V, art. 9), OBLIGATION (art. 8 p. 2) or PUBLIC_SOURCE (art. 7 p. 5)")
	cmd.Flags().StringVar(&article, "article", "", "the law and its article")
	return cmd
}

func (l *letter) check(e *environment) consent.Scopes {
	for _, id := range []struct{ flag, value string }{{"--user", l.user}, {"--consent", l.consent}} {
		if uuid.Validate(id.value) != nil {
			e.fault(id.flag, "is not a UUID")
		}
	}
	if l.document == "" {
		e.fault("--document", "is required")
	}
	asked, err := consent.ParseScopes(l.scopes...)
	if err != nil {
		e.fault("--scopes", "is some of "+strings.Join(consent.AllScopes.Words(), ", "))
	}
	return asked
}

// record writes what the document changes for the person, and prints what was done.
func (l *letter) record(cmd *cobra.Command, c config, now func() time.Time, done string, change func(*postgres.Transaction) error) error {
	return withStore(cmd, c, now, func(ctx context.Context, s *postgres.Store) error {
		if err := s.Change(ctx, l.user, change); err != nil {
			return err
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), done)
		return err
	})
}

// withStore does a work on the database.
func withStore(cmd *cobra.Command, c config, now func() time.Time, work func(context.Context, *postgres.Store) error) error {
	v, err := c.vault()
	if err != nil {
		return err
	}
	dsn, stop, err := database(cmd.Context(), c, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer stop()
	store, err := postgres.Open(cmd.Context(), dsn, postgres.Options{MaxConnections: 4, Now: now, Driver: "postgres", Vault: v})
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return work(cmd.Context(), store)
}
