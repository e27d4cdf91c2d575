package demo

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// unprivileged returns the account to run PostgreSQL as: nil unless we are
// root.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // the nil account is ourselves
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		return &account{name: name, uid: uid, gid: gid}, errors.Join(uidErr, gidErr)
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither an account postgres nor nobody")
}

// attributes give a program the account, a process group of its own, so that
// a terminal's Ctrl-C leaves the end of it to us, and SIGINT, PostgreSQL's
// fast shutdown, when we are gone.
func (a *account) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	if a != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // both are from the account list
	}
	return attributes
}

// reaches tells whether the account can enter folder and all above it.
func (a *account) reaches(folder string) bool {
	if a == nil {
		return true
	}
	folder, err := filepath.EvalSymlinks(folder)
	for err == nil && a.enters(folder) {
		if folder == filepath.Dir(folder) {
			return true
		}
		folder = filepath.Dir(folder)
	}
	return false
}

func (a *account) enters(folder string) bool {
	info, err := os.Stat(folder)
	if err != nil {
		return false
	}
	mode := info.Mode()
	switch owner := info.Sys().(*syscall.Stat_t); {
	case int(owner.Uid) == a.uid:
		return mode&0o100 != 0
	case int(owner.Gid) == a.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

// shelter makes the folder that stands in for dir. Its name can be guessed,
// so it is refused when somebody else made it.
func (a *account) shelter(dir string) (string, error) {
	sum := sha256.Sum256([]byte(dir))
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("kelisim-%x", sum[:8]))
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return "", err
	}
	if owner := info.Sys().(*syscall.Stat_t); !info.IsDir() || int(owner.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s is out of reach for the account %s, and %s is somebody else's", dir, a.name, folder)
	}
	if err := os.Chmod(folder, 0o711); err != nil { //nolint:gosec // the account has to pass; what lies within is closed
		return "", err
	}
	if !a.reaches(folder) {
		return "", fmt.Errorf("neither %s nor %s is in reach of the account %s: choose another folder", dir, folder, a.name)
	}
	return folder, nil
}

// held tells whether a server runs on the data directory. A lock file that
// names a process of another kind is removed: the process number was given
// anew after a crash, and PostgreSQL would refuse to start.
func held(data string) bool {
	lock := filepath.Join(data, "postmaster.pid")
	content, err := os.ReadFile(lock) //nolint:gosec // of our own data directory
	if err != nil {
		return false
	}
	pid, _, _ := strings.Cut(string(content), "\n")
	workplace, err := os.Stat(filepath.Join("/proc", pid, "cwd")) //nolint:gosec // only looked at
	if err != nil {
		return false // it is gone, or another account's; PostgreSQL can tell
	}
	if place, err := os.Stat(data); err == nil && os.SameFile(place, workplace) {
		return true
	}
	_ = os.Remove(lock)
	return false
}
