package demo

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// site is the folder that all files are in, and the account that PostgreSQL
// runs as there.
type site struct {
	folder   string
	standIn  bool // folder stands in for one out of the account's reach
	account  *account
	progress io.Writer
}

// account is the unprivileged user that PostgreSQL runs as when we are root,
// whom PostgreSQL refuses. The nil account stands for ourselves.
type account struct {
	name     string
	uid, gid int
}

func newSite(dir string, progress io.Writer) (*site, error) {
	if progress == nil {
		progress = io.Discard
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil { //nolint:gosec // the account has to pass; what lies within is closed
		return nil, err
	}
	s := &site{folder: dir, progress: progress}
	if s.account, err = unprivileged(); err != nil || s.account.reaches(dir) {
		return s, err
	}
	if s.folder, err = s.account.shelter(dir); err != nil {
		return nil, err
	}
	s.standIn = true
	s.tell("%s is out of reach for the account %s: using %s", dir, s.account.name, s.folder)
	return s, nil
}

// leave removes a folder that stood in for another, unless something is kept
// there.
func (s *site) leave() {
	if s.standIn {
		_ = os.Remove(s.folder)
	}
}

func (s *site) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(s.progress, format+"\n", args...)
}

// own hands path, and what lies beneath it, to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return filepath.WalkDir(path, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, a.uid, a.gid) //nolint:gosec // a folder of our own, that nobody else writes to yet
	})
}

// command prepares a program to run in dir as the account. It gets none of our
// environment, which may hold secrets.
func (s *site) command(ctx context.Context, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // a program of PostgreSQL
	cmd.Dir = dir
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = s.account.attributes()
	cmd.WaitDelay = 5 * time.Second // for its children, that write to our folder, when it is cut short
	return cmd
}

// run runs a program to its end and returns what it wrote.
func (s *site) run(ctx context.Context, dir, program string, args ...string) (string, error) {
	var output strings.Builder
	cmd := s.command(ctx, dir, program, args...)
	cmd.Stdout, cmd.Stderr = &output, &output
	p, err := launch(cmd)
	if err != nil {
		return "", err
	}
	<-p.ended
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return output.String(), p.err
}
