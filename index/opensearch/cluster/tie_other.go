//go:build !linux

package cluster

import "syscall"

// tie does nothing: this system has no such thing.
func tie(*syscall.SysProcAttr) {}
