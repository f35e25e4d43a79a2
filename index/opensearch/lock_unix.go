//go:build unix

package opensearch

import (
	"errors"

	"golang.org/x/sys/unix"
)

// isRunning tells whether there is a process with a number on this machine.
func isRunning(pid int) bool {
	err := unix.Kill(pid, 0)
	return err == nil || errors.Is(err, unix.EPERM)
}
