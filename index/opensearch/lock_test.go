//go:build linux

package opensearch_test

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"dateline/index/opensearch"
)

// TestZombie has a writer that was killed, and that nobody has waited for: it is no more.
func TestZombie(t *testing.T) {
	if !opensearch.IsRunning(os.Getpid()) {
		t.Error("this process is taken for dead")
	}
	killed := exec.Command("sleep", "600")
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	pid := killed.Process.Pid
	if !opensearch.IsRunning(pid) {
		t.Error("a process is taken for dead")
	}
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	if opensearch.IsRunning(pid) {
		t.Error("a process that was killed is taken for alive")
	}
	killed.Wait()
}
