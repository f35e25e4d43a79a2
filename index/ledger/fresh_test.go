package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index"
)

// A shelf is an archive that keeps no more than Fresh asks for.
type shelf struct {
	*testing.T
	*Book
	kept   map[string]*Kept
	atOnce int
	asked  [][]string // ids that were looked up together
}

func newShelf(t *testing.T, atOnce int) *shelf {
	return &shelf{T: t, Book: NewBook("x 2", "s"), kept: map[string]*Kept{}, atOnce: atOnce}
}

func (s *shelf) find(_ context.Context, ids []string) (map[string]*Kept, error) {
	s.asked = append(s.asked, ids)
	out := map[string]*Kept{}
	for _, id := range ids {
		if k, ok := s.kept[id]; ok {
			out[id] = k
		}
	}
	return out, nil
}

// put keeps an article.
func (s *shelf) put(a corpus.Article) {
	s.Helper()
	it := Item{Document: corpus.Document{Article: a}, Was: s.kept[a.ID]}
	f, err := s.Finding(it)
	if err != nil {
		s.Fatal(err)
	}
	f.Article = 1
	entries := append(s.TakePending(), it.Entry(f, 1))
	s.kept[a.ID] = &f.Kept
	s.Apply(entries)
	s.Count(entries)
}

// run puts or rejects all that is fresh of articles, and tells what that was.
func (s *shelf) run(articles ...any) (fresh []string, err error) {
	s.Helper()
	for a, err := range s.Fresh(s.Context(), stream(articles), s.atOnce, s.find) {
		var unread *corpus.ReadError
		switch {
		case errors.As(err, &unread):
			s.Reject(unread.Origin, unread.Err.Error())
			fresh = append(fresh, unread.Error())
		case err != nil:
			return fresh, err
		default:
			s.put(a)
			fresh = append(fresh, a.ID+" "+a.Text)
		}
	}
	return fresh, nil
}

func stream(articles []any) iter.Seq2[corpus.Article, error] {
	return func(yield func(corpus.Article, error) bool) {
		for _, a := range articles {
			var err error
			article, ok := a.(corpus.Article)
			if !ok {
				err = a.(error)
			}
			if !yield(article, err) {
				return
			}
		}
	}
}

func article(id, origin, text string) corpus.Article {
	return corpus.Article{ID: id, Origin: origin, Text: text}
}

// What is fresh, what is counted and what is noted do not depend on how many articles are looked
// up together.
func TestFreshTogether(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 16))
	dir := t.TempDir()
	for i := range 2 {
		if err := os.WriteFile(fmt.Sprint(dir, "/", i), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	one := func() any {
		origin := fmt.Sprint(dir, "/", random.IntN(4)) // two are there
		if random.IntN(12) == 0 {
			return &corpus.ReadError{Origin: origin, Err: errors.New("it is empty")}
		}
		id := []string{"", "a", "b", "c", "d", "e", "f"}[random.IntN(7)]
		return article(id, origin, fmt.Sprint("Text ", random.IntN(3)))
	}
	for range 300 {
		alone, together := newShelf(t, 1), newShelf(t, 2+random.IntN(9))
		for range 4 {
			var articles []any
			for range random.IntN(25) {
				articles = append(articles, one())
			}
			removed := Entry{ID: "f", Outcome: Removed, Ref: 1}
			var told [2]string
			for i, s := range []*shelf{alone, together} {
				fresh, err := s.run(articles...)
				if err != nil {
					t.Fatal(err)
				}
				if run, err := s.LastRun(); err != nil || !run.whole {
					t.Errorf("the run is not whole: %v", err)
				}
				told[i] = fmt.Sprintf("%q\n%+v\n%v\n%v", fresh, s.Counts(), s.Moved(), s.Tally().Quarantined)
				s.Apply(append(s.TakePending(), removed))
				delete(s.kept, "f")
			}
			if told[0] != told[1] {
				t.Fatalf("of %v\nlooked up %d at once\n%s\nwant\n%s", articles, together.atOnce, told[1], told[0])
			}
		}
	}
}

// Articles are looked up in as few requests as may be, each id once, and not held in memory
// without bounds.
func TestFreshAsksOnce(t *testing.T) {
	s := newShelf(t, 200)
	var articles []any
	for i := range 450 {
		articles = append(articles, article(fmt.Sprint("a", i/2), "/wire", "Text."))
	}
	if _, err := s.run(articles...); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, ids := range s.asked {
		sizes = append(sizes, len(ids))
	}
	if want := []int{100, 100, 25}; !slices.Equal(sizes, want) {
		t.Errorf("ids looked up at once: %v, want %v", sizes, want)
	}
	s = newShelf(t, 200)
	text := strings.Repeat("x", index.DefaultBytes*2/3)
	if _, err := s.run(article("a", "/a", text), article("b", "/b", text), article("c", "/c", "Text.")); err != nil {
		t.Fatal(err)
	}
	if len(s.asked) != 2 || len(s.asked[0]) != 2 {
		t.Errorf("long articles are looked up in %q", s.asked)
	}
	s = newShelf(t, 200)
	if _, err := s.run(&corpus.ReadError{Origin: "/a", Err: errors.New("it is empty")}); err != nil || len(s.asked) > 0 {
		t.Errorf("what was not read is looked up: %q, %v", s.asked, err)
	}
}

// A run that is cut off passes on what came before, tells why once, and knows of none that is gone.
func TestFreshCutOff(t *testing.T) {
	broken := errors.New("the disk is broken")
	a, b := article("a", "/a", "One."), article("b", "/b", "Two.")
	for _, atOnce := range []int{1, 200} {
		s := newShelf(t, atOnce)
		fresh, err := s.run(a, &corpus.ReadError{Origin: "/x", Err: errors.New("it is empty")}, broken, b)
		if want := []string{"a One.", "/x: it is empty"}; !errors.Is(err, broken) || !slices.Equal(fresh, want) {
			t.Errorf("a reading error after %q: %v", fresh, err)
		}
		if _, err := s.LastRun(); err == nil {
			t.Error("the run was read to its end")
		}
		told := 0
		for _, err := range s.Fresh(t.Context(), stream([]any{a, b}), atOnce, func(context.Context, []string) (map[string]*Kept, error) {
			return nil, context.Canceled
		}) {
			if told++; !errors.Is(err, context.Canceled) {
				t.Errorf("a look-up that is cancelled: %v", err)
			}
		}
		if _, err := s.LastRun(); told != 1 || err == nil {
			t.Errorf("it is told %d times, and the run was read to its end: %v", told, err)
		}
		for range s.Fresh(t.Context(), stream([]any{b, article("c", "/c", "Three.")}), atOnce, s.find) {
			break
		}
		if _, err := s.LastRun(); err == nil {
			t.Error("a run that nobody read to its end is whole")
		}
	}
}

// An article that is met twice at one origin is as it was met last, though that is what the
// archive keeps of it: what came between is on its way there.
func TestFreshAgain(t *testing.T) {
	s := newShelf(t, 200)
	first, second := article("a", "/a", "One."), article("a", "/a", "Two.")
	for _, run := range [][]any{{first}, {second, first}} {
		fresh, err := s.run(run...)
		if err != nil || len(fresh) != len(run) {
			t.Errorf("fresh are %q, %v", fresh, err)
		}
	}
	if hash, err := ContentHash(first); err != nil || s.kept["a"].Hash != hash {
		t.Errorf("what was met last is not kept, %v", err)
	}
	if got := s.Counts(); got != (Counts{Seen: 2, Updated: 2}) {
		t.Errorf("counts are %+v", got)
	}
}

// A removed article is not fresh, and counted as kept out; why something was not read is noted
// once.
func TestFreshKeepsOut(t *testing.T) {
	s := newShelf(t, 200)
	s.Apply([]Entry{{ID: "a", Outcome: Removed, Ref: 1}})
	unread := &corpus.ReadError{Origin: "/x", Err: errors.New("it is empty")}
	for range 2 {
		if fresh, err := s.run(article("a", "/a", "One."), unread); err != nil || len(fresh) != 1 {
			t.Errorf("fresh are %q, %v", fresh, err)
		}
		if got, want := s.Counts(), (Counts{Seen: 2, Unchanged: 1, KeptOut: 1, Quarantined: 1}); got != want {
			t.Errorf("counts are %+v, want %+v", got, want)
		}
		pending := s.TakePending()
		if known := len(s.Tally().Quarantined); len(pending) != 1-known {
			t.Errorf("pending are %v, where %d are known", pending, known)
		}
		s.Apply(pending)
	}
	if !s.KeepsOut("a") || s.KeepsOut("b") || s.Counts().KeptOut != 2 {
		t.Errorf("counts are %+v", s.Counts())
	}
}

// Where an article is read that was read from a file that is gone is to be kept; of what is there
// now nothing is quarantined any more.
func TestFreshMoved(t *testing.T) {
	s := newShelf(t, 200)
	old, now := article("a", "/wire/old", "One."), article("a", "/wire/new", "One.")
	if _, err := s.run(old, &corpus.ReadError{Origin: "/wire/new", Err: errors.New("it is empty")}); err != nil {
		t.Fatal(err)
	}
	s.Apply(s.TakePending())
	if fresh, err := s.run(now); err != nil || len(fresh) > 0 {
		t.Errorf("fresh are %q, %v", fresh, err)
	}
	if moved := s.Moved(); !maps.Equal(moved, map[string]string{"a": "/wire/new"}) {
		t.Errorf("moved are %v", moved)
	}
	pending := s.TakePending()
	if len(pending) != 1 || pending[0].Outcome != Released || pending[0].Origin != "/wire/new" {
		t.Errorf("pending are %v", pending)
	}
	it := Item{Document: corpus.Document{Article: now}, Was: s.kept["a"], Why: Moved}
	it.Was.Extractor = "x 1"
	f, err := s.Finding(it)
	if err != nil || f.Extractor != "x 1" || f.Article != it.Was.Article || f.Origin != "/wire/new" {
		t.Errorf("kept is %+v, %v", f, err)
	}
	if e := it.Entry(f, 9); e.Outcome != Moved || *e.Was != "x 1" || e.Ref != 9 {
		t.Errorf("the journal says %+v", e)
	}
	s.ForgetMoved([]string{"a"})
	if len(s.Moved()) > 0 {
		t.Error("it is still to be moved")
	}
}

// Articles come in with what was found elsewhere, and by what.
func TestFreshFound(t *testing.T) {
	s := newShelf(t, 2)
	found := func(id, text, extractor, settings string) corpus.Document {
		return corpus.Document{Article: corpus.Article{ID: id, Text: text, Origin: "-"}, Extractor: extractor, Settings: settings}
	}
	run := func(docs ...corpus.Document) (fresh []string) {
		t.Helper()
		in := func(yield func(corpus.Document, error) bool) {
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
		}
		for d, err := range s.FreshFound(t.Context(), in, s.atOnce, s.find) {
			if err != nil {
				t.Fatal(err)
			}
			fresh = append(fresh, d.ID)
			it := Item{Document: d, Was: s.kept[d.ID]}
			f, err := s.Finding(it)
			if err != nil {
				t.Fatal(err)
			}
			s.kept[d.ID] = &f.Kept
			s.Apply([]Entry{it.Entry(f, 1)})
		}
		return fresh
	}
	if got := run(found("a", "one", "x 1", "old"), found("b", "two", "x 2", "s"), found("c", "three", "", "")); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("fresh: %v", got)
	}
	want := map[string]int{"x 1": 1, "x 2": 2}
	if got := s.Tally().Extractors; !maps.Equal(got, want) {
		t.Errorf("extractors: %v, want %v", got, want)
	}
	if k := s.kept["a"]; k.Extractor != "x 1" || k.Settings != "old" {
		t.Errorf("kept %+v", k)
	}
	if got := run(found("a", "one", "x 1", "old"), found("b", "two", "x 2", "t"), found("c", "three", "x 1", "")); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("fresh again: %v", got)
	}
	// What is read is extracted by the archive's own.
	if got, err := s.run(corpus.Article{ID: "a", Text: "one", Origin: "-"}, corpus.Article{ID: "b", Text: "two", Origin: "-"}); err != nil || !slices.Equal(got, []string{"a one", "b two"}) {
		t.Errorf("fresh to be extracted: %v %v", got, err)
	}
}
