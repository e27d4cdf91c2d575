package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

const oldestMajor = 15

// programs are the programs of one version of PostgreSQL.
type programs struct {
	bin   string // the folder
	major int
}

func (p programs) path(program string) string { return filepath.Join(p.bin, program) }

// locate returns the programs that are installed, or were downloaded into the
// site before, or else downloads them. A major other than 0 asks for that version
// only, because data belongs to the version that made it.
func (s *site) locate(ctx context.Context, o ClusterOptions, major int) (programs, error) {
	target := filepath.Join(s.folder, "binaries")
	folders := o.SearchPath
	if folders == nil {
		folders = usualPlaces()
	}
	folders = append(slices.Clone(folders), filepath.Join(target, "bin"))
	for _, bin := range folders {
		p, err := s.probe(ctx, bin)
		if err == nil && p.major >= oldestMajor && (major == 0 || p.major == major) {
			return p, nil
		}
	}
	switch {
	case ctx.Err() != nil:
		return programs{}, ctx.Err()
	case major != 0:
		return programs{}, fmt.Errorf("the data in %s is PostgreSQL %d's, which is not installed: "+
			"install it, choose another folder, or set DATABASE_URL", s.folder, major)
	default:
		return s.download(ctx, strings.TrimRight(o.Repository, "/"), target)
	}
}

// usualPlaces are the folders that packages put PostgreSQL in, the PATH's
// first, newer versions before older ones.
func usualPlaces() []string {
	var folders []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(initdb))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, _ := filepath.Glob(pattern) // fails for a faulty pattern only
		slices.Sort(found)
		slices.Reverse(found)
		folders = append(folders, found...)
	}
	return folders
}

// probe asks the programs in a folder for their version.
func (s *site) probe(ctx context.Context, bin string) (programs, error) {
	p := programs{bin: bin}
	if _, err := os.Stat(p.path("initdb")); err != nil {
		return p, err
	}
	output, err := s.run(ctx, bin, p.path("postgres"), "--version")
	if err != nil {
		return p, fmt.Errorf("%s: %w\n%s", p.path("postgres"), err, output)
	}
	_, err = fmt.Sscanf(output, "postgres (PostgreSQL) %d", &p.major)
	return p, err
}

// download installs PostgreSQL in target. The library that does it knows no
// context: when ctx ends before it, what it gets serves the next start.
func (s *site) download(ctx context.Context, repository, target string) (programs, error) {
	s.tell("no PostgreSQL %d or newer is installed: downloading PostgreSQL %s from %s",
		oldestMajor, embeddedpostgres.V17, repository)
	installed := make(chan error, 1)
	go func() { installed <- s.install(context.WithoutCancel(ctx), repository, target) }()
	var err error
	select {
	case <-ctx.Done():
		return programs{}, ctx.Err()
	case err = <-installed:
	}
	p, probeErr := s.probe(ctx, filepath.Join(target, "bin"))
	if probeErr == nil {
		return p, nil // where err is not nil, another process installed it meanwhile
	}
	if err == nil {
		err = probeErr
	}
	return p, fmt.Errorf("no PostgreSQL %d or newer is installed, and none could be downloaded from %s: "+
		"install PostgreSQL, or set DATABASE_URL to a database that runs: %w", oldestMajor, repository, err)
}

// install puts PostgreSQL in target as a whole or not at all.
func (s *site) install(ctx context.Context, repository, target string) error {
	scratch, err := os.MkdirTemp(s.folder, "download-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	binaries := filepath.Join(scratch, "binaries")
	if err := fetch(ctx, repository, scratch, binaries); err != nil {
		return err
	}
	if err := s.account.own(binaries); err != nil {
		return err
	}
	return os.Rename(binaries, target)
}

// fetch has the library download and unpack. The library would go on to run a
// server of its own, not as root and not only for us; a user name that initdb
// forbids stops it there, when all is unpacked.
func fetch(ctx context.Context, repository, scratch, binaries string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	config := embeddedpostgres.DefaultConfig().
		Version(embeddedpostgres.V17).
		Port(uint32(port)). //nolint:gosec // a port
		Username("pg_").
		CachePath(filepath.Join(scratch, "cache")).
		RuntimePath(filepath.Join(scratch, "run")).
		BinariesPath(binaries).
		Logger(io.Discard)
	if repository != "" {
		config = config.BinaryRepositoryURL(repository)
	}
	server := embeddedpostgres.NewDatabase(config)
	err = server.Start()
	if err == nil {
		return server.Stop()
	}
	if _, refused := errors.AsType[*exec.ExitError](err); refused {
		return nil
	}
	return err
}
