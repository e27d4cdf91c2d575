package vault

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// keyName is the name of the file of an epoch's key.
func keyName(e Epoch) string { return fmt.Sprintf("epoch-%06d.key", e) }

// keyHeader is the line before the key in its file.
func keyHeader(e Epoch) string { return fmt.Sprintf("kelisim epoch %06d AES-256-GCM 1\n", e) }

// epochOf reads the name of a file, and tells whether it is that of a key.
func epochOf(name string) (e Epoch, ok bool) {
	_, err := fmt.Sscanf(name, "epoch-%d.key", &e)
	return e, err == nil && e >= 1 && keyName(e) == name
}

// keyFile looks at the file of an epoch's key. It fails with [ErrUnsafe] if the file
// is a link, not ours, of a mode other than 0400, or not of the size of a key.
func keyFile(path string, e Epoch) (fs.FileInfo, error) {
	named, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case !ours(named):
		return nil, notPrivate(named, "not ours")
	case named.Mode() != 0o400: // the type is in the mode: a link is none
		return nil, notPrivate(named, "not a file of mode 0400")
	case named.Size() != int64(len(keyHeader(e))+keySize):
		return nil, notPrivate(named, "not of the size of a key")
	default:
		return named, nil
	}
}

// readKey reads the key of an epoch from the file that was looked at. It fails with
// [ErrUnsafe] if that is another by now, or not of the form of a key.
func readKey(path string, e Epoch, looked fs.FileInfo) ([]byte, error) {
	content, err := readSame(path, looked)
	if err != nil {
		return nil, err
	}
	key, isKey := bytes.CutPrefix(content, []byte(keyHeader(e)))
	if !isKey {
		return nil, notPrivate(looked, "not the key of its name")
	}
	return key, nil
}

// readSame reads a file whole if it is still the one that was looked at.
func readSame(path string, looked fs.FileInfo) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // a name that we made, in the directory of keys
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // was read only
	if opened, err := file.Stat(); err != nil || !os.SameFile(looked, opened) {
		return nil, notPrivate(looked, "replaced while it was read")
	}
	content := make([]byte, looked.Size())
	_, err = io.ReadFull(file, content)
	return content, err
}

// privateDirectory fails with [ErrUnsafe] for a directory that is a link, not
// ours, or open to others.
func privateDirectory(path string) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return notPrivate(info, "not a directory")
	case !ours(info):
		return notPrivate(info, "not ours")
	case info.Mode().Perm()&^0o700 != 0:
		return notPrivate(info, "open to others: its mode should be 0700")
	default:
		return nil
	}
}

// namesIn lists the names in a directory of keys. It fails as privateDirectory.
func namesIn(directory string) ([]string, error) {
	if err := privateDirectory(directory); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, nil
}

func notPrivate(info fs.FileInfo, why string) error {
	return fmt.Errorf("%s, %s, is %s: %w", info.Name(), info.Mode(), why, ErrUnsafe)
}
