//go:build linux

package opensearch_test

import (
	"os"
	"os/exec"
	"strings"
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

// TestNames refuses names whose indexes would be taken for those of another archive.
func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"news": true, "news-2024_b": true, "search": true, "news-searches": true, "research-2": true,
		"": false, "News": false, "news-search": false, "news-search-2": false, "a/b": false,
	} {
		if err := opensearch.CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		} else if err != nil && !strings.Contains(err.Error(), "is no name of an archive on a cluster: ") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
