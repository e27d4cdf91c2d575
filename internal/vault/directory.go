package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Directory is a [KeyStore] of files, one for each epoch, that are looked at at each
// use, and read again where they are not as they were: a file that is removed or
// overwritten is a key that is gone at once. Whatever others may read, or is not
// what it should be, is [ErrUnsafe].
type Directory struct {
	path string

	mu   sync.Mutex
	read map[Epoch]epochKey
}

// epochKey is the key of an epoch, and the file that it was read from.
type epochKey struct {
	file fs.FileInfo
	aead cipher.AEAD
}

// of tells whether the key is that of a file.
func (k epochKey) of(file fs.FileInfo) bool {
	return k.file != nil && os.SameFile(k.file, file) && k.file.ModTime().Equal(file.ModTime())
}

// OpenDirectory opens a directory of keys, and makes it if it is absent but its
// parent is not. It fails with [ErrUnsafe] if it is a link, not ours, or open to
// others.
func OpenDirectory(path string) (*Directory, error) {
	d := &Directory{path: filepath.Clean(path), read: map[Epoch]epochKey{}}
	switch err := os.Mkdir(d.path, 0o700); {
	case err == nil:
		if err := syncDirectory(filepath.Dir(d.path)); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrExist):
		return nil, err
	}
	if err := sweep(d.path); err != nil {
		return nil, err
	}
	return d, nil
}

// Create makes the key of an epoch; of two at once, one fails with
// [ErrEpochExists]. When it returns without an error the key is on the disk.
func (d *Directory) Create(_ context.Context, e Epoch) error {
	if e < 1 {
		return fmt.Errorf("create epoch %d: %w", e, ErrNoEpoch)
	}
	if err := privateDirectory(d.path); err != nil {
		return err
	}
	key := make([]byte, keySize)
	rand.Read(key)
	content := append([]byte(keyHeader(e)), key...)
	defer clear(key)
	defer clear(content)
	err := publish(d.path, keyName(e), content)
	if errors.Is(err, fs.ErrExist) {
		err = ErrEpochExists
	}
	if err != nil {
		return fmt.Errorf("create epoch %d: %w", e, err)
	}
	return nil
}

// Epochs lists the epochs by the names of the files. Whether a file is safe
// shows when it is used.
func (d *Directory) Epochs(context.Context) ([]Epoch, error) {
	names, err := namesIn(d.path)
	if err != nil {
		return nil, err
	}
	var epochs []Epoch
	for _, name := range names {
		if e, ok := epochOf(name); ok {
			epochs = append(epochs, e)
		}
	}
	slices.Sort(epochs)
	return epochs, nil
}

// Wrap encrypts a key with AES-256-GCM: a random nonce of 12 bytes, then the
// ciphertext with its tag. It fails with [ErrNoEpoch] or [ErrUnsafe].
func (d *Directory) Wrap(_ context.Context, e Epoch, key, about []byte) ([]byte, error) {
	aead, err := d.aead(e)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, key, ofEpoch(e, about)), nil //nolint:gosec // the cipher makes the nonce
}

// Unwrap decrypts what [Directory.Wrap] returned. It fails with [ErrNoEpoch],
// [ErrUnsafe] or [ErrTampered].
func (d *Directory) Unwrap(_ context.Context, e Epoch, wrapped, about []byte) ([]byte, error) {
	aead, err := d.aead(e)
	if err != nil {
		return nil, err
	}
	key, err := aead.Open(nil, nil, wrapped, ofEpoch(e, about))
	if err != nil {
		return nil, ErrTampered
	}
	return key, nil
}

func (d *Directory) aead(e Epoch) (cipher.AEAD, error) {
	if err := privateDirectory(d.path); err != nil {
		return nil, err
	}
	path := filepath.Join(d.path, keyName(e))
	file, err := keyFile(path, e)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoEpoch
	}
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.read[e].of(file) {
		return d.read[e].aead, nil
	}
	key, err := readKey(path, e, file)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := newAEAD(key)
	if err == nil {
		d.read[e] = epochKey{file, aead}
	}
	return aead, err
}

// ofEpoch binds additional data to an epoch.
func ofEpoch(e Epoch, about []byte) []byte {
	return append(appendNumber(nil, int32(e)), about...)
}
