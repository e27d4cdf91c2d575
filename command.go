package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/migrations"
)

// commands is the command line.
func commands(getenv func(string) string, now func() time.Time) *cobra.Command {
	root := serveCommand(getenv, now)
	root.Use = "kelisim"
	root.Short = "The consent-enforcing GraphQL API of JOO.kz"
	root.Long = "Kelisim serves applicants' data to the JOO.kz app and sites and to partner universities, each\nas far as the privacy policy and the person's consent allow. Without a command it serves."
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		serveCommand(getenv, now), demoCommand(getenv, now), migrateCommand(getenv),
		matrixCommand(), planCommand(), tokenCommand(getenv, now), keysCommand(getenv, now),
		receiptCommand(), consentCommand(getenv, now), policyCommand(getenv, now),
		surveyCommand(getenv, now), importCommand(getenv, now),
	)
	return root
}

// noArguments refuses arguments, an unknown command among them.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("unknown command %q for %q; see kelisim --help", args[0], cmd.CommandPath())}
	}
	return nil
}

func serveCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the API (the default)",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			e.require("JWT_KEYS", "OPERATOR_BIN")
			if err := e.err(); err != nil {
				return err
			}
			return serve(cmd.Context(), c, now, cmd.ErrOrStderr())
		},
	}
}

func migrateCommand(getenv func(string) string) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Apply the migrations",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			if err := e.err(); err != nil {
				return err
			}
			dsn, stop, err := database(cmd.Context(), c, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer stop()
			done, err := postgres.Migrate(cmd.Context(), dsn, migrations.FS)
			if err != nil {
				return err
			}
			cmd.Printf("%d migrations applied\n", done)
			return nil
		},
	}
}

func matrixCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "matrix",
		Short: "Print the rules in force: categories down, AUDIENCE:PURPOSE across",
		Long: "Print the rules in force: categories down, AUDIENCE:PURPOSE across.\n" +
			"F full; M masked; - never; D full where the person's consent to that university covers it, and part\n" +
			"of what one press of the button gives; C the same, but only if the person ticked it.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch format {
			case "tsv":
				return privacy.WriteMatrix(cmd.OutOrStdout())
			case "table":
				table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				if err := privacy.WriteMatrix(table); err != nil {
					return err
				}
				return table.Flush()
			default:
				return usageError{fmt.Errorf("--format is table or tsv")}
			}
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or tsv")
	return cmd
}

func planCommand() *cobra.Command {
	var audience, purpose string
	cmd := &cobra.Command{
		Use:   "plan FILE.graphql",
		Short: "Print the privacy plan of each operation in a file",
		Long: "Print the privacy plan of each operation in a file: what becomes of every personal field, filter\n" +
			"and sort key. The document's own @purpose wins; unknown variables count as included.\n" +
			"Exit status 1 if anything is NEVER shown, 2 if the document is not valid.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("plan takes one file")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return printPlans(cmd, args[0], audience, purpose) },
	}
	cmd.Flags().StringVar(&audience, "audience", "", "who reads: "+names(privacy.Audiences()))
	cmd.Flags().StringVar(&purpose, "purpose", "", "what for, where an operation does not say: "+names(privacy.Purposes()))
	return cmd
}

func names[W fmt.Stringer](words []W) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.String()
	}
	return strings.Join(all, ", ")
}

func printPlans(cmd *cobra.Command, file, audience, purpose string) error {
	document, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return usageError{err}
	}
	a, err := optional(audience, privacy.ParseAudience, "--audience is one of "+names(privacy.Audiences()))
	if err != nil {
		return err
	}
	p, err := optional(purpose, privacy.ParsePurpose, "--purpose is one of "+names(privacy.Purposes()))
	if err != nil {
		return err
	}
	plans, err := graph.ExplainDocument(string(document), a, p)
	if err != nil {
		return usageError{err}
	}
	never := false
	for _, plan := range plans {
		never = printPlan(cmd, plan) || never
	}
	if never {
		return exitError(1)
	}
	return nil
}

func optional[W any](word string, parse func(string) (W, error), usage string) (w W, err error) {
	if word == "" {
		return w, nil
	}
	if w, err = parse(word); err != nil {
		return w, usageError{fmt.Errorf("%s", usage)}
	}
	return w, nil
}

// printPlan prints a plan, and tells whether anything in it is never shown.
func printPlan(cmd *cobra.Command, plan graph.Explanation) (never bool) {
	out := cmd.OutOrStdout()
	_, _ = fmt.Fprintf(out, "operation %s audience %s purpose %s\n", dash(plan.Operation), dash(plan.Audience.String()), dash(plan.Purpose.String()))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "path\tcoordinate\tcategory\tverdict\ttreatment\tbasis\tclause")
	for _, f := range plan.Fields {
		never = never || f.Verdict == privacy.Never
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			f.Path, f.Coordinate, f.Category, f.Verdict, text(f.Treatment), text(f.Basis), clause(f.Clause))
	}
	_ = table.Flush()
	for _, r := range plan.Refused {
		_, _ = fmt.Fprintf(out, "refused %s: %s\n", r.Path, r.Code)
	}
	return never || len(plan.Refused) > 0
}

func dash(s string) string {
	if s == "" || s == "UNKNOWN" {
		return "-"
	}
	return s
}

func text[W fmt.Stringer](w *W) string {
	if w == nil {
		return "-"
	}
	return (*w).String()
}

func clause(c *string) string {
	if c == nil {
		return "-"
	}
	return *c
}

func tokenCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	var client, user string
	var ttl time.Duration
	cmd := &cobra.Command{
		Use:   "token --client ID [--user UUID] [--ttl 1h]",
		Short: "Sign a token (development and operations)",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			if client == "" {
				e.fault("--client", "is required")
			}
			if user != "" && uuid.Validate(user) != nil {
				e.fault("--user", "is not a UUID")
			}
			if ttl <= 0 {
				e.fault("--ttl", "is not a duration like 1h")
			}
			if err := e.err(); err != nil {
				return err
			}
			s, err := signer(c)
			if err != nil {
				return err
			}
			token, err := s.Sign(client, user, "", now(), ttl)
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintln(cmd.OutOrStdout(), token)
			return nil
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the client's id")
	cmd.Flags().StringVar(&user, "user", "", "the person's id, for the app and the site")
	cmd.Flags().DurationVar(&ttl, "ttl", time.Hour, "how long the token is good")
	return cmd
}
