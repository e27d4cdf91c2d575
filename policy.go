package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

func policyCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{Use: "policy", Short: "Versions of the privacy policy", Args: noArguments}
	cmd.AddCommand(publishCommand(getenv, now), policiesCommand(getenv, now))
	return cmd
}

// paper is what `policy publish` is given.
type paper struct {
	file, language, effective, url, rules string
	version                               int32
}

func publishCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	var p paper
	cmd := &cobra.Command{
		Use:   "publish --file F --lang ru|kk|en [--version N] [--effective DATE] [--url URL] [--rules FILE.tsv]",
		Short: "Publish a version of the policy, or another language of one, for ever",
		Long: "Publish the next version of the policy, whose text is Russian, or with --version the text of a version\n" +
			"in another language. What is published stays: it is never changed and never deleted.\n" +
			"With a version is stored what it lets be read, as `kelisim matrix --format tsv` prints it: the rules of\n" +
			"this program unless --rules says otherwise. Whoever accepted an earlier version is read no further than\n" +
			"that one allows until they accept this.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			publication := p.publication(e)
			if err := e.err(); err != nil {
				return err
			}
			return publish(cmd, c, now, publication)
		},
	}
	cmd.Flags().StringVar(&p.file, "file", "", "the text, in UTF-8; its bytes are what the hash is of")
	cmd.Flags().StringVar(&p.language, "lang", "", "its language: ru, kk or en")
	cmd.Flags().Int32Var(&p.version, "version", 0, "the version that gets another language; the next one if not given")
	cmd.Flags().StringVar(&p.effective, "effective", "", "when the next version comes into force, as 2027-01-01 (midnight in Kazakhstan) or RFC 3339; at once if not given")
	cmd.Flags().StringVar(&p.url, "url", "", "where it is published; where the text before it is if not given")
	cmd.Flags().StringVar(&p.rules, "rules", "", "the rules of the next version; those of this program if not given")
	return cmd
}

// publication reads what was given, and notes its faults.
func (p paper) publication(e *environment) postgres.Publication {
	text, err := os.ReadFile(p.file)
	switch {
	case err != nil:
		e.fault("--file", "cannot be read")
	case strings.TrimSpace(string(text)) == "" || !utf8.Valid(text) || strings.ContainsRune(string(text), 0):
		e.fault("--file", "is not a text in UTF-8")
	}
	language := applicant.Language(strings.ToUpper(p.language))
	if !language.Valid() {
		e.fault("--lang", "is ru, kk or en")
	}
	if p.version < 0 || p.version > 0 && (p.effective != "" || p.rules != "") {
		e.fault("--version", "names a version that there is, which has its date and its rules")
	}
	return postgres.Publication{
		Version: p.version, Language: language, Text: string(text), URL: p.url,
		EffectiveFrom: p.effectiveFrom(e), Rules: p.allowed(e),
	}
}

// effectiveFrom is zero where nothing is said. Kazakhstan has one time, UTC+5.
func (p paper) effectiveFrom(e *environment) time.Time {
	if p.effective == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly, p.effective, time.FixedZone("Kazakhstan", 5*60*60))
	if err != nil {
		at, err = time.Parse(time.RFC3339, p.effective)
	}
	if err != nil {
		e.fault("--effective", "is not a date like 2027-01-01 or 2027-01-01T00:00:00+05:00")
	}
	return at.UTC()
}

func (p paper) allowed(e *environment) consent.Rules {
	if p.rules == "" {
		return consent.RulesInForce()
	}
	tsv, err := os.ReadFile(p.rules)
	if err != nil {
		e.fault("--rules", "cannot be read")
		return nil
	}
	rules, err := consent.ParseRules(string(tsv))
	if err != nil {
		e.fault("--rules", "is not a table of rules as kelisim matrix --format tsv prints it")
	}
	return rules
}

func publish(cmd *cobra.Command, c config, now func() time.Time, p postgres.Publication) error {
	return withStore(cmd, c, now, func(ctx context.Context, s *postgres.Store) error {
		published, err := s.Publish(ctx, p)
		for _, refused := range []error{
			consent.ErrNoPolicy, consent.ErrPublished, consent.ErrRussianFirst, consent.ErrBackdated, consent.ErrNothingToAccept,
		} {
			if errors.Is(err, refused) {
				return usageError{err}
			}
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "version %d, %s, in force from %s\nsha256 %s\n",
			published.Version, published.Language, utc(published.EffectiveFrom), published.SHA256)
		return err
	})
}

func policiesCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the versions of the policy, the latest first",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			if err := e.err(); err != nil {
				return err
			}
			return withStore(cmd, c, now, func(ctx context.Context, s *postgres.Store) error { return listPolicies(ctx, cmd, s) })
		},
	}
}

func listPolicies(ctx context.Context, cmd *cobra.Command, s *postgres.Store) error {
	snapshot := s.Snapshot()
	defer func() { _ = snapshot.Close() }()
	all, err := snapshot.Policies(ctx)
	if err != nil {
		return err
	}
	inForce, err := snapshot.PolicyInForce(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "version\tin force from\tnow\tlanguage\turl\tsha256")
	for _, p := range all {
		_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n",
			p.Version, utc(p.EffectiveFrom), standsAt(p, inForce, snapshot.At()), p.Language, p.URL, p.SHA256)
	}
	return table.Flush()
}

// standsAt is how a version stands: in force, to come, or past.
func standsAt(p *consent.Policy, inForce int32, at time.Time) string {
	switch {
	case p.Version == inForce:
		return "in force"
	case p.EffectiveFrom.After(at):
		return "to come"
	default:
		return "past"
	}
}

func utc(t applicant.DateTime) string { return t.UTC().Format(time.RFC3339) }
