//go:build linux || darwin

package archive

import "syscall"

// freeBytes returns how much may be written to the disk that path is on.
func freeBytes(path string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
