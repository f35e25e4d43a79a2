package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/search"
)

// takes answers a bulk request: each item by what of says of its id, which is nothing for one
// that is taken.
func takes(of func(id string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var items []string
		d := json.NewDecoder(r.Body)
		for d.More() {
			var line map[string]struct {
				ID string `json:"_id"`
			}
			if d.Decode(&line) != nil {
				panic("not a line of an action")
			}
			for action, target := range line {
				if action != "delete" {
					d.Decode(&json.RawMessage{})
				}
				what := of(target.ID)
				if what == "" {
					what = `{"status":201,"_shards":{"failed":0}}`
				}
				items = append(items, fmt.Sprintf(`{%q:%s}`, action, what))
			}
		}
		says(200, `{"items":[`+strings.Join(items, ",")+`]}`)(w, r)
	}
}

// refuses is the answer to an item that is not taken.
func refuses(status int, kind string) string {
	return fmt.Sprintf(`{"status":%d,"error":{"type":%q,"reason":"because"}}`, status, kind)
}

// only refuses the items with the given ids.
func only(answer string, ids ...string) http.HandlerFunc {
	return takes(func(id string) string {
		if slices.Contains(ids, id) {
			return answer
		}
		return ""
	})
}

func items(ids ...string) []Item {
	var all []Item
	for _, id := range ids {
		all = append(all, Item{Action: "index", Index: "a", ID: id, Doc: map[string]string{"is": id}})
	}
	return all
}

// sent returns the ids of what came, a string to each request.
func (f *fake) sent() (all []string) {
	for _, r := range f.requests() {
		var ids []string
		for _, line := range strings.Split(r.body, "\n") {
			if _, rest, ok := strings.Cut(line, `"_id":"`); ok {
				ids = append(ids, rest[:strings.Index(rest, `"`)])
			}
		}
		all = append(all, strings.Join(ids, " "))
	}
	return all
}

func TestBulkSentAgain(t *testing.T) {
	full := refuses(429, "es_rejected_execution_exception")
	all := only("")
	for name, test := range map[string]struct {
		steps []http.HandlerFunc
		want  []string
	}{
		"all taken":          {[]http.HandlerFunc{all}, []string{"1 2 3 4"}},
		"some refused":       {[]http.HandlerFunc{only(full, "2", "4"), only(full, "4"), all}, []string{"1 2 3 4", "2 4", "4"}},
		"no copy":            {[]http.HandlerFunc{only(refuses(503, "unavailable_shards_exception"), "1"), all}, []string{"1 2 3 4", "1"}},
		"a node went":        {[]http.HandlerFunc{only(refuses(500, "node_disconnected_exception"), "3"), all}, []string{"1 2 3 4", "3"}},
		"the whole refused":  {[]http.HandlerFunc{says(429, ""), only(full, "2"), says(503, ""), all}, []string{"1 2 3 4", "1 2 3 4", "2", "2"}},
		"broken":             {[]http.HandlerFunc{breaks, all}, []string{"1 2 3 4", "1 2 3 4"}},
		"broken, then again": {[]http.HandlerFunc{only(full, "2"), breaks, all}, []string{"1 2 3 4", "2", "2"}},
		"too large": {[]http.HandlerFunc{says(413, ""), says(413, ""), all, all, only(full, "4"), all},
			[]string{"1 2 3 4", "1 2", "1", "2", "3 4", "4"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, test.steps...)
			c, waits := connect(t, f.URL)
			if err := c.Bulk(t.Context(), items("1", "2", "3", "4")); err != nil {
				t.Fatal(err)
			}
			if got := f.sent(); !slices.Equal(got, test.want) {
				t.Errorf("sent %q; want %q", got, test.want)
			}
			if name != "too large" && len(*waits) != len(test.want)-1 {
				t.Errorf("waits: %v", *waits)
			}
		})
	}
}

func TestBulkRefused(t *testing.T) {
	bad := refuses(400, "strict_dynamic_mapping_exception")
	step := takes(func(id string) string {
		return map[string]string{"2": bad, "3": refuses(429, "x"), "4": refuses(409, "version_conflict_engine_exception")}[id]
	})
	f := newFake(t, step, only(""))
	c, _ := connect(t, f.URL)
	c.bulkBytes = 220 // four items
	err := c.Bulk(t.Context(), items("1", "2", "3", "4", "5", "6"))
	wantError(t, err, "2 documents were refused, the first: index a/2: strict_dynamic_mapping_exception: because")
	b := (*BulkError)(nil)
	if !errors.As(err, &b) || len(b.Refused) != 2 || b.Refused[0].Item != 1 || b.Refused[1].Item != 3 ||
		b.Refused[1].Status != 409 || b.Sent != 4 || IsConflict(err) || errors.Is(err, search.ErrUnavailable) {
		t.Errorf("%+v", b)
	}
	if got := f.sent(); !slices.Equal(got, []string{"1 2 3 4", "3"}) {
		t.Errorf("sent %q; want the request to be settled, and none to follow", got)
	}
}

func TestBulkConflict(t *testing.T) {
	there := refuses(409, "version_conflict_engine_exception")
	create := []Item{{Action: "create", Index: "a", ID: "1", Doc: 1}, {Action: "create", Index: "a", ID: "2", Doc: 2}}
	for name, test := range map[string]struct {
		steps []http.HandlerFunc
		want  map[int]bool // the items, and whether they may be what was sent
	}{
		"there before":       {[]http.HandlerFunc{only(there, "1")}, map[int]bool{0: false}},
		"perhaps our own":    {[]http.HandlerFunc{breaks, only(there, "1", "2")}, map[int]bool{0: true, 1: true}},
		"one perhaps":        {[]http.HandlerFunc{takes(func(id string) string { return map[string]string{"1": there, "2": refuses(503, "x")}[id] }), only(there, "2")}, map[int]bool{0: false, 1: true}},
		"was not carried in": {[]http.HandlerFunc{says(429, ""), only(there, "2")}, map[int]bool{1: false}},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := connect(t, newFake(t, test.steps...).URL)
			err := c.Bulk(t.Context(), create)
			b := (*BulkError)(nil)
			if !IsConflict(err) || !errors.As(err, &b) || len(b.Refused) != len(test.want) {
				t.Fatal(err)
			}
			for _, r := range b.Refused {
				if unsure, known := test.want[r.Item]; !known || r.Unsure != unsure {
					t.Errorf("item %d, unsure %t", r.Item, r.Unsure)
				}
			}
		})
	}
}

func TestBulkRequests(t *testing.T) {
	f := newFake(t, only(""))
	c, _ := connect(t, f.URL)
	err := c.Bulk(t.Context(), []Item{
		{Action: "index", Index: "a", ID: "1", Doc: []byte("{\"x\":\n 1}"), Version: 7}, {Action: "create", Index: "a", ID: `"`, Doc: json.RawMessage(`{"y":"\n"}`)},
		{Action: "delete", Index: "b", ID: "1"}, {Action: "update", Index: "c", ID: "1", Doc: map[string]any{"doc": 1}}, {Action: "index", Index: "a", ID: "1", Doc: 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := f.requests()
	want := `{"index":{"_index":"a","_id":"1","version":7,"version_type":"external_gte"}}
{"x":1}
{"create":{"_index":"a","_id":"\""}}
{"y":"\n"}
{"delete":{"_index":"b","_id":"1"}}
{"update":{"_index":"c","_id":"1"}}
{"doc":1}
`
	if len(got) != 2 || got[0].body != want || !strings.HasPrefix(got[0].line, "POST /_bulk?filter_path=") {
		t.Errorf("sent %v; want the second of a document in a request of its own, the first:\n%s", got, want)
	}

	f = newFake(t, only(""))
	c, _ = connect(t, f.URL)
	c.bulkBytes = 100
	if err := c.Bulk(t.Context(), append(items("1", "2"), Item{Action: "index", Index: "a", ID: "3", Doc: strings.Repeat("x", 200)}, Item{Action: "delete", Index: "a", ID: "4"})); err != nil {
		t.Fatal(err)
	}
	if got := f.sent(); !slices.Equal(got, []string{"1 2", "3", "4"}) {
		t.Errorf("sent %q; want no request of more than 100 bytes, but for the large one", got)
	}
	for _, item := range []Item{{Action: "index", Index: "a", ID: "", Doc: 1}, {Action: "index", Index: "", ID: "1", Doc: 1}, {Action: "index", Index: "a", ID: "1"}, {Action: "index", Index: "a", ID: "1", Doc: func() {}}, {Action: "index", Index: "a", ID: "1", Doc: []byte("{\n")}} {
		if c.Bulk(t.Context(), []Item{item}) == nil {
			t.Errorf("%v was sent", item)
		}
	}
	if err := c.Bulk(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestBulkAnswers(t *testing.T) {
	c, _ := connect(t, newFake(t,
		says(200, `{"items":[{"index":{"status":201,"_shards":{"failed":1}}},{"delete":{"status":404,"_shards":{"failed":0}}},{"update":{"status":200}}]}`),
		says(200, `{"items":[{"index":{"status":201}}]}`),
		says(200, `{"items":[{"index":{"status":201}},{"index":{}},{"index":{"status":201}}]}`),
		says(400, fault(400, "illegal_argument_exception", "Malformed")),
		says(401, "")).URL)
	three := items("1", "2", "3")
	three[1].Action = "delete"
	if err := c.Bulk(t.Context(), three); err != nil || c.Unreplicated() != 1 {
		t.Errorf("%v, %d that a replica did not take; want none and 1", err, c.Unreplicated())
	}
	wantError(t, c.Bulk(t.Context(), three), "1 answers to 3 documents")
	wantError(t, c.Bulk(t.Context(), three), "no word of delete a/2")
	wantError(t, c.Bulk(t.Context(), three), "illegal_argument_exception: Malformed")
	wantError(t, c.Bulk(t.Context(), three), "does not let us in")
}

// As long as documents go in, however few at once, there is time.
func TestBulkTime(t *testing.T) {
	full := refuses(429, "es_rejected_execution_exception")
	f := newFake(t, only(full, "2", "3"), only(full, "3"), only(full, "3"), only(""))
	c, _ := connect(t, f.URL)
	var ends []time.Time
	c.pause = func(ctx context.Context, _ time.Duration) {
		end, _ := ctx.Deadline()
		ends = append(ends, end)
	}
	start := time.Now()
	if err := c.Bulk(t.Context(), items("1", "2", "3")); err != nil {
		t.Fatal(err)
	}
	if len(ends) != 3 || ends[0].Before(start.Add(writeLimit)) || !ends[1].After(ends[0]) || !ends[2].Equal(ends[1]) {
		t.Errorf("tried until %v; want more time after the first and the second request, and none after the third", ends)
	}
	f = newFake(t, only(full, "2", "3", "4", "5", "6"), only(full, "3", "4", "5", "6"), only(full, "4", "5", "6"),
		only(full, "5", "6"), only(full, "6"), only(""))
	c, waits := connect(t, f.URL)
	if err := c.Bulk(t.Context(), items("1", "2", "3", "4", "5", "6")); err != nil || slices.Max(*waits) >= 50*time.Millisecond {
		t.Errorf("%v, waits of %v; want none that grows while documents go in", err, *waits)
	}

	c, _ = connect(t, newFake(t, only(full, "3")).URL)
	c.writeLimit = 20 * time.Millisecond
	err := c.Bulk(t.Context(), items("1", "2", "3"))
	wantError(t, err, "tried for 20ms: index a/3: es_rejected_execution_exception: because")
	if !errors.Is(err, search.ErrUnavailable) {
		t.Error(err)
	}
}
