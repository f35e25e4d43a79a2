package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// Archives that exist hold this JSON.
func TestJSON(t *testing.T) {
	was := "x 1"
	tally := NewTally()
	tally.Apply(Entry{ID: "a", Outcome: Added, Extractor: "x 2"})
	tally.Apply(Entry{ID: "b", Outcome: Removed, Ref: 7})
	tally.Apply(Entry{Outcome: Quarantined, Origin: "/c", Reason: "it is empty"})
	tally.Apply(Entry{Outcome: Rooted, Origin: "/wire"})
	for _, c := range []struct {
		v    any
		want string
	}{
		{Batch{Time: time.Date(2024, 3, 27, 12, 0, 0, 5, time.UTC), End: 99, Entries: []Entry{
			{ID: "a", Outcome: Updated, Origin: "/a", Hash: "h", Extractor: "x 2", Settings: "s", Was: &was, Ref: 7},
			{ID: "b", Outcome: Purged, Purged: []Span{{3, 40}, {5, 60}}},
			{Outcome: Curated, Curation: "# none\n"}, {Outcome: Quarantined, Origin: "/c", Reason: "it is empty"},
		}}, `{"time":"2024-03-27T12:00:00.000000005Z","end":99,"entries":[` +
			`{"id":"a","outcome":"updated","origin":"/a","hash":"h","extractor":"x 2","settings":"s","was":"x 1","ref":7},` +
			`{"id":"b","outcome":"purged","purged":[{"ref":3,"size":40},{"ref":5,"size":60}]},` +
			`{"outcome":"curated","curation":"# none\n"},{"outcome":"quarantined","origin":"/c","reason":"it is empty"}]}`},
		{Batch{Entries: []Entry{}}, `{"time":"0001-01-01T00:00:00Z","end":0,"entries":[]}`},
		{Finding{Kept{5, "a", "h", "/a", "x 2", "s"}, nil},
			`{"id":"a","hash":"h","origin":"/a","extractor":"x 2","settings":"s","mentions":null}`},
		{Finding{Kept{5, "a", "h", "/a", "x 2", ""}, []corpus.Mention{}},
			`{"id":"a","hash":"h","origin":"/a","extractor":"x 2","mentions":[]}`},
		{tally, `{"articles":1,"extractors":{"x 2":1},"removed":{"b":7},"quarantined":{"/c":"it is empty"},"roots":["/wire"]}`},
		{tally.Totals(), `{"articles":1,"removed":1,"quarantined":1,"extractors":{"x 2":1}}`},
	} {
		got, err := json.Marshal(c.v)
		if err != nil || string(got) != c.want {
			t.Errorf("%T is\n%s, %v, want\n%s", c.v, got, err, c.want)
		}
	}
	lines, err := tally.QuarantineLines()
	if want := `{"origin":"/c","reason":"it is empty"}` + "\n"; err != nil || string(lines) != want {
		t.Errorf("quarantined are %s, %v, want %s", lines, err, want)
	}
}

// journalOf returns a journal of batches of two entries.
func journalOf(entries ...Entry) Journal {
	return func(visit func(Batch) error) error {
		for some := range slices.Chunk(entries, 2) {
			if err := visit(Batch{Entries: some}); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestJournal(t *testing.T) {
	j := journalOf(
		Entry{ID: "a", Outcome: Added, Ref: 1, Origin: "/a"}, Entry{ID: "b", Outcome: Added, Ref: 2},
		Entry{ID: "a", Outcome: Updated, Ref: 3}, Entry{Outcome: Quarantined, Origin: "/x"},
		Entry{ID: "b", Outcome: Removed, Ref: 2}, Entry{ID: "c", Outcome: Moved, Ref: 4},
		Entry{ID: "c", Outcome: Pruned, Ref: 4}, Entry{ID: "b", Outcome: Restored, Ref: 2},
		Entry{ID: "d", Outcome: Added, Ref: 5}, Entry{ID: "d", Outcome: Lost, Ref: 5},
		Entry{ID: "e", Outcome: Purged},
	)
	live, err := j.Live()
	if want := map[string]index.Ref{"a": 3, "b": 2}; err != nil || !maps.Equal(live, want) {
		t.Errorf("live are %v, %v, want %v", live, err, want)
	}
	last, err := j.Last()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, id := range slices.Sorted(maps.Keys(last)) {
		told = append(told, fmt.Sprint(last[id].ID, last[id].Outcome, last[id].Ref, last[id].Origin))
	}
	if want := "aupdated3 brestored2 cpruned4 dlost5 epurged0"; strings.Join(told, " ") != want {
		t.Errorf("last are %s, want %s", told, want)
	}
	broken := errors.New("broken")
	_, err = Journal(func(func(Batch) error) error { return broken }).Live()
	if !errors.Is(err, broken) {
		t.Errorf("a journal that can't be read: %v", err)
	}
}

// What a batch tells of a purged article goes, also where others were taken for it, and what counts stays.
func TestScrub(t *testing.T) {
	was := "x 1"
	taken := (&TakenError{"secret", "/wire/secret.txt"}).Error()
	b := Batch{Entries: []Entry{
		{ID: "secret", Outcome: Updated, Origin: "/wire/secret.txt", Hash: "h", Extractor: "x 2", Settings: "s", Was: &was, Ref: 7},
		{ID: "a", Outcome: Added, Origin: "/wire/a.txt", Ref: 8},
		{Outcome: Quarantined, Origin: "/wire/b.txt", Reason: taken},
		{Outcome: Quarantined, Origin: "/wire/secret.txt", Reason: "it is empty"},
		{Outcome: Released, Origin: "/wire/secret.txt"},
	}}
	is := func(id string) bool { return id == "secret" }
	origins := map[string]bool{"/wire/secret.txt": true}
	if !b.Scrub(is, origins) {
		t.Error("nothing is found")
	}
	got, err := json.Marshal(b.Entries)
	want := `[{"id":"secret","outcome":"updated","extractor":"x 2","was":"x 1"},` +
		`{"id":"a","outcome":"added","origin":"/wire/a.txt","ref":8},` +
		`{"outcome":"quarantined","origin":"/wire/b.txt","reason":"its id was purged"}]`
	if err != nil || string(got) != want {
		t.Errorf("what is left is\n%s, want\n%s", got, want)
	}
	other := Batch{Entries: []Entry{{ID: "a", Outcome: Added, Origin: "/wire/a.txt"}}}
	if other.Scrub(is, origins) {
		t.Error("something is found in a batch that tells of another")
	}
}

func TestRestorable(t *testing.T) {
	tally := NewTally()
	tally.Apply(Entry{ID: "a", Outcome: Removed, Ref: 7})
	tally.Apply(Entry{ID: "b", Outcome: Purged})
	if ref, err := tally.Restorable("a"); err != nil || ref != 7 {
		t.Errorf("a removed one: %d, %v", ref, err)
	}
	for id, want := range map[string]string{"b": "it was purged", "c": "no article c was removed"} {
		if _, err := tally.Restorable(id); !errors.Is(err, search.ErrNotFound) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", id, err, want)
		}
	}
}

// What lies where something could not be read is not gone, nor what was met elsewhere.
func TestGone(t *testing.T) {
	s, empty := newShelf(t, 3), errors.New("it is empty")
	if _, err := s.run(
		article("here", "/wire/here.txt", "One."), &corpus.ReadError{Origin: "/wire/torn.zip", Err: empty},
		&corpus.ReadError{Origin: "/wire/unread.txt", Err: empty}, article("moved", "/wire/new.txt", "Two."),
	); err != nil {
		t.Fatal(err)
	}
	r, err := s.LastRun()
	if err != nil {
		t.Fatal(err)
	}
	j := journalOf(
		Entry{ID: "here", Outcome: Added, Origin: "/wire/here.txt"},
		Entry{ID: "torn", Outcome: Added, Origin: "/wire/torn.zip!a.txt"},
		Entry{ID: "unread", Outcome: Added, Origin: "/wire/unread.txt"},
		Entry{ID: "tornish", Outcome: Added, Origin: "/wire/torn.zip2"},
		Entry{ID: "moved", Outcome: Added, Origin: "/wire/old.txt"},
		Entry{ID: "line", Outcome: Added, Origin: "/wire/some.jsonl:3"},
		Entry{ID: "elsewhere", Outcome: Added, Origin: "/wires/a.txt"},
		Entry{ID: "out", Outcome: Added, Origin: "/wire/out.txt"}, Entry{ID: "out", Outcome: Removed},
		Entry{ID: "came back", Outcome: Added, Origin: "/wire/x.txt"},
		Entry{ID: "came back", Outcome: Moved, Origin: "/wire/here.txt"},
	)
	gone, err := r.Gone([]string{"/wire/"}, j)
	if want := []string{"line", "tornish"}; err != nil || !slices.Equal(gone, want) {
		t.Errorf("gone are %q, %v, want %q", gone, err, want)
	}
	tally := NewTally()
	for _, origin := range []string{"/wire/here.txt", "/wire/gone.txt", "/wires/gone.txt"} {
		tally.Apply(Entry{Outcome: Quarantined, Origin: origin})
	}
	released := r.Released([]string{"/wire"}, tally)
	if len(released) != 1 || released[0].Outcome != Released || released[0].Origin != "/wire/gone.txt" {
		t.Errorf("released are %v", released)
	}
}
