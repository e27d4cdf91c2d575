package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"joo.kz/kelisim/internal/vault"
)

func keyFile(path string, e vault.Epoch) string {
	return filepath.Join(path, fmt.Sprintf("epoch-%06d.key", e))
}

// destroy removes the key of an epoch.
func destroy(tb testing.TB, path string, e vault.Epoch) {
	tb.Helper()
	if err := os.Remove(keyFile(path, e)); err != nil {
		tb.Fatal(err)
	}
}

// TestKeyFile: its name, mode, line and length, and that nothing else is left.
func TestKeyFile(t *testing.T) {
	directory, path := openDirectory(t, 12, 1, 1000000)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v", info.Mode(), err)
	}
	content, err := os.ReadFile(keyFile(path, 12))
	if err != nil {
		t.Fatal(err)
	}
	key, headed := bytes.CutPrefix(content, []byte("kelisim epoch 000012 AES-256-GCM 1\n"))
	if !headed || len(key) != 32 || bytes.Equal(key, make([]byte, 32)) {
		t.Errorf("%d bytes, headed %t", len(content), headed)
	}
	info, err = os.Stat(keyFile(path, 12))
	if err != nil || info.Mode() != 0o400 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) != 3 {
		t.Errorf("%v, %v", entries, err)
	}
	if epochs, err := directory.Epochs(t.Context()); err != nil || !slices.Equal(epochs, []vault.Epoch{1, 12, 1000000}) {
		t.Errorf("epochs %v, %v", epochs, err)
	}
}

// TestDirectoryWraps: for the same epoch and about, and nothing else.
func TestDirectoryWraps(t *testing.T) {
	directory, path := openDirectory(t, 1, 2)
	key, about := []byte("thirty-two bytes, more or less"), []byte("about")
	wrapped, err := directory.Wrap(t.Context(), 1, key, about)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := directory.Unwrap(t.Context(), 1, wrapped, about); err != nil || !bytes.Equal(got, key) {
		t.Errorf("unwrapped %q, %v", got, err)
	}
	got, err := directory.Unwrap(t.Context(), 1, wrapped, nil)
	tampered(t, "about nothing", got, err)
	got, err = directory.Unwrap(t.Context(), 2, wrapped, about)
	tampered(t, "another epoch", got, err)
	for size := range len(wrapped) {
		got, err = directory.Unwrap(t.Context(), 1, wrapped[:size], about)
		tampered(t, "cut", got, err)
	}
	destroy(t, path, 1)
	if _, err := directory.Unwrap(t.Context(), 1, wrapped, about); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("after its key was removed: %v", err)
	}
	if _, err := directory.Wrap(t.Context(), 1, key, about); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("after its key was removed: %v", err)
	}
}

// TestWrappingIsBoundToItsEpoch, even if a key file was copied for another.
func TestWrappingIsBoundToItsEpoch(t *testing.T) {
	directory, path := openDirectory(t, 1)
	wrapped, err := directory.Wrap(t.Context(), 1, []byte("key"), nil)
	if err != nil {
		t.Fatal(err)
	}
	copied := bytes.Replace(readFile(t, keyFile(path, 1)), []byte("000001"), []byte("000002"), 1)
	writeFile(t, keyFile(path, 2), copied, 0o400)
	got, err := directory.Unwrap(t.Context(), 2, wrapped, nil)
	tampered(t, "another epoch with the same key", got, err)
}

// TestReplacedKeyIsGone: a key is that of its file as it is, however often it was used.
func TestReplacedKeyIsGone(t *testing.T) {
	for name, replace := range map[string]func(path string, content []byte) error{
		"by another file": func(path string, content []byte) error {
			return errors.Join(os.Remove(path), os.WriteFile(path, content, 0o400))
		},
		"by other bytes": func(path string, content []byte) error {
			return errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, content, 0o600), os.Chmod(path, 0o400))
		},
	} {
		t.Run(name, func(t *testing.T) {
			directory, path := openDirectory(t, 1)
			wrapped, err := directory.Wrap(t.Context(), 1, make([]byte, 32), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := directory.Unwrap(t.Context(), 1, wrapped, nil); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(keyFile(path, 1))
			if err != nil {
				t.Fatal(err)
			}
			content[len(content)-1] ^= 1
			time.Sleep(20 * time.Millisecond) // more than the clock of a file system ticks in
			if err := replace(keyFile(path, 1), content); err != nil {
				t.Fatal(err)
			}
			if _, err := directory.Unwrap(t.Context(), 1, wrapped, nil); !errors.Is(err, vault.ErrTampered) {
				t.Errorf("%v, want %v", err, vault.ErrTampered)
			}
		})
	}
}

// TestMissingDirectoryIsNotADestroyedKey: a volume that is not mounted must not
// look as if persons had been erased.
func TestMissingDirectoryIsNotADestroyedKey(t *testing.T) {
	directory, path := openDirectory(t, 1)
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	_, err := directory.Wrap(t.Context(), 1, nil, nil)
	if !errors.Is(err, os.ErrNotExist) || errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("%v, want ErrNotExist alone", err)
	}
	if _, err := vault.OpenDirectory(filepath.Join(path, "keys")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a parent: %v", err)
	}
}

// TestEpochIsCreatedOnce, by whoever is first, and its key stays.
func TestEpochIsCreatedOnce(t *testing.T) {
	_, path := openDirectory(t)
	var group sync.WaitGroup
	var created, existed atomic.Int64
	for range 16 {
		group.Go(func() {
			directory, err := vault.OpenDirectory(path) // its sweep meets the others' work
			if err != nil {
				t.Error(err)
				return
			}
			switch err := directory.Create(t.Context(), 1); {
			case err == nil:
				created.Add(1)
			case errors.Is(err, vault.ErrEpochExists):
				existed.Add(1)
			default:
				t.Error(err)
			}
			if _, err := directory.Wrap(t.Context(), 1, nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if created.Load() != 1 || existed.Load() != 15 {
		t.Errorf("created %d times, existed %d", created.Load(), existed.Load())
	}
	directory, before := reopen(t, path), readFile(t, keyFile(path, 1))
	if err := directory.Create(t.Context(), 1); !errors.Is(err, vault.ErrEpochExists) || !bytes.Equal(before, readFile(t, keyFile(path, 1))) {
		t.Errorf("created again: %v", err)
	}
	for _, e := range []vault.Epoch{0, -1} {
		if directory.Create(t.Context(), e) == nil {
			t.Errorf("created epoch %d", e)
		}
	}
	if entries, err := os.ReadDir(path); err != nil || len(entries) != 1 {
		t.Errorf("left %v, %v", entries, err)
	}
}

// TestCrashLeftovers: what was never published is ignored; the second name of a
// published key is removed, or the key would outlive its file.
func TestCrashLeftovers(t *testing.T) {
	_, path := openDirectory(t, 1)
	half, second := filepath.Join(path, ".epoch-half.tmp"), filepath.Join(path, ".epoch-second.tmp")
	writeFile(t, half, []byte("kelisim ep"), 0o600)
	if err := os.Link(keyFile(path, 1), second); err != nil {
		t.Fatal(err)
	}
	directory := reopen(t, path)
	if epochs, err := directory.Epochs(t.Context()); err != nil || !slices.Equal(epochs, []vault.Epoch{1}) {
		t.Errorf("epochs %v, %v", epochs, err)
	}
	if _, err := os.Lstat(second); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the second name of the key: %v", err)
	}
	if _, err := os.Lstat(half); err != nil {
		t.Error(err)
	}
	if err := directory.Create(t.Context(), 2); err != nil {
		t.Error(err)
	}
}

// TestForeignNamesAreNoEpochs.
func TestForeignNamesAreNoEpochs(t *testing.T) {
	directory, path := openDirectory(t, 1)
	for _, name := range []string{"epoch-2.key", "epoch-000000.key", "epoch-000003.key.bak", "epoch--00004.key", "epoch-+00005.key", "epoch-9999999999.key", "README"} {
		writeFile(t, filepath.Join(path, name), nil, 0o400)
	}
	if epochs, err := directory.Epochs(t.Context()); err != nil || !slices.Equal(epochs, []vault.Epoch{1}) {
		t.Errorf("epochs %v, %v", epochs, err)
	}
}

// TestUnsafeKeyFileIsRefused, and the error names its base name only.
func TestUnsafeKeyFileIsRefused(t *testing.T) {
	for what, spoil := range map[string]func(t *testing.T, file string){
		"group may read": func(t *testing.T, file string) { chmod(t, file, 0o440) },
		"others may":     func(t *testing.T, file string) { chmod(t, file, 0o404) },
		"we may write":   func(t *testing.T, file string) { chmod(t, file, 0o600) },
		"executable":     func(t *testing.T, file string) { chmod(t, file, 0o500) },
		"setuid":         func(t *testing.T, file string) { chmod(t, file, 0o400|os.ModeSetuid) },
		"link":           func(t *testing.T, file string) { relink(t, file) },
		"directory":      func(t *testing.T, file string) { replaceWith(t, file, func() error { return os.Mkdir(file, 0o400) }) },
		"cut":            func(t *testing.T, file string) { rewrite(t, file, func(b []byte) []byte { return b[:len(b)-1] }) },
		"longer":         func(t *testing.T, file string) { rewrite(t, file, func(b []byte) []byte { return append(b, 0) }) },
		"empty":          func(t *testing.T, file string) { rewrite(t, file, func([]byte) []byte { return nil }) },
		"another epoch's": func(t *testing.T, file string) {
			rewrite(t, file, func(b []byte) []byte { return bytes.Replace(b, []byte("000001"), []byte("000002"), 1) })
		},
		"another format": func(t *testing.T, file string) {
			rewrite(t, file, func(b []byte) []byte { return bytes.Replace(b, []byte(" 1\n"), []byte(" 2\n"), 1) })
		},
	} {
		t.Run(what, func(t *testing.T) {
			directory, path := openDirectory(t, 1)
			spoil(t, keyFile(path, 1))
			_, err := directory.Wrap(t.Context(), 1, nil, nil)
			unsafe(t, err, path, "epoch-000001.key")
			_, err = directory.Unwrap(t.Context(), 1, nil, nil)
			unsafe(t, err, path, "epoch-000001.key")
			if err := directory.Create(t.Context(), 1); !errors.Is(err, vault.ErrEpochExists) {
				t.Errorf("created over it: %v", err)
			}
		})
	}
}

// TestUnsafeDirectoryIsRefused when it is opened and at each use.
func TestUnsafeDirectoryIsRefused(t *testing.T) {
	for what, spoil := range map[string]func(t *testing.T, path string){
		"group may read":    func(t *testing.T, path string) { chmod(t, path, 0o740) },
		"others may search": func(t *testing.T, path string) { chmod(t, path, 0o701) },
		"link":              func(t *testing.T, path string) { relink(t, path) },
		"not ours":          disown,
		"file": func(t *testing.T, path string) {
			replaceWith(t, path, func() error { return os.WriteFile(path, nil, 0o400) })
		},
	} {
		t.Run(what, func(t *testing.T) {
			directory, path := openDirectory(t, 1)
			spoil(t, path)
			_, err := vault.OpenDirectory(path + "/")
			unsafe(t, err, path, "keys")
			_, err = directory.Epochs(t.Context())
			unsafe(t, err, path, "keys")
			unsafe(t, directory.Create(t.Context(), 2), path, "keys")
			_, err = directory.Wrap(t.Context(), 1, nil, nil)
			unsafe(t, err, path, "keys")
		})
	}
}

// TestKeyOfAnotherOwnerIsRefused.
func TestKeyOfAnotherOwnerIsRefused(t *testing.T) {
	directory, path := openDirectory(t, 1)
	disown(t, keyFile(path, 1))
	_, err := directory.Wrap(t.Context(), 1, nil, nil)
	unsafe(t, err, path, "epoch-000001.key")
}

// unsafe fails the test unless an error is vault.ErrUnsafe and names a file, and
// not where it is.
func unsafe(t *testing.T, err error, path, name string) {
	t.Helper()
	if !errors.Is(err, vault.ErrUnsafe) {
		t.Errorf("%v, want ErrUnsafe", err)
	} else if text := err.Error(); !strings.Contains(text, name) || strings.Contains(text, filepath.Dir(path)) {
		t.Errorf("%q names not %s, or more", text, name)
	}
}
