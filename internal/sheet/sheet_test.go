package sheet_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/sheet"
)

func now() time.Time { return time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC) }

// catalogue offers one pair of profile subjects.
func catalogue() *applicant.Catalogue {
	return &applicant.Catalogue{Combinations: []*applicant.ProfileCombination{
		{Code: "MATH_PHYS", Subjects: []applicant.Subject{applicant.SubjectMath, applicant.SubjectPhysics}},
	}}
}

const (
	header = "iin,year,session,test_date,language,place,testee_code,history_kz,math_lit,read_lit,math,physics\n"
	good   = "080115599001,2026,MAIN,2026-06-01,RU,,990000001,20,10,10,50,49\n"
)

// imported is what an import of a sheet writes, tells and rejects.
func imported(content string, write sheet.Write[applicant.Sitting]) (sheet.Count, string, error) {
	s, err := sheet.Open(strings.NewReader(content), sheet.Ent(catalogue(), now))
	if err != nil {
		return sheet.Count{}, "", err
	}
	var rejects bytes.Buffer
	count, err := s.Import(context.Background(), write, &rejects, func(sheet.Count) {})
	return count, rejects.String(), err
}

// all takes every row.
func all(_ context.Context, rows []sheet.Row[applicant.Sitting]) ([]sheet.Fate, error) {
	fates := make([]sheet.Fate, len(rows))
	for i := range fates {
		fates[i].Outcome = sheet.New
	}
	return fates, nil
}

// TestBatches: rows are counted and rejected in the order of the sheet, however long
// each batch takes.
func TestBatches(t *testing.T) {
	var b strings.Builder
	b.WriteString(header)
	const rows = 9000
	for range rows {
		b.WriteString("nobody,2026,MAIN,2026-06-01,RU,,,20,10,10,50,49\n")
	}
	b.WriteString(good)
	count, rejects, err := imported(b.String(), func(ctx context.Context, rows []sheet.Row[applicant.Sitting]) ([]sheet.Fate, error) {
		time.Sleep(20 * time.Millisecond)
		return all(ctx, rows)
	})
	if err != nil || count.Rows() != rows+1 || count.Outcomes[sheet.New] != 1 || count.Reasons["NON_DIGIT"] != rows {
		t.Fatal(count, err)
	}
	lines := strings.Split(strings.TrimSpace(rejects), "\n")
	for i, line := range lines[1:] {
		if got, _, _ := strings.Cut(line, ","); len(lines) != rows+1 || got != strconv.Itoa(i+2) {
			t.Fatalf("reject %d of %d is of line %s", i, len(lines)-1, got)
		}
	}
}

// TestFailedBatch: what was written is told of, what failed is not, and nothing is
// read for ever after.
func TestFailedBatch(t *testing.T) {
	failure := errors.New("failure")
	content := header + strings.Repeat("nobody,2026,MAIN,,RU,,,,,,,\n", 2000) + good
	count, _, err := imported(content, func(context.Context, []sheet.Row[applicant.Sitting]) ([]sheet.Fate, error) { return nil, failure })
	if !errors.Is(err, failure) || count.Rows() != 2000 {
		t.Fatal(count, err)
	}
}

// TestErrorsQuoteNothing: a sheet without a first line is refused without a word of it.
func TestErrorsQuoteNothing(t *testing.T) {
	for content, want := range map[string]string{
		"":                              "line 1: the names of the columns are missing",
		good:                            "line 1, column 1: there is no column of that name",
		"iin,year,iin\n":                "line 1, column 3: the column is there twice",
		"iin;year;IIN\n":                "line 1, column 3: there is no column of that name",
		"iin,year,session,test_date\n":  "line 1: the column language is missing",
		header + good + "\"0801\"1,2\n": "line 3: not CSV: a quotation mark is out of place",
	} {
		_, _, err := imported(content, all)
		var e *sheet.Error
		if !errors.As(err, &e) || e.Error() != want {
			t.Errorf("%q: %v, want %s", content, err, want)
		}
	}
}

// FuzzSheet: whatever a sheet holds, each row is taken or rejected, what is taken
// follows the rules, an error quotes nothing, and the sheet of rejects is one that is
// rejected alike.
func FuzzSheet(f *testing.F) {
	f.Add(header + good)
	f.Add("\ufeff" + strings.ReplaceAll(header+good, ",", ";"))
	f.Add(header + good + good + "080115599001,20x6,MAIN,1 June,RU,,,\n\"a\"b\",,\n")
	f.Add("line,column,reason," + header + "2,iin,UNKNOWN," + good)
	f.Fuzz(func(t *testing.T, content string) {
		taken := 0
		count, rejects, err := imported(content, func(ctx context.Context, rows []sheet.Row[applicant.Sitting]) ([]sheet.Fate, error) {
			taken += len(rows)
			for _, r := range rows {
				if _, err := applicant.ParseIIN(string(r.IIN), now()); err != nil || len(r.Value.Scores) < 4 || r.Value.Year < 2022 {
					t.Errorf("a row was taken: %v", err)
				}
			}
			return all(ctx, rows)
		})
		var e *sheet.Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%T", err)
		}
		if count.Outcomes[sheet.New] != taken || count.Outcomes[sheet.Rejected] == 0 != (rejects == "") {
			t.Fatalf("%+v, %d taken, rejects %q", count, taken, rejects)
		}
		if rejects == "" || count.Reasons["DOUBLE"]+count.Reasons["CELLS"] > 0 || strings.Contains(content, "\r") {
			return // what is double is not, without the row before; a row of another length may lack what is passed over
		}
		again, more, err := imported(rejects, all)
		if err != nil || again.Outcomes[sheet.Rejected] != count.Outcomes[sheet.Rejected] || again.Rows() != again.Outcomes[sheet.Rejected] {
			t.Fatalf("rejects of rejects: %+v, %v", again, err)
		}
		if diff := cmp.Diff(withoutLines(t, rejects), withoutLines(t, more)); diff != "" {
			t.Error(diff)
		}
	})
}

// withoutLines are the rows of a sheet of rejects but for where they stood.
func withoutLines(t *testing.T, rejects string) (rows [][]string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(rejects))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		rows = append(rows, row[1:])
	}
	return rows
}
