//go:build unix

package vault

import (
	"io/fs"
	"os"
	"syscall"
)

// ours tells whether a file belongs to the account we run as.
func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
