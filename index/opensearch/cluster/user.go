package cluster

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"dateline/search"
)

// OpenSearch does not run as root. Whom root starts nodes as is nobody; that user must be able to enter
// the folders with the server and the cluster, which /root, as it usually is, keeps from it.

// An account is a user of the system.
type account struct{ uid, gid uint32 }

// stepDown returns whom nodes run as; nil: as who runs this.
var stepDown = sync.OnceValue(func() *account {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return &account{65534, 65534}
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32) // numbers on all systems that this package runs on
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	return &account{uint32(uid), uint32(gid)}
})

// DefaultDir is where the command keeps a cluster unless told otherwise: in the folder for the user's
// state, or where nodes can't enter that, in the machine's.
func DefaultDir(state string) string {
	return fitting(filepath.Join(state, "dateline", "cluster"), "/var/lib/dateline-cluster")
}

// cacheDir is where the server's files are kept.
func cacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return fitting(filepath.Join(dir, "dateline"), "/var/cache/dateline"), nil
}

// fitting returns own, or the machine's folder where the nodes can't enter own.
func fitting(own, machines string) string {
	if barrier(own) == "" {
		return own
	}
	return machines
}

// barrier returns the first folder on the way to path, which need not be there yet, that the user of
// the nodes can't enter; "": none.
func barrier(path string) string {
	u := stepDown()
	if u == nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	found := ""
	for dir := path; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && !mayEnter(u, info) {
			found = dir
		}
		if dir == filepath.Dir(dir) {
			return found
		}
	}
}

func mayEnter(u *account, info fs.FileInfo) bool {
	if s, ok := info.Sys().(*syscall.Stat_t); ok && s.Uid == u.uid {
		return info.Mode()&0o100 != 0
	}
	return info.Mode()&0o001 != 0
}

// openFolder makes the folder dir, if it is not there, such that nodes can enter it.
func openFolder(dir string) error {
	if err := enterable(dir); err != nil {
		return err
	}
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // whatever the umask
		return err
	}
	return enterable(dir)
}

// enterable tells why nodes can't enter dir.
func enterable(dir string) error {
	b := barrier(dir)
	if b == "" {
		return nil
	}
	return fmt.Errorf("%w: OpenSearch does not run as root, and the user nobody, as whom it runs instead, can't enter %s; "+
		"name another folder, or let others enter it (chmod o+x %s)", search.ErrUnavailable, b, b)
}
