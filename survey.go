package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

func surveyCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{Use: "survey", Short: "Surveys, which people may answer", Args: noArguments}
	cmd.AddCommand(publishSurveyCommand(getenv, now), surveysCommand(getenv, now))
	return cmd
}

func publishSurveyCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "publish --file F",
		Short: "Publish a survey, or the next version of one, for ever",
		Long: "Publish a survey from a file in JSON, as docs/survey.md tells: what is asked, what for, and for how\n" +
			"many days the answers are kept. A survey of the same id is its next version, which takes the place of\n" +
			"the one before: that is kept, and can no longer be answered. What is wrong with the file is told line\n" +
			"by line, and then nothing is published.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			content, err := os.ReadFile(file) //nolint:gosec // the user names the file
			if err != nil {
				e.fault("--file", "cannot be read")
			}
			if err := e.err(); err != nil {
				return err
			}
			survey, err := applicant.ParseSurvey(content, now())
			if err != nil {
				return usageError{fmt.Errorf("--file is not a survey:\n%w", err)}
			}
			return publishSurvey(cmd, c, now, survey)
		},
	}
	cmd.Flags().StringVar(&file, "file", "", "the survey, in JSON and UTF-8")
	return cmd
}

func publishSurvey(cmd *cobra.Command, c config, now func() time.Time, survey *applicant.Survey) error {
	return withStore(cmd, c, now, func(ctx context.Context, s *postgres.Store) error {
		published, err := s.PublishSurvey(ctx, survey)
		if errors.Is(err, consent.ErrSurveyPublished) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "survey %s, version %d, answers kept for %d days\nsha256 %s\n",
			published.ID, published.Version, published.RetentionDays, published.SHA256)
		return err
	})
}

func surveysCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the surveys, of each the latest version first",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			if err := e.err(); err != nil {
				return err
			}
			return withStore(cmd, c, now, func(ctx context.Context, s *postgres.Store) error { return listSurveys(ctx, cmd, s) })
		},
	}
}

func listSurveys(ctx context.Context, cmd *cobra.Command, s *postgres.Store) error {
	snapshot := s.Snapshot()
	defer func() { _ = snapshot.Close() }()
	all, err := snapshot.AllSurveys(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "survey\tversion\tnow\tpublished\tlast day\tkept, days\tquestions\ttitle")
	last := ""
	for _, v := range all {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%d\t%d\t%s\n",
			v.ID, v.Version, surveyStands(v, v.ID != last, snapshot.At()), utc(v.PublishedAt), lastDay(v), v.RetentionDays,
			len(v.Fields), v.Title.Ru)
		last = v.ID
	}
	return table.Flush()
}

// surveyStands is how a version of a survey stands: open, over, or replaced by a
// later one.
func surveyStands(v *applicant.Survey, latest bool, at time.Time) string {
	closes := v.ClosesAt()
	switch {
	case !latest:
		return "replaced"
	case closes != nil && !closes.After(at):
		return "over"
	default:
		return "open"
	}
}

func lastDay(v *applicant.Survey) string {
	if v.LastDay == nil {
		return "-"
	}
	return v.LastDay.Format(time.DateOnly)
}
