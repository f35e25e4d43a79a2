package opensearch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index/ledger"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/search"
)

// news returns articles with ids, each with a title, a text and a person that have its id.
func news(ids ...string) (docs []corpus.Document) {
	for _, id := range ids {
		docs = append(docs, corpus.Document{
			Article: corpus.Article{
				ID: id, Title: "Report " + id, Text: "Shelling near " + id + ".", Lang: "en", Origin: "/news/" + id,
			},
			Mentions: []corpus.Mention{{
				Kind: corpus.Person, Field: "title", Start: 0, End: 6, Text: "Report", Value: "Leila " + id, Confidence: 0.9,
			}},
		})
	}
	return docs
}

// idsIn returns the ids of all articles that a query finds, in order.
func idsIn(t *testing.T, r search.Searcher, query string) string {
	t.Helper()
	e, err := search.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := ledger.EveryID(t.Context(), r, search.Request{Query: e})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// published puts articles into an archive and publishes.
func published(t *testing.T, a opensearch.Archive, docs ...corpus.Document) {
	t.Helper()
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Put(t.Context(), docs), w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestGenerations publishes while a reader pages through what was before.
func TestGenerations(t *testing.T) {
	a := newArchive(t, connect(t))
	if _, err := a.Open(t.Context()); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "there is no archive") {
		t.Errorf("no archive: %v", err)
	}
	published(t, a, news("a", "b", "c")...)
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first, err := r.Search(t.Context(), search.Request{Limit: 1, Sort: search.Newest})
	if err != nil || first.Total != 3 || first.Generation != "gen-000001" {
		t.Fatalf("%+v, %v", first, err)
	}
	identity := r.Identity()

	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Put(t.Context(), news("d")), w.Remove(t.Context(), []string{"b"}, false)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := idsIn(t, r, "*"); got != "a b c" {
		t.Errorf("before it is published there is %s", got)
	}
	if changed, err := r.Reload(t.Context()); changed || err != nil {
		t.Errorf("reload before: %t, %v", changed, err)
	}
	if err := w.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := idsIn(t, r, "*"); got != "a b c" {
		t.Errorf("before it is loaded there is %s", got)
	}
	if changed, err := r.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload: %t, %v", changed, err)
	}
	if got := idsIn(t, r, "*"); got != "a c d" {
		t.Errorf("then there is %s", got)
	}
	if r.Identity() == identity {
		t.Error("two generations have one identity")
	}
	rest, err := r.Search(t.Context(), search.Request{Limit: 5, Sort: search.Newest, Cursor: first.Next})
	if err != nil || len(rest.Hits) != 2 || rest.Hits[0].ID != "b" || rest.Generation != "gen-000001" {
		t.Errorf("the rest of the page before: %+v, %v", rest, err)
	}
	other, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Search(t.Context(), search.Request{Limit: 5, Sort: search.Newest, Cursor: first.Next}); !errors.Is(err, search.ErrGone) {
		t.Errorf("a cursor of a generation that is not kept: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Article(t.Context(), "b"); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("a removed article: %v", err)
	}
	if got, err := r.Article(t.Context(), "d"); err != nil || got.Text != "Shelling near d." {
		t.Errorf("article d: %+v, %v", got, err)
	}
}

// TestLock has two write at the same time.
func TestLock(t *testing.T) {
	c := connect(t)
	a := newArchive(t, c)
	published(t, a, news("a")...)
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := a.OpenWriter(t.Context()); !errors.Is(err, search.ErrUnavailable) ||
		!strings.Contains(err.Error(), fmt.Sprint("is being written by process ", os.Getpid())) {
		t.Errorf("a second writer: %v", err)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("it was told after %v", took)
	}
	// Another machine takes it for dead.
	defer opensearch.SetDeadAfter(300 * time.Millisecond)()
	steal := func(machine string, pid int, beat time.Time) {
		t.Helper()
		doc := map[string]any{"kind": "lock", "data": map[string]any{
			"id": "other", "host": "elsewhere", "machine": machine, "pid": pid, "since": beat, "beat": beat,
		}}
		r := client.Request{Method: "PUT", Path: a.Name + "-lock/_doc/lock", Body: doc, Safe: true}
		if err := c.Do(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
	}
	steal("another", 1, time.Now())
	if _, err := a.OpenWriter(t.Context()); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "process 1 on elsewhere") {
		t.Errorf("a writer beside one on another machine: %v", err)
	}
	steal("another", 1, time.Now().Add(time.Hour)) // by its clock
	other, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatalf("a writer where the other is dead: %v", err)
	}
	if err := other.Put(t.Context(), news("b")); err != nil {
		t.Fatal(err)
	}
	if err := w.Put(t.Context(), news("c")); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "another process writes") {
		t.Errorf("the first goes on: %v", err)
	}
	w.Close()
	for _, err := range []error{other.Publish(t.Context()), other.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := idsIn(t, r, "*"); got != "a b" {
		t.Errorf("there is %s", got)
	}
	steal(opensearch.Machine(), 1<<22+1, time.Now()) // of a process that is no more
	w, err = a.OpenWriter(t.Context())
	if err != nil {
		t.Fatalf("the other on this machine is no more: %v", err)
	}
	w.Close()
}

// TestTakenOver has a writer go on that does not know yet that another took its place, after each thing that
// it may do: what the other wrote stays as it is.
func TestTakenOver(t *testing.T) {
	c := connect(t)
	for name, goOn := range map[string]func(*opensearch.Writer) error{
		"put":     func(w *opensearch.Writer) error { return w.Put(t.Context(), news("d", "b")) },
		"publish": func(w *opensearch.Writer) error { return w.Publish(t.Context()) },
		"remove":  func(w *opensearch.Writer) error { return w.Remove(t.Context(), []string{"a"}, false) },
		"rebuild": func(w *opensearch.Writer) error { _, err := w.Rebuild(t.Context(), nil); return err },
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, c)
			published(t, a, news("a")...)
			hung, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := hung.Put(t.Context(), news("b")); err != nil {
				t.Fatal(err)
			}
			unlock(t, a)
			w, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			changed := news("b", "c")
			changed[0].Mentions[0].Value = "Omar Haddad"
			if err := w.Put(t.Context(), changed); err != nil {
				t.Fatal(err)
			}
			if err := goOn(hung); !errors.Is(err, search.ErrUnavailable) {
				t.Errorf("the other goes on: %v", err)
			}
			hung.Close()
			for _, err := range []error{w.Put(t.Context(), news("e")), w.Publish(t.Context()), w.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			holds(t, a, "a b c e", "Leila a 1, Leila c 1, Leila e 1, Omar Haddad 1")
		})
	}
}

// TestLateRenewal has another renewal of a writer's own arrive between what a writer reads of its lock and what it
// does with it.
func TestLateRenewal(t *testing.T) {
	defer opensearch.SetTrustFor(0)()
	c := connect(t)
	a := newArchive(t, c)
	path := a.Name + "-lock/_doc/lock"
	var doc struct {
		Source any `json:"_source"`
	}
	once := map[string]*sync.Once{"PUT": {}, "DELETE": {}}
	a = proxied(t, a, func(r *http.Request) {
		if !r.URL.Query().Has("if_seq_no") || !isFor(r, path) {
			return
		}
		once[r.Method].Do(func() {
			err := c.Do(t.Context(), client.Request{Method: "GET", Path: path}, &doc)
			if err == nil {
				err = c.Do(t.Context(), client.Request{Method: "PUT", Path: path, Body: doc.Source, Safe: true}, nil)
			}
			if err != nil {
				t.Error(err)
			}
		})
	})
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Put(t.Context(), news("a")), w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Error(err)
		}
	}
	if err := c.Do(t.Context(), client.Request{Method: "GET", Path: path}, nil); !client.IsMissing(err) {
		t.Errorf("the lock is still there: %v", err)
	}
}

// unlock has another writer take the archive over, as if its writer had shown no sign of life.
func unlock(t *testing.T, a opensearch.Archive) {
	t.Helper()
	r := client.Request{Method: "DELETE", Path: a.Name + "-lock/_doc/lock", Safe: true}
	if err := a.Client.Do(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
}

// TestLateClean has a writer clean up late, when another has published: nothing of that is gone.
func TestLateClean(t *testing.T) {
	c := connect(t)
	for _, at := range []string{"POST -values/_refresh", "GET -search-*", "POST -journal/_refresh"} {
		t.Run(at, func(t *testing.T) {
			a := newArchive(t, c)
			published(t, a, news("a")...)
			held, free := make(chan struct{}), make(chan struct{})
			slow := proxied(t, a, func(r *http.Request) {
				if r.Method+" "+strings.TrimPrefix(r.URL.Path, "/"+a.Name) == at {
					close(held)
					<-free
				}
			})
			hung, err := slow.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := hung.Put(t.Context(), news("b")); err != nil {
				t.Fatal(err)
			}
			late := make(chan error)
			go func() { late <- hung.Publish(t.Context()) }()
			<-held
			unlock(t, a)
			w, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{w.Put(t.Context(), news("c")), w.Publish(t.Context()), w.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			close(free)
			if err := <-late; !errors.Is(err, search.ErrUnavailable) {
				t.Errorf("what is cleaned late: %v", err)
			}
			hung.Close()
			holds(t, a, "a b c", "Leila a 1, Leila b 1, Leila c 1")
			published(t, a, news("d")...)
			holds(t, a, "a b c d", "Leila a 1, Leila b 1, Leila c 1, Leila d 1")
		})
	}
}

// TestPublishStopped stops a publication when the cluster gets the new state, and publishes again.
func TestPublishStopped(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a")...)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stopping := proxied(t, a, func(r *http.Request) {
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/_doc/state") && bodyHas(r, `"generation":2`) {
			stop()
		}
	})
	w, err := stopping.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Put(t.Context(), news("b")); err != nil {
		t.Fatal(err)
	}
	w.Publish(ctx)
	if ctx.Err() == nil {
		t.Fatal("it was not stopped")
	}
	for _, err := range []error{w.Put(t.Context(), news("c")), w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	holds(t, a, "a b c", "Leila a 1, Leila b 1, Leila c 1")
}

// TestExact opens an archive of which the index shows already what is not published, as after a node was lost or
// while another publishes: it has what was published. Where the cluster has lost that, answers say so.
func TestExact(t *testing.T) {
	c := connect(t)
	a := newArchive(t, c)
	published(t, a, news("a", "b")...)
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, err := range []error{
		w.Put(t.Context(), news("c")), w.Remove(t.Context(), []string{"a"}, false),
		c.Do(t.Context(), client.Request{Method: "POST", Path: a.Name + "-search/_refresh", Safe: true}, nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	holds(t, a, "a b", "Leila a 1, Leila b 1")
	notices := func() []string {
		t.Helper()
		r, err := a.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		res, err := r.Search(t.Context(), search.Request{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return res.Notices
	}
	if list := notices(); len(list) > 0 {
		t.Errorf("notices where nothing is lost: %q", list)
	}
	lose := func() {
		t.Helper()
		var state struct {
			Source struct{ Data struct{ Point string } } `json:"_source"`
		}
		for _, err := range []error{
			c.Do(t.Context(), client.Request{Method: "GET", Path: a.Name + "-journal/_doc/state"}, &state),
			c.Do(t.Context(), client.Request{
				Method: "DELETE", Path: "_search/point_in_time", Body: map[string]any{"pit_id": []string{state.Source.Data.Point}}, Safe: true,
			}, nil),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	lose()
	if list := notices(); len(list) != 1 || !strings.Contains(list[0], "has lost the state of this generation") {
		t.Errorf("notices where it is lost: %q", list)
	}
	if err := w.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	lose()
	if list := notices(); len(list) > 0 {
		t.Errorf("notices where nothing was written since: %q", list)
	}
	holds(t, a, "b c", "Leila b 1, Leila c 1")
}

// TestForgotten ends a writer after it took an article away, or replaced it: names that only that told are forgotten
// all the same.
func TestForgotten(t *testing.T) {
	for name, take := range map[string]func(*opensearch.Writer) error{
		"remove": func(w *opensearch.Writer) error { return w.Remove(t.Context(), []string{"b"}, false) },
		"replace": func(w *opensearch.Writer) error {
			other := news("b")
			other[0].Mentions[0].Value = "Omar Haddad"
			return w.Put(t.Context(), other)
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, connect(t))
			published(t, a, news("a", "b")...)
			w, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{take(w), w.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			published(t, a)
			r, err := a.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if v, err := r.Value(t.Context(), search.Person, "leila-a"); err != nil {
				t.Errorf("who is told of: %+v, %v", v, err)
			}
			if v, err := r.Value(t.Context(), search.Person, "leila-b"); !errors.Is(err, search.ErrNotFound) {
				t.Errorf("who is told of no more: %+v, %v", v, err)
			}
		})
	}
}

// TestLate has the index get what a writer sent before another took its place when that has written the same
// article: it is refused.
func TestLate(t *testing.T) {
	c := connect(t)
	a := newArchive(t, c)
	published(t, a, news("a")...)
	held, free := make(chan struct{}), make(chan struct{})
	slow := proxied(t, a, func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "_bulk") && bodyHas(r, "-search-") {
			close(held)
			<-free
		}
	})
	hung, err := slow.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	late := make(chan error)
	go func() { late <- hung.Put(t.Context(), news("b")) }()
	<-held
	unlock(t, a)
	changed := news("b")
	changed[0].Mentions[0].Value = "Omar Haddad"
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Put(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	close(free)
	if err := <-late; err != nil { // it was acknowledged before
		t.Error(err)
	}
	if err := hung.Publish(t.Context()); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("what comes late: %v", err)
	}
	hung.Close()
	for _, err := range []error{w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	holds(t, a, "a b", "Leila a 1, Omar Haddad 1")
}

// holds checks which articles and persons are in an archive, and that all of it fits together.
func holds(t *testing.T, a opensearch.Archive, ids, persons string) {
	t.Helper()
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := idsIn(t, r, "*"); got != ids {
		t.Errorf("there is %s, want %s", got, ids)
	}
	res, err := r.Search(t.Context(), search.Request{Facets: []search.FacetRequest{{Field: search.Person, Size: 9}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range res.Facets[search.Person].Values {
		got = append(got, fmt.Sprint(v.Name, " ", v.Count))
	}
	if list := strings.Join(got, ", "); list != persons {
		t.Errorf("people are %s, want %s", list, persons)
	}
	if report, err := r.Verify(t.Context(), true, nil); err != nil || len(report.Findings) > 0 {
		t.Errorf("verify: %v, %v", report, err)
	}
}

// TestNothingPublished ends a first writer before it has published: what it acknowledged is published by the
// next.
func TestNothingPublished(t *testing.T) {
	a := newArchive(t, connect(t))
	if err := putInto(t, a, news("a", "b")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Open(t.Context()); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("before anything is published: %v", err)
	}
	published(t, a)
	holds(t, a, "a b", "Leila a 1, Leila b 1")
	published(t, a)
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if res, err := r.Search(t.Context(), search.Request{}); err != nil || res.Generation != "gen-000001" {
		t.Errorf("a writer with nothing new published %+v, %v", res, err)
	}
}

// TestForeign gives an archive the name of indexes that are not its own.
func TestForeign(t *testing.T) {
	c := connect(t)
	for _, part := range []string{"articles", "journal"} {
		a := newArchive(t, c)
		name := a.Name + "-" + part
		if err := c.Do(t.Context(), client.Request{Method: "PUT", Path: name, Safe: true}, nil); err != nil {
			t.Fatal(err)
		}
		_, err := a.OpenWriter(t.Context())
		if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), name+" that is none of dateline's") {
			t.Errorf("%s: %v", part, err)
		}
	}
	a := newArchive(t, c)
	published(t, a, news("a")...)
	if err := c.Do(t.Context(), client.Request{Method: "DELETE", Path: a.Name + "-curation", Safe: true}, nil); err != nil {
		t.Fatal(err)
	}
	_, err := a.OpenWriter(t.Context())
	if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), a.Name+"-curation is missing") {
		t.Errorf("a part is missing: %v", err)
	}
}

// TestUnfit puts an article that a cluster can't take beside one that it can.
func TestUnfit(t *testing.T) {
	a := newArchive(t, connect(t))
	docs := news("a", "b")
	docs[0].Source = strings.Repeat("x", 40_000)
	published(t, a, docs...)
	holds(t, a, "b", "Leila b 1")
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	lines, err := r.Quarantine(t.Context())
	if err != nil || !strings.Contains(string(lines), "/news/a") || !strings.Contains(string(lines), "a source of 40000 bytes") {
		t.Errorf("quarantined is %s, %v", lines, err)
	}
}

// TestFault has the cluster fail at each kind of request of a writer, once: what was acknowledged is there
// afterwards, and what was not can be put again.
func TestFault(t *testing.T) {
	c := connect(t)
	for _, f := range []struct{ name, part string }{
		{"records", "-articles"}, {"batch", "/_doc/batch-"}, {"search", "-search-"}, {"table", "-values"}, {"state", "/_doc/state"},
	} {
		t.Run(f.name, func(t *testing.T) {
			a := newArchive(t, c)
			published(t, a, news("a")...)
			faulty, broken := breakable(t, a, f.part)
			w, err := faulty.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Put(t.Context(), news("b")); err != nil {
				t.Fatal(err)
			}
			broken.Store(true)
			err = w.Put(t.Context(), news("c"))
			if err == nil {
				err = w.Publish(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), "broken") {
				t.Fatalf("a fault was not told: %v", err)
			}
			if err := w.Put(t.Context(), news("d")); err == nil {
				t.Error("it goes on after a fault")
			}
			broken.Store(false)
			if err := w.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			r, err := a.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := idsIn(t, r, "*"); got != "a" { // what was published
				t.Errorf("after the fault there is %s", got)
			}
			again, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{again.Put(t.Context(), news("c", "d")), again.Publish(t.Context()), again.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := r.Reload(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := idsIn(t, r, "shelling"); got != "a b c d" {
				t.Errorf("after it was done again there is %s", got)
			}
		})
	}
}

// breakable returns an archive of which the cluster refuses to write a part while broken is set.
func breakable(t *testing.T, a opensearch.Archive, part string) (faulty opensearch.Archive, broken *atomic.Bool) {
	t.Helper()
	broken = new(atomic.Bool)
	a.Client = through(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !broken.Load() || r.Method == http.MethodGet || !isFor(r, part) {
			return true
		}
		http.Error(w, `{"error":{"type":"broken_exception","reason":"broken"},"status":400}`, http.StatusBadRequest)
		return false
	})
	return a, broken
}

// TestCurateFault has the cluster fail after corrections were acknowledged: whoever writes next applies them.
func TestCurateFault(t *testing.T) {
	for _, part := range []string{"-search-", "-values", "/_doc/state"} {
		t.Run(part, func(t *testing.T) {
			a := newArchive(t, connect(t))
			published(t, a, news("a", "b", "c")...)
			faulty, broken := breakable(t, a, part)
			w, err := faulty.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{w.Put(t.Context(), news("d")), w.Remove(t.Context(), nil, false)} { // which waits for the index
				if err != nil {
					t.Fatal(err)
				}
			}
			broken.Store(true)
			corrections := fileOf(t, "[[person]]\nid = \"Leila a\"\nname = \"Leila Rahimi\"\nsame = [\"Leila b\", \"Leila d\"]\n")
			if _, _, err := w.Curate(t.Context(), corrections, noneFound); err == nil || !strings.Contains(err.Error(), "broken") {
				t.Fatalf("a fault was not told: %v", err)
			}
			broken.Store(false)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			published(t, a, news("e")...)
			holds(t, a, "a b c d e", "Leila Rahimi 3, Leila c 1, Leila e 1")
		})
	}
}

// fileOf returns a file that holds corrections.
func fileOf(t *testing.T, corrections string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mine.toml")
	if err := os.WriteFile(file, []byte(corrections), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCurateReverted has the cluster fail while corrections are applied, and takes them back.
func TestCurateReverted(t *testing.T) {
	for _, part := range []string{"-search-", "-values", "/_doc/state"} {
		t.Run(part, func(t *testing.T) {
			a := newArchive(t, connect(t))
			published(t, a, news("a", "b", "c")...)
			faulty, broken := breakable(t, a, part)
			curate := func(a opensearch.Archive, corrections string, then func()) error {
				w, err := a.OpenWriter(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer w.Close()
				then()
				_, _, err = w.Curate(t.Context(), fileOf(t, corrections), noneFound)
				return err
			}
			err := curate(faulty, "[[person]]\nname = \"Sana Idris\"\nsame = [\"Leila b\", \"Leila c\"]\n", func() { broken.Store(true) })
			if err == nil {
				t.Fatal("a fault was not told")
			}
			broken.Store(false)
			if err := curate(a, "", func() {}); err != nil {
				t.Fatal(err)
			}
			published(t, a, news("d")...)
			holds(t, a, "a b c d", "Leila a 1, Leila b 1, Leila c 1, Leila d 1")
		})
	}
}

// proxied returns an archive whose requests go through a proxy, which shows each to before.
func proxied(t *testing.T, a opensearch.Archive, before func(*http.Request)) opensearch.Archive {
	t.Helper()
	a.Client = through(t, func(_ http.ResponseWriter, r *http.Request) bool {
		before(r)
		return true
	})
	return a
}

// isFor tells whether a request, or what it sends, names a part of an archive.
func isFor(r *http.Request, part string) bool {
	if strings.Contains(r.URL.Path, part) {
		return !strings.HasSuffix(r.URL.Path, "_mget") && !strings.HasSuffix(r.URL.Path, "_search")
	}
	return strings.HasSuffix(r.URL.Path, "_bulk") && bodyHas(r, part)
}

// bodyHas tells whether what a request sends has a text; it can be read again.
func bodyHas(r *http.Request, text string) bool {
	data, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(data))
	return err == nil && bytes.Contains(data, []byte(text))
}

// TestRebuild makes the index anew while it is searched, after its mapping became another.
func TestRebuild(t *testing.T) {
	c := connect(t)
	a := newArchive(t, c)
	published(t, a, news("a", "b")...)
	published(t, a, news("c")...)
	before, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	var doc struct {
		Source map[string]any `json:"_source"`
	}
	path := a.Name + "-journal/_doc/state"
	if err := c.Do(t.Context(), client.Request{Method: "GET", Path: path}, &doc); err != nil {
		t.Fatal(err)
	}
	doc.Source["data"].(map[string]any)["schema"] = "0.1"
	if err := c.Do(t.Context(), client.Request{Method: "PUT", Path: path, Body: doc.Source, Safe: true}, nil); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() error{
		"read":  func() error { _, err := a.Open(t.Context()); return err },
		"write": func() error { return putInto(t, a, news("d")) },
	} {
		err := open()
		if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "the mapping 0.1") || !strings.Contains(err.Error(), "index --rebuild") {
			t.Errorf("%s an index of another mapping: %v", name, err)
		}
	}
	a.Shape.Replicas = 2
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Rebuild(t.Context(), nil); n != 3 || err != nil {
		t.Fatalf("rebuilt %d: %v", n, err)
	}
	if err := w.Put(t.Context(), news("d")); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := idsIn(t, before, "shelling"); got != "a b c" {
		t.Errorf("who was there before finds %s", got)
	}
	var settings map[string]struct {
		Settings struct {
			Index struct {
				Expand string `json:"auto_expand_replicas"`
			}
		}
	}
	if err := c.Do(t.Context(), client.Request{Method: "GET", Path: a.Name + "-*/_settings"}, &settings); err != nil {
		t.Fatal(err)
	}
	for name, is := range settings {
		if before := strings.HasSuffix(name, "-search-2"); !before && is.Settings.Index.Expand != "0-2" {
			t.Errorf("%s has %s copies", name, is.Settings.Index.Expand)
		}
	}
	if changed, err := before.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload: %t, %v", changed, err)
	}
	if got := idsIn(t, before, "shelling"); got != "a b c d" {
		t.Errorf("then there is %s", got)
	}
}

// putInto puts articles into an archive, and closes it.
func putInto(t *testing.T, a opensearch.Archive, docs []corpus.Document) error {
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		return err
	}
	err = w.Put(t.Context(), docs)
	return errors.Join(err, w.Close())
}

// TestPurge looks into every index for what was purged.
func TestPurge(t *testing.T) {
	t.Parallel() // a purge waits for most of its time
	c := connect(t)
	a := newArchive(t, c)
	secret := news("secret", "kept")
	secret[0].Text = "Xylophone in Zanzibar."
	secret[0].Origin = "/news/hidden.txt"
	secret[0].Mentions[0].Value = "Xylophone Player"
	var others []string
	for i := range 200 { // the table of values is not written as a whole when one is gone
		others = append(others, fmt.Sprint("other-", i))
	}
	published(t, a, news(others...)...)
	published(t, a, secret...)
	secret[0].Text = "Xylophones."
	published(t, a, secret[0])
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rebuild(t.Context(), nil); err != nil { // the index before is kept for who pages
		t.Fatal(err)
	}
	left := map[string]any{
		a.Name + "-values/_doc/left-0":              map[string]any{"data": "eHlsb3Bob25l"},
		a.Name + "-journal/_doc/tally-000000000001": map[string]any{"kind": "tally", "data": map[string]any{}},
	}
	for path, doc := range left { // by a writer that was killed
		if err := c.Do(t.Context(), client.Request{Method: "PUT", Path: path, Body: doc, Safe: true}, nil); err != nil {
			t.Fatal(err)
		}
	}
	gone := &corpus.ReadError{Origin: "/news/hidden.txt", Err: errors.New("is no text now")}
	if err := w.Reject(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if err := w.Purge(t.Context(), []string{"never"}); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("purge what is not there: %v", err)
	}
	for _, err := range []error{w.Purge(t.Context(), []string{"secret"}), w.Publish(t.Context())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Put(t.Context(), news("secret")); err != nil || w.Counts().KeptOut != 1 {
		t.Errorf("put again: %v, %+v", err, w.Counts())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Do(t.Context(), client.Request{Method: "POST", Path: a.Name + "-*/_refresh", Safe: true}, nil); err != nil {
		t.Fatal(err)
	}
	for path := range left {
		if err := c.Do(t.Context(), client.Request{Method: "GET", Path: path}, nil); !client.IsMissing(err) {
			t.Errorf("%s is there: %v", path, err)
		}
	}
	var stats struct {
		Indices map[string]struct {
			Total struct{ Docs struct{ Deleted int } }
		}
	}
	if err := c.Do(t.Context(), client.Request{Method: "GET", Path: a.Name + "-*/_stats/docs"}, &stats); err != nil {
		t.Fatal(err)
	}
	searched := 0
	for name, is := range stats.Indices {
		if strings.Contains(name, "-search-") {
			searched++
		}
		written := strings.HasSuffix(name, "-lock") || strings.HasSuffix(name, "-journal") // again since
		if is.Total.Docs.Deleted > 0 && !written {
			t.Errorf("%s still has %d documents that were deleted", name, is.Total.Docs.Deleted)
		}
	}
	if searched != 1 {
		t.Errorf("%d indexes are searched", searched)
	}
	var all struct {
		Hits struct {
			Hits []struct {
				Index  string         `json:"_index"`
				Source map[string]any `json:"_source"`
			}
		}
	}
	if err := c.Search(t.Context(), a.Name+"-*", nil, map[string]any{"size": 1000}, &all); err != nil {
		t.Fatal(err)
	}
	for _, h := range all.Hits.Hits {
		if s := decoded(h.Source); strings.Contains(s, "ylophone") || strings.Contains(s, "hidden") {
			t.Errorf("%s has %s", h.Index, s)
		}
	}
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := idsIn(t, r, "title:kept OR secret"); got != "kept" {
		t.Errorf("there is %s", got)
	}
	if report, err := r.Verify(t.Context(), true, nil); err != nil || len(report.Findings) > 0 {
		t.Errorf("verify: %v, %v", report, err)
	}
}
