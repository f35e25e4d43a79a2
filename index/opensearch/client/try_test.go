package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/search"
)

var ok = says(200, `{"ok":true}`)

func TestSentAgain(t *testing.T) {
	kind := func(status int, kind string) http.HandlerFunc { return says(status, fault(status, kind, "because")) }
	for name, test := range map[string]struct {
		first http.HandlerFunc
		safe  string // in the error of what is safe to send again; empty: it is, and goes well
		not   string // in that of what is not
	}{
		"429":               {says(429, ""), "", "answers 429 Too Many Requests"},
		"502":               {says(502, "<html>bad\ngateway"), "", "answers 502 Bad Gateway: <html>bad gateway"},
		"503":               {says(503, ""), "", "answers 503"},
		"504":               {says(504, ""), "", "answers 504"},
		"short of memory":   {kind(429, "circuit_breaking_exception"), "", "short of memory"},
		"a node that went":  {kind(500, "node_disconnected_exception"), "", "node_disconnected_exception: because"},
		"broken off":        {breaks, "", "the connection broke off; it is not known whether it was carried out"},
		"400":               {kind(400, "parsing_exception"), "parsing_exception: because", "parsing_exception: because"},
		"403":               {kind(403, "security_exception"), "not permitted: because", "not permitted"},
		"500":               {kind(500, "null_pointer_exception"), "null_pointer_exception: because", "null_pointer_exception"},
		"too many buckets":  {kind(503, "too_many_buckets_exception"), "too many counts", "too many counts"},
		"413":               {says(413, ""), "more than the cluster", "more than the cluster"},
		"a full disk":       {says(429, fault(429, "cluster_block_exception", "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];")), "nearly full", "nearly full"},
		"no handler":        {says(400, `{"error":"no handler found"}`), "answers 400 Bad Request: no handler found", "no handler found"},
		"no manager":        {kind(503, "cluster_block_exception"), "", "cluster_block_exception: because"},
		"a shard's reason":  {says(400, `{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"all shards failed","failed_shards":[{"reason":{"type":"illegal_argument_exception","reason":"a field"}}]}}`), "illegal_argument_exception: a field", "illegal_argument_exception: a field"},
		"of the reduction":  {says(503, `{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"","failed_shards":[],"caused_by":{"type":"too_many_buckets_exception","reason":"no more"}}}`), "too many counts are asked for at once (search.max_buckets): no more", "no more"},
		"the reason behind": {says(400, `{"error":{"type":"mapper_parsing_exception","reason":"failed","caused_by":{"type":"x","reason":"odd"}}}`), "failed: odd", "failed: odd"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []struct {
				Request
				want string
			}{
				{Request{Method: "POST", Path: "/a", Body: map[string]int{"n": 1}, Safe: true}, test.safe},
				{Request{Method: "GET", Path: "a"}, test.safe},
				{Request{Method: "POST", Path: "/a", Body: []byte(`{"n":1}`)}, test.not},
			} {
				f := newFake(t, test.first, ok)
				c, waits := connect(t, f.URL)
				var out struct{ OK bool }
				err := c.Do(t.Context(), r.Request, &out)
				requests := f.requests()
				if r.want != "" {
					wantError(t, err, r.want, f.URL, r.Method+" /a: ")
					if len(requests) != 1 {
						t.Errorf("%s was sent %d times; want once", r.doing(), len(requests))
					}
					continue
				}
				if err != nil || !out.OK || len(requests) != 2 || len(*waits) != 1 {
					t.Fatalf("%s: %v, sent %d times after %v; want twice, a wait between", r.doing(), err, len(requests), *waits)
				}
				if requests[0].body != requests[1].body || requests[1].line != r.Method+" /a" {
					t.Errorf("sent again: %v", requests)
				}
			}
		})
	}
}

func TestKinds(t *testing.T) {
	missing := &Error{Status: 404, Type: "index_not_found_exception", Reason: "no such index [a]"}
	conflict := &Error{Status: 409}
	for _, test := range []struct {
		err                            error
		missing, conflict, unavailable bool
	}{
		{missing, true, false, true},
		{&Error{Status: 404}, true, false, false},
		{conflict, false, true, false},
		{&Error{Status: 400}, false, false, false},
		{&Error{Status: 401}, false, false, true},
		{&Error{Status: 403}, false, false, true},
		{&Error{Status: 503}, false, false, true},
		{&Error{Status: 503, Type: "too_many_buckets_exception"}, false, false, false},
		{&BulkError{[]Refused{{0, conflict}, {1, conflict}}, 2}, false, true, false},
		{&BulkError{[]Refused{{0, conflict}, {1, missing}}, 2}, false, false, false},
		{io.EOF, false, false, false},
	} {
		if IsMissing(test.err) != test.missing || IsConflict(test.err) != test.conflict ||
			errors.Is(test.err, search.ErrUnavailable) != test.unavailable {
			t.Errorf("%v: missing %t, conflict %t, unavailable %t", test.err, IsMissing(test.err), IsConflict(test.err),
				errors.Is(test.err, search.ErrUnavailable))
		}
	}
}

func TestWaits(t *testing.T) {
	after := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7")
		says(429, "")(w, r)
	}
	f := newFake(t, after, says(503, ""), says(503, ""), ok)
	c, waits := connect(t, f.URL)
	if err := c.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil); err != nil {
		t.Fatal(err)
	}
	if w := *waits; len(w) != 3 || w[0] != 7*time.Second || w[1] > 100*time.Millisecond || w[2] > 200*time.Millisecond {
		t.Errorf("waited %v", w)
	}
	for n, bound := range map[int]time.Duration{
		1: 50 * time.Millisecond, 2: 100 * time.Millisecond, 7: 3200 * time.Millisecond, 8: 5 * time.Second, 1000: 5 * time.Second,
	} {
		longest := time.Duration(0)
		for range 500 {
			d := backOff(n)
			longest = max(longest, d)
			if d < 0 || d >= bound {
				t.Fatalf("after %d tries a wait of %s; want less than %s", n, d, bound)
			}
		}
		if longest < bound/2 {
			t.Errorf("after %d tries never waited longer than %s of %s", n, longest, bound)
		}
	}
	if d := retryAfter(http.Header{"Retry-After": {time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}}); d < 50*time.Minute {
		t.Errorf("Retry-After with a date: %s", d)
	}
}

// What never left is sent to another node at once, safe or not.
func TestDeadNode(t *testing.T) {
	f := newFake(t, ok)
	c, waits := connect(t, gone(t), f.URL, gone(t))
	for range 20 {
		if err := c.Do(t.Context(), Request{Method: "POST", Path: "/a"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(f.requests()); n < 20 || len(*waits) != 0 {
		t.Errorf("%d requests came, after waits of %v; want 20 or more at once", n, *waits)
	}
}

func TestNodeComesBack(t *testing.T) {
	stays := newFake(t, ok)
	address := strings.TrimPrefix(gone(t), "http://")
	c, _ := connect(t, "http://"+address, stays.URL)
	ask := func(path string) {
		t.Helper()
		if err := c.Do(t.Context(), Request{Method: "GET", Path: path}, nil); err != nil {
			t.Fatal(err)
		}
	}
	ask("/a")
	ask("/a") // both were asked
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skip("another has taken the port: ", err)
	}
	back := make(chan bool, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/b" {
			select {
			case back <- true:
			default:
			}
		}
		ok(w, r)
	}))
	s.Listener.Close()
	s.Listener = l
	s.Start()
	defer s.Close()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); ask("/b") {
		select {
		case <-back:
			return
		default:
		}
	}
	t.Error("it was not asked again")
}

// All nodes were away, and are there again.
func TestAllNodesComeBack(t *testing.T) {
	address := strings.TrimPrefix(gone(t), "http://")
	c, _ := connect(t, "http://"+address, gone(t))
	waits := 0
	var s *httptest.Server
	c.pause = func(context.Context, time.Duration) {
		if waits++; waits != 5 {
			return
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Skip("another has taken the port: ", err)
		}
		s = httptest.NewUnstartedServer(ok)
		s.Listener.Close()
		s.Listener = l
		s.Start()
	}
	if err := c.Do(t.Context(), Request{Method: "POST", Path: "/a"}, nil); err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// Who no longer waits for an answer says nothing against the node.
func TestAskerGoesAway(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			hangs(w, r)
			return
		}
		ok(w, r)
	}
	one, two := newFake(t, slow), newFake(t, slow)
	c, _ := connect(t, one.URL, two.URL)
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		err := c.Do(ctx, Request{Method: "GET", Path: "/slow"}, nil)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	before := [2]int{len(one.requests()), len(two.requests())}
	for range 4 {
		if err := c.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(one.requests()) < before[0]+2 || len(two.requests()) < before[1]+2 {
		t.Error("a node is left out")
	}
}

func TestEndOfTime(t *testing.T) {
	get := Request{Method: "GET", Path: "/a"}
	short := func(t *testing.T) context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	t.Run("a slow answer", func(t *testing.T) {
		c, _ := connect(t, newFake(t, hangs).URL)
		err := c.Do(short(t), get, nil)
		wantError(t, err, "GET /a: context deadline exceeded")
	})
	t.Run("in the middle of an answer", func(t *testing.T) {
		c, _ := connect(t, newFake(t, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "{")
			http.NewResponseController(w).Flush()
			hangs(w, r)
		}).URL)
		if err := c.Do(short(t), get, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
	t.Run("a deadline, and why", func(t *testing.T) {
		c, _ := connect(t, newFake(t, says(503, "no")).URL)
		err := c.Do(short(t), get, nil)
		wantError(t, err, "answers 503 Service Unavailable: no")
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, search.ErrUnavailable) {
			t.Error("not of both kinds: ", err)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c, _ := connect(t, newFake(t, says(503, "no")).URL)
		c.pause = func(context.Context, time.Duration) { cancel() }
		err := c.Do(ctx, get, nil)
		if !errors.Is(err, context.Canceled) || errors.Is(err, search.ErrUnavailable) {
			t.Error(err)
		}
	})
	t.Run("interrupted while it waits", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c, _ := connect(t, newFake(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "3600")
			says(503, "no")(w, r)
		}).URL)
		c.pause = func(ctx context.Context, d time.Duration) { cancel(); pause(ctx, d) }
		if err := c.Do(ctx, get, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("the client's own", func(t *testing.T) {
		c, _ := connect(t, newFake(t, says(503, "no")).URL)
		c.readLimit, c.writeLimit = time.Hour, 20*time.Millisecond
		err := c.Do(t.Context(), Request{Method: "PUT", Path: "/a", Safe: true}, nil)
		wantError(t, err, "tried for 20ms", "answers 503")
		c.readLimit, c.writeLimit = 20*time.Millisecond, time.Hour
		err = c.Do(t.Context(), get, nil)
		wantError(t, err, "tried for 20ms", "answers 503")
		c, _ = connect(t, newFake(t, hangs).URL)
		c.readLimit = time.Millisecond
		err = c.Do(t.Context(), get, nil)
		wantError(t, err, "no answer within 1ms")
		if !errors.Is(err, search.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestOnWait(t *testing.T) {
	told := make(chan string, 1)
	f := newFake(t, says(503, "no"), func(w http.ResponseWriter, r *http.Request) {
		if got := <-told; !strings.Contains(got, "waiting for the cluster for ") || !strings.Contains(got, "answers 503") {
			t.Errorf("told %q", got)
		}
		ok(w, r)
	}, ok)
	calls := 0
	c, _ := connect(t, f.URL)
	c.onWait = func(s string) { calls++; told <- s }
	c.pause = func(context.Context, time.Duration) {}
	c.patience = 50 * time.Millisecond
	if err := c.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil); err != nil {
		t.Fatal(err)
	}
	if calls != 1 {
		t.Errorf("told %d times; want once", calls)
	}
	c.patience = time.Hour
	if err := c.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil); err != nil || calls != 1 {
		t.Errorf("%v, told %d times", err, calls)
	}
}

func TestAddressOfRequest(t *testing.T) {
	f := newFake(t, ok)
	c, _ := connect(t, f.URL+"/search/")
	err := c.Do(t.Context(), Request{Method: "PUT", Path: "/a/_doc/" + url.PathEscape("x/y é"), Body: 1,
		Query: url.Values{"op_type": {"create"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := f.requests()[0]
	if got.line != "PUT /search/a/_doc/x%2Fy%20%C3%A9?op_type=create" || got.body != "1" ||
		got.header.Get("Content-Type") != "application/json" {
		t.Errorf("asked %v", got)
	}
}

func TestAnswers(t *testing.T) {
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			io.WriteString(w, strings.Repeat(" ", 1000))
		}
	}
	f := newFake(t, says(200, "<html>"), endless,
		says(200, `{"_shards":{"total":4,"successful":3,"failed":1,"failures":[{"reason":{"type":"odd","reason":"why"}}]}}`),
		says(201, `{"_id":"1","_shards":{"total":2,"successful":1,"failed":1}}`))
	c, _ := connect(t, f.URL)
	c.maxAnswer = 150
	post := Request{Method: "POST", Path: "/a/_refresh"}
	var out any
	wantError(t, c.Do(t.Context(), post, &out), `the answer can't be read: it is no JSON: "<html>"`)
	wantError(t, c.Do(t.Context(), post, &out), "the answer has more than 150 bytes")
	err := c.Do(t.Context(), post, nil)
	wantError(t, err, "odd: 1 of 4 shards failed, the first: why")
	if !errors.Is(err, search.ErrUnavailable) {
		t.Error("not unavailable: ", err)
	}
	if err := c.Do(t.Context(), post, &out); err != nil || c.Unreplicated() != 1 {
		t.Errorf("%v, %d writes that a replica did not take; want 1", err, c.Unreplicated())
	}
}

// A document that is there already may be the one that was sent before.
func TestUnsure(t *testing.T) {
	conflict := says(409, fault(409, "version_conflict_engine_exception", "there already"))
	for _, test := range []struct {
		steps []http.HandlerFunc
		want  bool
	}{
		{[]http.HandlerFunc{conflict}, false},
		{[]http.HandlerFunc{breaks, conflict}, true},
		{[]http.HandlerFunc{says(429, ""), conflict}, false},
	} {
		c, _ := connect(t, newFake(t, test.steps...).URL)
		err := c.Do(t.Context(), Request{Method: "PUT", Path: "/a/_create/1", Body: 1, Safe: true}, nil)
		e := (*Error)(nil)
		if !IsConflict(err) || !errors.As(err, &e) || e.Unsure != test.want {
			t.Errorf("%v, unsure %t; want %t", err, e.Unsure, test.want)
		}
	}
}
