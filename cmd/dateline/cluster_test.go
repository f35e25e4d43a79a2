package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/index/opensearch/cluster"
)

// runCluster runs "dateline cluster" with args and returns its exit code and what it printed.
func runCluster(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), &console{
		args: append([]string{"-i", "none", "cluster"}, args...), stdout: &out, stderr: &err,
		getenv: func(string) string { return "" },
	})
	return code, out.String(), err.String()
}

func TestClusterCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a cluster")
	}
	if err := cluster.Available(t.Context(), cluster.Options{}); err != nil {
		t.Skip("no cluster can be started here: ", err)
	}
	parent, err := os.MkdirTemp("", "dateline-cluster-test-") // which nodes can enter, if root runs this
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(parent)
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "c")
	defer runCluster(t, "down", "--wipe", "--dir", dir)

	code, urls, stderr := runCluster(t, "up", "--nodes", "1", "--dir", dir)
	url := strings.TrimSpace(urls)
	if code != 0 || !strings.HasPrefix(url, "http://127.0.0.1:") ||
		!strings.HasSuffix(stderr, "next: dateline --engine opensearch --url "+url+" index PATH\n") {
		t.Fatalf("up: %d %q %q", code, urls, stderr)
	}
	if code, again, stderr := runCluster(t, "up", "--dir", dir); code != 0 || again != urls || strings.Contains(stderr, "starting") {
		t.Errorf("up again: %d %q %q", code, again, stderr)
	}
	code, out, _ := runCluster(t, "status", "--dir", dir, "--format", "json")
	var s cluster.Status
	if err := json.Unmarshal([]byte(out), &s); err != nil || code != 0 || s.Health != "green" || len(s.Nodes) != 1 ||
		s.Nodes[0].URL != url || s.Nodes[0].State != cluster.IsUp {
		t.Errorf("status: %d %s: %v", code, out, err)
	}
	if code, out, stderr := runCluster(t, "down", "--dir", dir); code != 0 || !strings.Contains(stderr, dir) {
		t.Errorf("down: %d %q %q", code, out, stderr)
	}
	if code, out, stderr := runCluster(t, "status", "--dir", dir); code != 3 || !strings.Contains(out, "n1    down ") ||
		stderr != "dateline: n1 down\n" {
		t.Errorf("status when down: %d %q %q", code, out, stderr)
	}
	if code, _, stderr := runCluster(t, "down", "--wipe", "--dir", dir); code != 0 {
		t.Errorf("wipe: %d %q", code, stderr)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder is still there")
	}
}
