package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/sheet"
)

func importCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use: "import", Short: "Import what is known of applicants from elsewhere", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		importSubcommand(getenv, now, "ent", "Import results of the ENT", func(ctx context.Context, s *postgres.Store, p papers) (sheet.Count, error) {
			return importSheet(ctx, p, sheet.Ent(s.Catalogue, now), s.ImportEntResults)
		}),
		importSubcommand(getenv, now, "grants", "Import applications for grants, and how they went on", func(ctx context.Context, s *postgres.Store, p papers) (sheet.Count, error) {
			return importSheet(ctx, p, sheet.Grants(now), s.ImportGrantApplications)
		}),
	)
	return cmd
}

type importWork func(context.Context, *postgres.Store, papers) (sheet.Count, error)

func importSubcommand(getenv func(string) string, now func() time.Time, name, short string, work importWork) *cobra.Command {
	var rejects string
	cmd := &cobra.Command{
		Use:   name + " FILE.csv [--rejects FILE]",
		Short: short,
		Long: short + " from a sheet in CSV (- for the standard input), as docs/import.md tells.\n" +
			"People are found by IIN; nobody's data are written without their consent to that. Rows that are not\n" +
			"good go to the file of rejects, with reasons. The same sheet once more changes nothing; interrupted, it\n" +
			"goes on when it is run again. Exit status 1 if a row was rejected, 2 if the sheet cannot be read.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "-" && rejects == "" {
				return usageError{errors.New("import " + name + " takes one file, or - and --rejects")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			if err := e.err(); err != nil {
				return err
			}
			return importFile(cmd, c, now, work, args[0], rejects)
		},
	}
	cmd.Flags().StringVar(&rejects, "rejects", "", "where rejected rows go; FILE.csv.rejects.csv if not given")
	return cmd
}

// papers are the sheet, where its rejects go, and who is told of the progress.
type papers struct {
	in       io.Reader
	rejects  *rejectsFile
	progress func(sheet.Count)
}

func importFile(cmd *cobra.Command, c config, now func() time.Time, work importWork, file, rejects string) error {
	in, err := openSheet(cmd, file)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	if rejects == "" {
		rejects = file + ".rejects.csv"
	}
	p := papers{in: in, rejects: &rejectsFile{path: rejects}, progress: importProgress(cmd.ErrOrStderr(), now)}
	if err := p.rejects.clear(in); err != nil {
		return usageError{fmt.Errorf("--rejects: %w", err)}
	}
	defer func() { _ = p.rejects.Close() }()
	err = withStore(cmd, c, now, func(ctx context.Context, s *postgres.Store) error {
		count, err := work(ctx, s, p)
		return concluded(cmd.OutOrStdout(), count, rejects, errors.Join(err, p.rejects.Close()))
	})
	if err != nil && cmd.Context().Err() != nil {
		return errors.New("interrupted; run it again to go on")
	}
	return err
}

// openSheet opens the file that is imported.
func openSheet(cmd *cobra.Command, file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	in, err := os.Open(file) //nolint:gosec // the user names the file
	if err != nil {
		return nil, usageError{err}
	}
	return in, nil
}

func importSheet[T any](ctx context.Context, p papers, k sheet.Kind[T], write sheet.Write[T]) (sheet.Count, error) {
	s, err := sheet.Open(p.in, k)
	if err != nil {
		return sheet.Count{}, err
	}
	return s.Import(ctx, write, p.rejects, p.progress)
}

// concluded prints what became of the rows, whether or not the work came to its end,
// and is the exit status.
func concluded(out io.Writer, count sheet.Count, rejects string, err error) error {
	if count.Rows() > 0 || err == nil {
		printCount(out, count, rejects)
	}
	var unreadable *sheet.Error
	switch {
	case errors.As(err, &unreadable):
		return usageError{fmt.Errorf("the sheet cannot be read: %w", err)}
	case err != nil:
		return err
	case count.Outcomes[sheet.Rejected] > 0:
		return exitError(1)
	default:
		return nil
	}
}

func printCount(out io.Writer, count sheet.Count, rejects string) {
	of := count.Outcomes
	_, _ = fmt.Fprintf(out, "%d rows: %d new, %d changed, %d the same, %d rejected\n",
		count.Rows(), of[sheet.New], of[sheet.Changed], of[sheet.Same], of[sheet.Rejected])
	if of[sheet.Rejected] == 0 {
		return
	}
	for _, reason := range slices.Sorted(maps.Keys(count.Reasons)) {
		_, _ = fmt.Fprintf(out, "  %s %d\n", reason, count.Reasons[reason])
	}
	_, _ = fmt.Fprintf(out, "the rejected rows are in %s\n", rejects)
}

// importProgress prints the count so far, once a second.
func importProgress(out io.Writer, now func() time.Time) func(sheet.Count) {
	begun := now()
	told := begun
	return func(count sheet.Count) {
		at := now()
		if at.Sub(told) < time.Second {
			return
		}
		told = at
		_, _ = fmt.Fprintf(out, "%d rows, %.0f a second, %d rejected\n",
			count.Rows(), float64(count.Rows())/at.Sub(begun).Seconds(), count.Outcomes[sheet.Rejected])
	}
}

// rejectsFile is a file for its owner alone, made when something is written to it.
type rejectsFile struct {
	path string
	file *os.File
}

// clear removes the file of an earlier import, unless that is the sheet itself.
func (f *rejectsFile) clear(in io.Reader) error {
	there, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if file, is := in.(*os.File); is {
		if sheet, err := file.Stat(); err != nil || os.SameFile(sheet, there) {
			return errors.New("is the sheet itself")
		}
	}
	return os.Remove(f.path)
}

func (f *rejectsFile) Write(b []byte) (n int, err error) {
	if f.file == nil {
		if f.file, err = os.OpenFile(f.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
			return 0, err
		}
	}
	return f.file.Write(b)
}

// Close closes the file; once more does nothing.
func (f *rejectsFile) Close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	if errors.Is(err, fs.ErrClosed) {
		return nil
	}
	return err
}
