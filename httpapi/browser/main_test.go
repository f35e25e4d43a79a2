// Package browser tests the pages in Chromium, as people use them: with script
// and without, with keyboard, on small and large screens, in light and dark. It
// has nothing but tests, which are skipped where there is no Chromium.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"dateline/cmd/dateline/demo"
	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
	"dateline/httpapi"
	"dateline/index"
	"dateline/index/archive"
	"dateline/index/bleve"
	"dateline/index/ledger"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/index/opensearch/cluster"
	"dateline/search"
)

var onCluster = flag.Bool("cluster", false, "have the archive on a cluster of three nodes, which is started for that")

// suite is what all tests share: one server and one browser.
var suite struct {
	missing string // why there are none; empty: there are
	address string // of the server
	browser context.Context
	faults  faults
}

func TestMain(m *testing.M) {
	code, err := testAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func testAll(m *testing.M) (code int, err error) {
	flag.Parse()
	path := chromium()
	if path == "" {
		suite.missing = "there is no Chromium"
		return m.Run(), nil
	}
	if *onCluster {
		if err := cluster.Available(context.Background(), cluster.Options{}); err != nil {
			suite.missing = err.Error()
			return m.Run(), nil
		}
	}
	dir, err := os.MkdirTemp("", "dateline-browser-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	reader, err := makeArchive(dir)
	if err != nil {
		return 0, fmt.Errorf("make the archive: %w", err)
	}
	defer reader.Close()
	server := httptest.NewServer(suite.faults.note(httpapi.New(httpapi.Options{
		Archive: reader, Locate: reader.Locate, Timeout: answerWithin(),
	})))
	defer server.Close()
	suite.address = server.URL
	var stop context.CancelFunc
	if suite.browser, stop, err = start(path, filepath.Join(dir, "profile")); err != nil {
		return 0, fmt.Errorf("start %s: %w", path, err)
	}
	defer stop()
	return m.Run(), nil
}

// answerWithin is how long the server may take for an answer: three nodes of a cluster beside a browser make a small
// machine a slow one.
func answerWithin() time.Duration {
	if *onCluster {
		return time.Minute
	}
	return httpapi.Timeout
}

// chromium returns the path of the browser; empty: there is none.
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// start starts the browser, with nothing that asks the network by itself.
func start(path, profile string) (context.Context, context.CancelFunc, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	browser, stop := chromedp.NewContext(allocator)
	end := func() { stop(); free() }
	if err := chromedp.Do(browser); err != nil {
		end()
		return nil, nil, err
	}
	return browser, end, nil
}

// An opened is an archive that is served.
type opened interface {
	search.Archive
	Locate(id string) (lat, lon float64, ok bool)
	Close() error
}

// A writer is one of an archive.
type writer interface {
	index.Store
	Fresh(context.Context, iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Article, error]
	Counts() ledger.Counts
	Publish(context.Context) error
	Close() error
}

// makeArchive indexes the articles of tests and opens the archive.
func makeArchive(dir string) (opened, error) {
	from, to := filepath.Join(dir, "articles"), filepath.Join(dir, "archive")
	if err := os.CopyFS(from, demo.Articles()); err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	for _, a := range articles() {
		if err := json.NewEncoder(&lines).Encode(a); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(from, "more.jsonl"), lines.Bytes(), 0o644); err != nil {
		return nil, err
	}
	if *onCluster {
		return makeOnCluster(from)
	}
	options := archive.Options{
		Engines:   archive.EnginesOf(bleve.Create, bleve.Open, bleve.Checks, bleve.CheckFile),
		Gazetteer: places.Default(),
		Extractor: enrich.Version,
	}
	w, err := archive.OpenWriter(to, options)
	if err == nil {
		err = indexInto(w, from)
	}
	if err != nil {
		return nil, err
	}
	return archive.Open(to, options)
}

// makeOnCluster has the archive on a cluster, which ends with the test.
func makeOnCluster(from string) (opened, error) {
	ctx := context.Background()
	nodes, err := cluster.Up(ctx, cluster.Options{Nodes: 3, Tied: true})
	if err != nil {
		return nil, err
	}
	c, err := client.New(client.Options{URLs: nodes.URLs()})
	if err != nil {
		return nil, err
	}
	a := opensearch.Archive{
		Client: c, Name: "browser", Shape: opensearch.Shape{Shards: 2, Replicas: 1}, Gazetteer: places.Default(),
		Extractor: enrich.Version, Warm: true,
	}
	w, err := a.OpenWriter(ctx)
	if err == nil {
		err = indexInto(w, from)
	}
	if err != nil {
		return nil, err
	}
	r, err := a.Open(ctx)
	return onNodes{r, c, nodes}, err
}

// An onNodes is an archive on a cluster that is there for it alone.
type onNodes struct {
	*opensearch.Reader
	client *client.Client
	nodes  *cluster.Cluster
}

func (o onNodes) Close() error {
	return errors.Join(o.Reader.Close(), o.client.Close(), o.nodes.Wipe(context.Background()))
}

// indexInto has w take in the articles of a folder, and closes it.
func indexInto(w writer, from string) error {
	ctx := context.Background()
	defer w.Close()
	reader := corpus.Reader{}
	read := w.Fresh(ctx, reader.Read(nil, from))
	if _, err := new(index.Builder).Build(ctx, w, enrich.New(places.Default()).All(read)); err != nil {
		return err
	}
	if n := w.Counts(); n.Quarantined > 0 {
		return fmt.Errorf("%d articles were quarantined", n.Quarantined)
	}
	return w.Publish(ctx)
}

// faults are the answers of the server that no page should cause.
type faults struct {
	mu   sync.Mutex
	list []string
}

// note returns h, and takes down each 5xx.
func (f *faults) note(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &statusWriter{w, 200}
		h.ServeHTTP(seen, r)
		if seen.status >= 500 {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.list = append(f.list, fmt.Sprintf("%s %s: %d", r.Method, r.URL, seen.status))
		}
	})
}

// take returns what was taken down since it was last asked.
func (f *faults) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := f.list
	f.list = nil
	return list
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what streams need.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
