package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/spf13/cobra"

	"joo.kz/kelisim/internal/postgres"
)

func keysCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Look after the keys that open personal data",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		keysSubcommand(getenv, now, "status", "Print the epochs, how many keys each wraps, and what a lost key store would cost",
			"", keysStatus),
		keysSubcommand(getenv, now, "rotate", "Make a new epoch and wrap all data keys anew",
			"Make a new epoch and wrap all data keys anew, in batches, while the service answers. Interrupted, it\n"+
				"goes on where it ended when it is run again.", keysRotate),
		keysSubcommand(getenv, now, "reindex", "Give the blind indexes new keys and fill them anew",
			"Give the blind indexes new keys and fill them anew, in batches, while the service answers. Interrupted,\n"+
				"it goes on where it ended when it is run again.", keysReindex),
	)
	return cmd
}

type keysWork func(ctx context.Context, keys *postgres.Keys, out, progress io.Writer) error

func keysSubcommand(getenv func(string) string, now func() time.Time, name, short, long string, work keysWork) *cobra.Command {
	return &cobra.Command{
		Use:   name,
		Short: short,
		Long:  long,
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			if err := e.err(); err != nil {
				return err
			}
			return withKeys(cmd.Context(), c, now, cmd.ErrOrStderr(), func(keys *postgres.Keys) error {
				return work(cmd.Context(), keys, cmd.OutOrStdout(), cmd.ErrOrStderr())
			})
		},
	}
}

// withKeys does a work on the keys of the database.
func withKeys(ctx context.Context, c config, now func() time.Time, progress io.Writer, work func(*postgres.Keys) error) error {
	v, err := c.vault()
	if err != nil {
		return err
	}
	dsn, stop, err := database(ctx, c, progress)
	if err != nil {
		return err
	}
	defer stop()
	db, err := sqlx.ConnectContext(ctx, "postgres", dsn)
	if err != nil {
		return postgres.Describe(err)
	}
	defer func() { _ = db.Close() }()
	keys, err := postgres.NewKeys(db, v, now)
	if err != nil {
		return err
	}
	if err := work(keys); errors.Is(err, postgres.ErrKeyStore) {
		return usageError{fmt.Errorf("KEY_STORE: %w", err)}
	} else if err != nil {
		return err
	}
	return nil
}

func keysStatus(ctx context.Context, keys *postgres.Keys, out, _ io.Writer) error {
	s, err := keys.Status(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "epoch\tcreated\tdata keys\tindex keys\tkey in the store")
	for _, e := range s.Epochs {
		_, _ = fmt.Fprintf(table, "%d\t%s\t%d\t%d\t%s\n", e.Epoch, e.CreatedAt.UTC().Format(time.RFC3339), e.DataKeys, e.IndexKeys, e.Key)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "A lost key store would cost %d sealed values of %d people, for ever: names, IIN, birth date, phone, e-mail,\n"+
		"address, testee code, answers to surveys. Exam results, grant applications, consents and leads would stay, and nobody\n"+
		"could be found by IIN, phone, e-mail or testee code. Keep a copy of it apart from the database and from its backups.\n", s.Values, s.People)
	return nil
}

func keysRotate(ctx context.Context, keys *postgres.Keys, out, progress io.Writer) error {
	epoch, err := keys.Rotate(ctx, printProgress(progress))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "all keys are wrapped by epoch %d\n", epoch)
	return err
}

func keysReindex(ctx context.Context, keys *postgres.Keys, out, progress io.Writer) error {
	if err := keys.Reindex(ctx, printProgress(progress)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "all blind indexes have new keys")
	return err
}

func printProgress(w io.Writer) postgres.Progress {
	return func(what string, done, total int) {
		_, _ = fmt.Fprintf(w, "%s: %d of %d\n", what, done, total)
	}
}
