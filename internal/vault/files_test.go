package vault_test

import (
	"os"
	"testing"

	"joo.kz/kelisim/internal/vault"
)

func reopen(t *testing.T, path string) *vault.Directory {
	t.Helper()
	directory, err := vault.OpenDirectory(path)
	if err != nil {
		t.Fatal(err)
	}
	return directory
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func writeFile(t *testing.T, path string, content []byte, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, content, mode); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// rewrite changes what a key file holds, and leaves its mode.
func rewrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	content := change(readFile(t, path))
	replaceWith(t, path, func() error { return os.WriteFile(path, content, 0o400) })
}

// relink puts a link in the place of a file or directory, to the very same.
func relink(t *testing.T, path string) {
	t.Helper()
	replaceWith(t, path, func() error { return os.Symlink(path+".away", path) })
}

// replaceWith moves a file or directory away, and makes another in its place.
func replaceWith(t *testing.T, path string, replace func() error) {
	t.Helper()
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if err := replace(); err != nil {
		t.Fatal(err)
	}
}

// disown gives a file or directory to another account, which only root can.
func disown(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	if err := os.Chown(path, 65534, -1); err != nil {
		t.Fatal(err)
	}
}
