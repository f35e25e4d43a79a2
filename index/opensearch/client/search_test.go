package client

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"dateline/search"
)

const (
	whole1 = `{"took":1,"timed_out":false,"_shards":{"total":2,"successful":2,"skipped":0,"failed":0},"hits":{"total":{"value":1},"hits":[{"_id":"x","_shards":{"failed":9}}]}}`
	part1  = `{"took":1,"timed_out":false,"_shards":{"total":2,"successful":1,"skipped":0,"failed":1,"failures":[{"shard":0,"index":"a","reason":{"type":"node_closed_exception","reason":"it went"}}]},"hits":{"total":{"value":0},"hits":[]}}`
)

type found struct {
	Hits struct {
		Total struct{ Value int }
	}
}

func TestSearch(t *testing.T) {
	for name, test := range map[string]struct {
		first string
		want  string // in the error if it stays so; empty: none
		asked int
	}{
		"whole":           {whole1, "", 1},
		"part":            {part1, "1 of 2 shards failed, the first: it went", fewTries},
		"no reason":       {`{"_shards":{"total":2,"failed":2},"hits":{}}`, "2 of 2 shards failed, the first: no reason is given", fewTries},
		"time":            {`{"timed_out":true,"_shards":{"total":2,"failed":0},"hits":{}}`, "took too long", fewTries},
		"early":           {`{"timed_out":false,"terminated_early":true,"_shards":{"total":2,"failed":0},"hits":{}}`, "stopped early", fewTries},
		"behind the hits": {`{"hits":{},"_shards":{"total":2,"failed":1}}`, "1 of 2 shards failed", fewTries},
		"too many":        {`{"_shards":{"total":2,"failed":1,"failures":[{"reason":{"type":"too_many_buckets_exception","reason":"max"}}]}}`, "too many counts", 1},
		"no shards":       {`{"hits":{}}`, "does not say whether all shards took part", 1},
		"no JSON":         {`<html>`, "it is no JSON", 1},
		"half of it":      {`{"_shards":{"failed":0},"hits":{"tot`, "can't be read", 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, says(200, test.first))
			c, _ := connect(t, f.URL)
			var out found
			err := c.Search(t.Context(), "a", nil, map[string]int{"size": 3}, &out)
			if test.want != "" {
				wantError(t, err, "POST /a/_search: ", test.want)
			} else if err != nil || out.Hits.Total.Value != 1 {
				t.Errorf("%v: %v", out, err)
			}
			if n := len(f.requests()); n != test.asked {
				t.Errorf("asked %d times; want %d", n, test.asked)
			}
			if test.asked < 2 {
				return
			}
			f = newFake(t, says(200, test.first), says(200, whole1))
			c, _ = connect(t, f.URL)
			if err := c.Search(t.Context(), "a", url.Values{"preference": {"p"}}, []byte("{}"), &out); err != nil {
				t.Errorf("then all is well, and still: %v", err)
			}
			if got := f.requests()[1]; got.line != "POST /a/_search?preference=p" || got.body != "{}" {
				t.Errorf("asked %v", got)
			}
			f = newFake(t, says(200, test.first), says(200, whole1))
			c, _ = connect(t, f.URL)
			err = c.Search(t.Context(), "", nil, []byte("{}"), &out)
			wantError(t, err, test.want)
			if got := f.requests(); len(got) != 1 || got[0].line != "POST /_search" {
				t.Errorf("of a point in time was asked %v", got)
			}
		})
	}
}

// What fails because memory is short is asked some times, fewer where it takes too much itself, and not for a minute.
func TestShortOfMemory(t *testing.T) {
	for reason, most := range map[string]int{"[parent] Data too large": memoryTries, "[request] Data too large": fewTries} {
		f := newFake(t, says(429, fault(429, "circuit_breaking_exception", reason)))
		c, _ := connect(t, f.URL)
		err := c.Search(t.Context(), "a", nil, nil, &found{})
		wantError(t, err, "the cluster is short of memory: "+reason)
		if n := len(f.requests()); n != most || !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%s: asked %d times, %v", reason, n, err)
		}
	}
}

func TestMultiSearch(t *testing.T) {
	searches := []Search{
		{Index: "a", Query: url.Values{"search_type": {"dfs_query_then_fetch"}}, Body: map[string]int{"size": 1}},
		{Body: []byte("{\"size\":\n2}")},
		{Index: "c", Body: map[string]int{"size": 3}},
	}
	value := func(n string) string { return `{"_shards":{"failed":0},"hits":{"total":{"value":` + n + `}}}` }
	rejected := `{"status":429,"error":{"type":"rejected_execution_exception","reason":"queue"}}`
	f := newFake(t,
		says(200, `{"responses":[`+part1+`,`+value("2")+`,`+rejected+`]}`),
		says(503, ""),
		says(200, `{"responses":[`+value("1")+`,`+value("3")+`]}`))
	c, _ := connect(t, f.URL)
	outs := []found{{}, {}, {}}
	if err := c.MultiSearch(t.Context(), searches, []any{&outs[0], &outs[1], &outs[2]}); err != nil {
		t.Fatal(err)
	}
	for i, out := range outs {
		if out.Hits.Total.Value != i+1 {
			t.Errorf("search %d has the answer %v", i, out)
		}
	}
	one := "{\"index\":\"a\",\"search_type\":\"dfs_query_then_fetch\"}\n{\"size\":1}\n"
	two, three := "{}\n{\"size\":2}\n", "{\"index\":\"c\"}\n{\"size\":3}\n"
	for i, want := range []string{one + two + three, one + three, one + three} {
		if got := f.requests()[i]; got.body != want || got.header.Get("Content-Type") != "application/x-ndjson" {
			t.Errorf("request %d: %v; want the body %q", i, got, want)
		}
	}
	for _, test := range []struct{ answer, want string }{
		{`{"responses":[` + part1 + `]}`, "search a: node_closed_exception: 1 of 2 shards failed"},
		{`{"responses":[` + rejected + `]}`, "search a: rejected_execution_exception: queue"},
		{`{"responses":[` + fault(404, "index_not_found_exception", "no such index [a]") + `]}`, "search a: no such index [a]"},
		{`{"responses":[{}]}`, "does not say whether all shards"},
		{`{"responses":[]}`, "0 answers to 1 searches"},
	} {
		c, _ := connect(t, newFake(t, says(http.StatusOK, test.answer)).URL)
		wantError(t, c.MultiSearch(t.Context(), searches[:1], []any{&found{}}), test.want)
	}
	if err := c.MultiSearch(t.Context(), nil, nil); err != nil {
		t.Error(err)
	}
}

// TestMultiGet has a document that can't be read at first, and one that never can: neither counts as not there.
func TestMultiGet(t *testing.T) {
	busy := `{"docs":[{"_id":"1","error":{"type":"no_shard_available_action_exception","reason":"gone"}},{"_id":"2","found":false}]}`
	f := newFake(t, says(200, busy), says(200, `{"docs":[{"_id":"1","found":true},{"_id":"2","found":false}]}`))
	c, _ := connect(t, f.URL)
	var got struct {
		Docs []struct {
			ID    string `json:"_id"`
			Found bool
		}
	}
	if err := c.MultiGet(t.Context(), "a", nil, map[string]any{"ids": []string{"1", "2"}}, &got); err != nil || len(got.Docs) != 2 || !got.Docs[0].Found {
		t.Errorf("%+v, %v", got, err)
	}
}
