package opensearch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dateline/index"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/index/opensearch/cluster"
	"dateline/index/values"
)

// A tried is a cluster that is started for tests, once, or why it could not be.
type tried struct {
	*cluster.Cluster
	err error
}

// common is a cluster of three nodes that most tests have in common.
var common = sync.OnceValue(func() tried { return started(context.Background(), cluster.Options{Nodes: 3, Tied: true}) })

func started(ctx context.Context, o cluster.Options) tried {
	if err := cluster.Available(ctx, o); err != nil {
		return tried{err: err}
	}
	c, err := cluster.Up(ctx, o)
	return tried{c, err}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if c := commonIfStarted(); c != nil {
		c.Wipe(context.Background())
	}
	os.Exit(code)
}

var isStarted atomic.Bool

func commonIfStarted() *cluster.Cluster {
	if !isStarted.Load() {
		return nil
	}
	return common().Cluster
}

// urls returns the addresses of the cluster that tests have in common: a real one of three nodes, or
// the one that DATELINE_URL names. A test is skipped where none can be started.
func urls(t testing.TB) []string {
	t.Helper()
	if list := os.Getenv("DATELINE_URL"); list != "" {
		return strings.Split(list, ",")
	}
	if err := cluster.Available(t.Context(), cluster.Options{}); err != nil {
		t.Skip("not run: no cluster can be started here: ", err)
	}
	isStarted.Store(true)
	c := common()
	if c.err != nil {
		t.Fatal(c.err)
	}
	return c.URLs()
}

// connect returns a client of the cluster that tests have in common.
func connect(t *testing.T) *client.Client { return connectTo(t, client.Options{URLs: urls(t)}) }

func connectTo(t testing.TB, o client.Options) *client.Client {
	t.Helper()
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// proxy puts a proxy before a node of a cluster, which returns its address: requests pass a gate, which answers those
// that it holds back.
func proxy(t testing.TB, node string, gate func(http.ResponseWriter, *http.Request) (passes bool)) (*httputil.ReverseProxy, string) {
	t.Helper()
	at, err := url.Parse(node)
	if err != nil {
		t.Fatal(err)
	}
	behind := httputil.NewSingleHostReverseProxy(at)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gate(w, r) {
			behind.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return behind, s.URL
}

// through returns a client of the cluster whose requests pass a gate, as proxy has it.
func through(t *testing.T, gate func(http.ResponseWriter, *http.Request) (passes bool)) *client.Client {
	t.Helper()
	_, at := proxy(t, urls(t)[0], gate)
	return connectTo(t, client.Options{URLs: []string{at}})
}

// create makes an index that goes with the test.
func create(t *testing.T, c *client.Client, r *values.Resolver, fetch index.Fetch) *opensearch.Engine {
	t.Helper()
	name := fmt.Sprintf("engine-%x", rand.Uint64())
	e, err := opensearch.Create(t.Context(), c, name, opensearch.Shape{Shards: 2, Replicas: 1},
		opensearch.Options{EngineOptions: index.EngineOptions{Resolver: r, Fetch: fetch, Generation: "test"}})
	if err != nil {
		t.Fatal(err)
	}
	gone(t, c, name)
	return e
}

// gone has indexes gone at the end of a test.
func gone(t testing.TB, c *client.Client, names string) {
	t.Helper()
	t.Cleanup(func() {
		err := c.Do(context.Background(), client.Request{Method: "DELETE", Path: names, Safe: true}, nil)
		if err != nil && !client.IsMissing(err) {
			t.Error(err)
		}
	})
}

// newArchive returns an archive of a new name, which goes with the test.
func newArchive(t *testing.T, c *client.Client) opensearch.Archive {
	t.Helper()
	a := opensearch.Archive{
		Client: c, Name: fmt.Sprintf("archive-%x", rand.Uint64()), Shape: opensearch.Shape{Shards: 2, Replicas: 1},
		Cache: t.TempDir(), Extractor: "1",
	}
	gone(t, c, a.Name+"-*")
	return a
}
