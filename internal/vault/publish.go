package vault

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

const temporaryName = ".epoch-*.tmp"

// publish writes a file under a name that is free: it appears whole, and stays
// through a crash. It fails with [fs.ErrExist] if the name is taken.
func publish(directory, name string, content []byte) error {
	temporary, err := writeTemporary(directory, content)
	if err != nil {
		return err
	}
	linked := os.Link(temporary, filepath.Join(directory, name))
	return errors.Join(linked, remove(temporary), syncDirectory(directory))
}

// writeTemporary writes a file of mode 0400 to the disk, under a name of its
// own.
func writeTemporary(directory string, content []byte) (string, error) {
	file, err := os.CreateTemp(directory, temporaryName)
	if err != nil {
		return "", err
	}
	_, written := file.Write(content)
	err = errors.Join(written, file.Chmod(0o400), file.Sync(), file.Close())
	if err != nil {
		return "", errors.Join(err, remove(file.Name()))
	}
	return file.Name(), nil
}

// sweep removes the temporary names of published keys, which a crash between
// link and removal leaves: by one of them a key would outlive its file. What was
// never published is nobody's key, and may be another process's work.
func sweep(directory string) error {
	names, err := namesIn(directory)
	if err != nil {
		return err
	}
	for _, name := range names {
		if temporary, _ := filepath.Match(temporaryName, name); !temporary {
			continue
		}
		path := filepath.Join(directory, name)
		if slices.ContainsFunc(names, func(other string) bool {
			_, isKey := epochOf(other)
			return isKey && sameFile(path, filepath.Join(directory, other))
		}) {
			err = errors.Join(err, remove(path))
		}
	}
	return err
}

func sameFile(a, b string) bool {
	infoA, errA := os.Lstat(a)
	infoB, errB := os.Lstat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// remove removes a file, which may be gone: a sweep may have been faster.
func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDirectory writes the names in a directory to the disk.
func syncDirectory(path string) error {
	directory, err := os.Open(path) //nolint:gosec // the directory of keys, or its parent
	if err != nil {
		return err
	}
	return errors.Join(directory.Sync(), directory.Close())
}
