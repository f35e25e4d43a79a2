package cluster

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dateline/search"
)

// real skips a test that needs a cluster where none can be started.
func real(t *testing.T, o Options) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a cluster")
	}
	if err := Available(t.Context(), o); err != nil {
		t.Skip("no cluster can be started here: ", err)
	}
}

// folder returns a new folder that nodes can enter, also where root runs the tests.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dateline-cluster-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wiped has the cluster in dir gone at the end of a test.
func wiped(t *testing.T, dir string) {
	t.Helper()
	t.Cleanup(func() {
		c, err := Open(dir)
		if errors.Is(err, ErrNone) {
			return
		}
		if err == nil {
			err = c.Wipe(context.Background())
		}
		if err != nil {
			t.Error(err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask sends a request to a node and returns what it answers.
func ask(t *testing.T, method, url, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	must(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s: %s", method, url, resp.Status, data)
	}
	return string(data)
}

// states returns the states of all nodes, and what is wrong.
func states(t *testing.T, c *Cluster) (string, error) {
	t.Helper()
	s, err := c.Status(t.Context())
	must(t, err)
	var all []string
	for _, n := range s.Nodes {
		all = append(all, string(n.State))
		if n.State == IsUp && n.PID == 0 {
			t.Errorf("%s is up and has no process", n.Name)
		}
	}
	return strings.Join(all, ", "), s.Err()
}

// A cluster outlives the process that has started it, loses nothing when a node is killed or all are
// stopped, and leaves nothing behind when it is wiped.
func TestCluster(t *testing.T) {
	real(t, Options{})
	dir := filepath.Join(folder(t), "c")
	wiped(t, dir)
	helper := inProcess(t, "up", dir)
	out, err := helper.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c, err := Open(dir)
	must(t, err)
	if all, err := states(t, c); all != "up, up, up" || err != nil {
		t.Fatalf("after up: %s: %v", all, err)
	}
	urls := c.URLs()
	ask(t, "PUT", urls[0]+"/a", `{"settings": {"number_of_shards": 2, "number_of_replicas": 1}}`)
	ask(t, "PUT", urls[0]+"/a/_doc/1?refresh=true", `{"title": "Ferry to Marrow Point"}`)

	before, _ := c.process(1)
	must(t, c.Kill(t.Context(), 2))
	if all, err := states(t, c); all != "up, down, up" && all != "not ready, down, not ready" ||
		!errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "n2 down") {
		t.Fatalf("after a kill: %s: %v", all, err)
	}
	must(t, c.Start(t.Context(), 2))
	must(t, c.Wait(t.Context()))
	if all, err := states(t, c); all != "up, up, up" || err != nil {
		t.Fatalf("after it came back: %s: %v", all, err)
	}
	if after, _ := c.process(1); after != before {
		t.Errorf("n1 was process %d and is %d", before, after)
	}

	must(t, c.Stop(t.Context()))
	if all, err := states(t, c); all != "down, down, down" || err == nil {
		t.Fatalf("after stop: %s: %v", all, err)
	}
	if _, err := Up(t.Context(), Options{Dir: dir, Nodes: 2}); !errors.Is(err, search.ErrUnavailable) ||
		!strings.Contains(err.Error(), "3 nodes, not secure") {
		t.Errorf("another number of nodes: %v", err)
	}
	_, err = Up(t.Context(), Options{Dir: dir, Settings: "thread_pool.write.queue_size: 7", Tied: true})
	must(t, err)
	for i, url := range urls {
		if got := ask(t, "GET", url+"/a/_doc/1", ""); !strings.Contains(got, "Marrow Point") {
			t.Errorf("node %d has lost the document: %s", i+1, got)
		}
	}
	if got := ask(t, "GET", urls[2]+"/_cat/thread_pool/write?h=queue_size", ""); !strings.HasPrefix(got, "7\n") {
		t.Errorf("queue size is %q", got)
	}

	must(t, os.WriteFile(c.file("mine"), nil, 0o644))
	must(t, c.Wipe(t.Context()))
	names, err := os.ReadDir(dir)
	must(t, err)
	if len(names) != 1 || names[0].Name() != "mine" {
		t.Errorf("after wipe there is %v", names)
	}
}

func TestSecure(t *testing.T) {
	o := Options{Nodes: 1, Secure: true, Tied: true}
	real(t, o)
	o.Dir = filepath.Join(folder(t), "c")
	wiped(t, o.Dir)
	c, err := Up(t.Context(), o)
	must(t, err)
	if all, err := states(t, c); all != "up" || err != nil {
		t.Errorf("%s: %v", all, err)
	}
	info, err := os.Stat(c.PasswordFile())
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the password's file is %v", info.Mode())
	}
	if _, err := http.Get(c.URLs()[0]); !isUnknownCA(err) {
		t.Errorf("without the CA: %v", err)
	}
	web, err := c.web()
	must(t, err)
	for password, want := range map[string]int{"": 401, "wrong": 401} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", c.URLs()[0], nil)
		must(t, err)
		req.SetBasicAuth(User, password)
		resp, err := web.Do(req)
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("password %q: %s, want %d", password, resp.Status, want)
		}
	}
}

func isUnknownCA(err error) bool {
	var verify *tls.CertificateVerificationError
	return errors.As(err, &verify)
}

// A node that dies while it starts tells why, and takes the others with it.
func TestUpFails(t *testing.T) {
	real(t, Options{})
	dir := filepath.Join(folder(t), "c")
	wiped(t, dir)
	_, err := Up(t.Context(), Options{Dir: dir, Nodes: 2, Settings: "no.such.setting: 1", Tied: true})
	if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "no.such.setting") {
		t.Errorf("Up: %v", err)
	}
	c, err := Open(dir)
	must(t, err)
	if all, _ := states(t, c); all != "down, down" {
		t.Errorf("nodes are %s", all)
	}
}

func TestUpInterrupted(t *testing.T) {
	real(t, Options{})
	dir := filepath.Join(folder(t), "c")
	wiped(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	started := 0
	_, err := Up(ctx, Options{Dir: dir, Nodes: 2, Say: func(string) {
		c, err := Open(dir)
		must(t, err)
		for n := range c.nodes() {
			if _, up := c.process(n); up {
				started++
			}
		}
		cancel()
	}})
	if !errors.Is(err, context.Canceled) || started != 2 {
		t.Errorf("Up: %v, with %d nodes started", err, started)
	}
	c, err := Open(dir)
	must(t, err)
	if all, _ := states(t, c); all != "down, down" {
		t.Errorf("nodes are %s", all)
	}
}

// Nodes of a test end with it, even if it is killed.
func TestTied(t *testing.T) {
	real(t, Options{})
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("only Linux ties processes")
	}
	dir := filepath.Join(folder(t), "c")
	wiped(t, dir)
	helper := inProcess(t, "tied", dir)
	out, err := helper.StdoutPipe()
	must(t, err)
	must(t, helper.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "starting 1") {
		t.Fatalf("%q: %v", line, err)
	}
	c, err := Open(dir)
	must(t, err)
	if _, up := c.process(1); !up {
		t.Fatal("n1 is not up")
	}
	must(t, helper.Process.Kill())
	helper.Wait()
	must(t, c.ended(t.Context(), 1))
}

// inProcess has TestHelper do something in another process.
func inProcess(t *testing.T, do, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelper$")
	cmd.Env = append(os.Environ(), "DATELINE_CLUSTER_TEST="+do, "DATELINE_CLUSTER_DIR="+dir)
	return cmd
}

// TestHelper is the other process of tests.
func TestHelper(t *testing.T) {
	do := os.Getenv("DATELINE_CLUSTER_TEST")
	if do == "" {
		t.Skip("is run by other tests")
	}
	o := Options{Dir: os.Getenv("DATELINE_CLUSTER_DIR"), Say: func(s string) { fmt.Println(s) }}
	if do == "tied" {
		o.Nodes, o.Tied = 1, true
	}
	_, err := Up(t.Context(), o)
	must(t, err)
}

// A process that has the number of a node that ended is let be.
func TestStranger(t *testing.T) {
	stranger := exec.Command("sleep", "600")
	must(t, stranger.Start())
	defer stranger.Wait()
	defer stranger.Process.Kill()
	c := &Cluster{Dir: folder(t), common: common{Heap: DefaultHeap, HTTP: []int{firstPort}, Transport: []int{firstPort + 1}}}
	must(t, c.save())
	must(t, os.WriteFile(c.pidFile(1), fmt.Appendln(nil, stranger.Process.Pid), 0o644))
	if all, _ := states(t, c); all != "down" {
		t.Errorf("the node is %s", all)
	}
	must(t, c.Stop(t.Context()))
	must(t, c.Kill(t.Context(), 1))
	must(t, c.Wipe(t.Context()))
	if err := stranger.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the stranger: %v", err)
	}
	var status syscall.WaitStatus
	if pid, _ := syscall.Wait4(stranger.Process.Pid, &status, syscall.WNOHANG, nil); pid != 0 {
		t.Error("the stranger was killed")
	}
	if _, err := os.Stat(c.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

// What else is in a folder is not taken for a cluster's, and not wiped with one.
func TestFolderInUse(t *testing.T) {
	dir := folder(t)
	must(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o644))
	o := Options{Dir: dir}
	if _, err := o.folder(); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "thesis.txt") {
		t.Errorf("folder: %v", err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrNone) || !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("Open: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Nodes: -1}, {Nodes: MaxNodes + 1}, {Heap: "512"}, {Heap: "0m"}, {Heap: "1g -Dx"}} {
		if _, err := Up(t.Context(), o); err == nil || errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
