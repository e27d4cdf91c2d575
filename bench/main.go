// Command bench compares Kelisim with other servers and with the hand-written limit:
// one database, one server at a time, the same questions, answers checked first.
//
//	go run .          measures, and writes results.json and docs/performance.md's tables
//	go run . -check   tells whether the figures of results.json are within their bounds
//	go run . -scale 20000,200000,2000000   measures Kelisim alone, over databases of these sizes
//	go run . -profiles DIR   also keeps a CPU profile of Kelisim and of its reference under each load
//	go run . -gogc 100,200,400   measures Kelisim alone, with these settings of GOGC
//	go run . -hold 5m   holds a load while consents change and keys rotate, and more than can be answered
//
// README.md tells what it needs, and what the figures mean.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"joo.kz/kelisim/internal/demo"
)

// options are the flags.
type options struct {
	users       int
	rounds      int
	long        time.Duration
	connections []int
	servers     []string
	queries     []string
	results     string
	tables      string
	check       bool
	scale       []int         // numbers of people to compare
	hold        time.Duration // how long to hold a load
	gogc        []int         // settings of GOGC to compare
	profiles    string        // folder of the profiles of Kelisim
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := flags()
	if err == nil {
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func flags() (o options, err error) {
	flag.IntVar(&o.users, "users", 200_000, "people in the database")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each server takes its turn")
	flag.DurationVar(&o.long, "long", 3*time.Second, "how long a load lasts")
	flag.StringVar(&o.results, "results", "results.json", "file of the figures")
	flag.StringVar(&o.tables, "tables", "../docs/performance.md", "file whose tables are written anew")
	flag.BoolVar(&o.check, "check", false, "check the figures of an earlier run")
	flag.DurationVar(&o.hold, "hold", 0, "hold a load for so long")
	flag.StringVar(&o.profiles, "profiles", "", "folder for CPU profiles of Kelisim and its reference")
	sizes := flag.String("scale", "", "numbers of people to compare")
	percents := flag.String("gogc", "", "settings of GOGC to compare")
	connections := flag.String("connections", "1,32,256", "numbers of connections")
	servers := flag.String("servers", "", "names of servers; all, if empty")
	asked := flag.String("queries", "", "names of queries; all, if empty")
	flag.Parse()
	o.servers, o.queries = strings.FieldsFunc(*servers, comma), strings.FieldsFunc(*asked, comma)
	var err1, err2, err3 error
	o.connections, err1 = numbers("-connections", *connections)
	o.scale, err2 = numbers("-scale", *sizes)
	o.gogc, err3 = numbers("-gogc", *percents)
	return o, errors.Join(err1, err2, err3)
}

func numbers(flag, list string) (all []int, err error) {
	for _, s := range strings.FieldsFunc(list, comma) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		all = append(all, n)
	}
	return all, nil
}

func comma(r rune) bool { return r == ',' }

func run(ctx context.Context, o options) error {
	switch {
	case o.check:
		return checkFigures(o.results)
	case len(o.scale) > 0:
		return scale(ctx, o)
	case len(o.gogc) > 0:
		return collect(ctx, o)
	case o.hold > 0:
		return hold(ctx, o)
	}
	b, stop, err := prepare(ctx, o, deal{universities, consentedLeads * o.users / 200_000})
	if err != nil {
		return err
	}
	defer stop()
	r, err := b.measure(ctx, o)
	if err != nil {
		return err
	}
	return r.writeTables(o.tables)
}

// bench is what all contenders share.
type bench struct {
	folder       string // of programs, keys and logs
	database     *database
	issuer       issuer
	truth        *truth
	universities []identity
	people       []identity
}

// sharedBuffers holds the rows that the loads ask for, for each server alike: PostgreSQL's
// default of 128 MB is a tenth of the database.
const sharedBuffers = "shared_buffers=2GB"

func prepare(ctx context.Context, o options, d deal) (b *bench, stop func(), err error) {
	folder, err := filepath.Abs(".data")
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, err
	}
	b = &bench{folder: folder}
	c, err := demo.StartCluster(ctx, demo.ClusterOptions{Dir: filepath.Join(folder, "postgres"), Progress: os.Stderr, Ephemeral: true, Settings: []string{sharedBuffers}})
	if err != nil {
		return nil, nil, err
	}
	stop = func() { _ = c.Stop() }
	tell("filling a database with %d people", o.users)
	if b.database, err = open(ctx, c, "bench", filepath.Join(folder, "keys"), o.users, d); err == nil {
		b.truth = newTruth(b.database.people)
		b.issuer, err = newIssuer(ctx, folder)
	}
	if err == nil {
		b.universities, b.people, err = b.issuer.askers(b.database)
	}
	if err == nil {
		err = b.build(ctx)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return b, stop, nil
}

// build compiles the programs of Go: Kelisim in its own module, the others in this.
func (b *bench) build(ctx context.Context) error {
	for _, args := range [][]string{{"-C", "..", "build", "-o", b.folder + "/", "."}, {"build", "-o", b.folder + "/", "./cmd/..."}} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return err
		}
	}
	return nil
}

func tell(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
