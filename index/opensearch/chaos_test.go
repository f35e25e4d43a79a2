package opensearch_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index/indextest"
	"dateline/index/ledger"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/index/opensearch/cluster"
	"dateline/search"
)

var chaosArticles = flag.Int("articles", fewArticles, "that are put while nodes are killed; with more the nodes are not slowed down")

const fewArticles = 2000

// TestNodesDie kills a node, then the one that manages the cluster, and then all, while articles are put
// and questions asked: no question fails, and nothing is lost that was acknowledged.
func TestNodesDie(t *testing.T) {
	n := *chaosArticles
	nodes := own(t, cluster.Options{Nodes: 3, Tied: n == fewArticles})
	c := connectTo(t, client.Options{URLs: nodes.URLs()})
	a := opensearch.Archive{
		Client: c, Name: "chaos", Shape: opensearch.Shape{Shards: 2, Replicas: 1}, Cache: t.TempDir(), Extractor: "1",
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	docs, asked, _ := indextest.Random(seed, n, 200)
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const batch = 200
	put := func(from, to int, beside func()) {
		t.Helper()
		var doing sync.WaitGroup
		for some := range slices.Chunk(docs[from:to], batch) {
			if err := w.Put(t.Context(), some); err != nil {
				t.Fatal(err)
			}
			if beside != nil {
				doing.Go(beside)
				beside = nil
			}
		}
		doing.Wait()
		if err := w.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	put(0, n/5, nil)
	stop := asking(t, a, asked)
	kill := func(node int) {
		if err := nodes.Kill(t.Context(), node); err != nil {
			t.Error(err)
		}
	}
	start := func(list ...int) {
		for _, node := range list {
			if err := nodes.Start(t.Context(), node); err != nil {
				t.Error(err)
			}
		}
		if err := nodes.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		waitGreen(t, c)
	}
	manager := managerOf(t, c)
	other := manager%3 + 1
	for _, node := range []int{other, manager} {
		at := n / 5
		if node == manager {
			at = n * 3 / 5
		}
		put(at, at+n/5, func() { kill(node) })
		put(at+n/5, at+2*n/5, nil)
		start(node)
	}
	stop()
	checkAll(t, a, docs)
	for node := range 3 {
		kill(node + 1)
	}
	start(1, 2, 3)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	checkAll(t, a, docs)
}

// TestFullQueue puts articles into a cluster that takes one request, has one more wait, and refuses all
// others: every article is there afterwards.
func TestFullQueue(t *testing.T) {
	nodes := own(t, cluster.Options{
		Nodes: 1, Tied: true, Settings: "thread_pool.write.size: 1\nthread_pool.write.queue_size: 1",
	})
	c := connectTo(t, client.Options{URLs: nodes.URLs()})
	a := opensearch.Archive{
		Client: c, Name: "queue", Shape: opensearch.Shape{Shards: 4}, Cache: t.TempDir(), Extractor: "1",
	}
	docs, _, _ := indextest.Random(1, 2000, 0)
	published(t, a, docs...)
	checkAll(t, a, docs)
	var stats struct {
		Nodes map[string]struct {
			Pools map[string]struct{ Rejected int } `json:"thread_pool"`
		}
	}
	if err := c.Do(t.Context(), client.Request{Method: "GET", Path: "_nodes/stats/thread_pool"}, &stats); err != nil {
		t.Fatal(err)
	}
	for _, n := range stats.Nodes {
		if n.Pools["write"].Rejected == 0 {
			t.Error("nothing was refused: the test tests nothing")
		}
	}
}

// TestSecure has an archive on a cluster with TLS and passwords, and tries to get in otherwise.
func TestSecure(t *testing.T) {
	nodes := own(t, cluster.Options{Nodes: 1, Tied: true, Secure: true})
	open := func(o client.Options) (opensearch.Archive, error) {
		o.URLs = nodes.URLs()
		a := opensearch.Archive{
			Client: connectTo(t, o), Name: "secure", Shape: opensearch.Shape{Shards: 1}, Cache: t.TempDir(), Extractor: "1",
		}
		return a, a.Client.Check(t.Context())
	}
	a, err := open(client.Options{CAFile: nodes.CAFile(), BasicAuthFile: nodes.PasswordFile()})
	if err != nil {
		t.Fatal(err)
	}
	published(t, a, news("a")...)
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := idsIn(t, r, "shelling"); got != "a" {
		t.Errorf("there is %s", got)
	}
	for want, o := range map[string]client.Options{
		"--ca-file":         {BasicAuthFile: nodes.PasswordFile()},
		"password":          {CAFile: nodes.CAFile(), BasicAuthFile: password(t, "wrong")},
		"--basic-auth-file": {CAFile: nodes.CAFile()},
	} {
		_, err := open(o)
		if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want a line with %q: %v", want, err)
		}
	}
}

// own starts a cluster for one test.
func own(t testing.TB, o cluster.Options) *cluster.Cluster {
	t.Helper()
	nodes := started(t.Context(), o)
	if nodes.err != nil {
		t.Skip("not run: ", nodes.err)
	}
	t.Cleanup(func() {
		if err := nodes.Wipe(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return nodes.Cluster
}

// password returns a file with the user of a secure cluster and a password.
func password(t *testing.T, is string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "auth")
	if err := os.WriteFile(path, []byte(cluster.User+":"+is+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// asking asks questions until the function that it returns is called, which tells how many.
func asking(t *testing.T, a opensearch.Archive, asked []search.Request) (stop func()) {
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var answers, failures atomic.Int64
	var slowest atomic.Int64
	var all sync.WaitGroup
	for i := range 2 {
		all.Go(func() {
			for n := i; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				begun := time.Now()
				_, err := r.Search(t.Context(), asked[n%len(asked)])
				if err == nil && n%10 == 0 {
					_, err = r.Reload(t.Context())
				}
				slowest.Store(max(slowest.Load(), int64(time.Since(begun))))
				if answers.Add(1); err != nil {
					failures.Add(1)
					t.Errorf("a question failed: %v", err)
				}
			}
		})
	}
	return func() {
		close(done)
		all.Wait()
		t.Logf("%d questions, %d failed, the slowest took %v", answers.Load(), failures.Load(), time.Duration(slowest.Load()))
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// managerOf returns the number of the node that manages the cluster.
func managerOf(t *testing.T, c *client.Client) int {
	t.Helper()
	var got []struct{ Node string }
	r := client.Request{Method: "GET", Path: "_cat/cluster_manager", Query: map[string][]string{"format": {"json"}}}
	if err := c.Do(t.Context(), r, &got); err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(got[0].Node, "n"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// waitGreen waits until the cluster has all copies of all shards.
func waitGreen(t *testing.T, c *client.Client) {
	t.Helper()
	r := client.Request{Method: "GET", Path: "_cluster/health", Query: map[string][]string{
		"wait_for_status": {"green"}, "timeout": {"120s"},
	}}
	if err := c.Do(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
}

// checkAll looks for every article.
func checkAll(t *testing.T, a opensearch.Archive, docs []corpus.Document) {
	t.Helper()
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ids, err := ledger.EveryID(t.Context(), r, search.Request{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	for i, d := range docs {
		if i >= len(ids) || ids[i] != d.ID {
			t.Fatalf("%d of %d articles are there; the first that is missing is %s", len(ids), len(docs), d.ID)
		}
	}
	for _, i := range []int{0, len(docs) / 2, len(docs) - 1} {
		got, err := r.Article(t.Context(), docs[i].ID)
		if err != nil || got.Text != docs[i].Text {
			t.Errorf("article %s is %v, %v", docs[i].ID, got, err)
		}
	}
	if len(ids) != len(docs) {
		t.Errorf("there are %d articles, want %d", len(ids), len(docs))
	}
}
