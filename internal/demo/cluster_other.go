//go:build !linux

package demo

import (
	"errors"
	"os"
	"syscall"
)

// unprivileged refuses root, whom PostgreSQL refuses too: only on Linux it
// gets another account. Nil is ourselves.
func unprivileged() (*account, error) {
	if os.Geteuid() == 0 {
		return nil, errors.New("PostgreSQL does not run as root: start Kelisim as another user, or set DATABASE_URL")
	}
	return nil, nil //nolint:nilnil // the nil account is ourselves
}

func (a *account) attributes() *syscall.SysProcAttr { return nil }

func (a *account) reaches(string) bool { return true }

func (a *account) shelter(dir string) (string, error) { return dir, nil }

// held leaves it to PostgreSQL to tell whether another server runs on the data.
func held(string) bool { return false }
