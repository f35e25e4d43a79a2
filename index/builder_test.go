package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
)

// A fakeStore notes what it is given, and fails when told to.
type fakeStore struct {
	batches  []string // ids, joined
	rejected []string
	put      func(n int) error // of the batch with this number from 1
	reject   error
}

func (s *fakeStore) Put(_ context.Context, docs []corpus.Document) error {
	if s.put != nil {
		if err := s.put(len(s.batches) + 1); err != nil {
			return err
		}
	}
	var ids []string
	for _, d := range docs {
		ids = append(ids, d.ID)
	}
	s.batches = append(s.batches, strings.Join(ids, " "))
	return nil
}

func (s *fakeStore) Reject(_ context.Context, err *corpus.ReadError) error {
	s.rejected = append(s.rejected, err.Origin)
	return s.reject
}

// stream yields a document for each id, and an error for each error.
func stream(items ...any) iter.Seq2[corpus.Document, error] {
	return func(yield func(corpus.Document, error) bool) {
		for _, item := range items {
			var d corpus.Document
			err, _ := item.(error)
			if err == nil {
				d.ID, d.Text, d.Origin = item.(string), "12345", "/in/"+item.(string)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func TestBuild(t *testing.T) {
	unread := fmt.Errorf("walk: %w", &corpus.ReadError{Origin: "/in/x", Err: errors.New("no text")})
	store := &fakeStore{}
	var seen []Progress
	b := Builder{Batch: 2, Progress: func(p Progress) { seen = append(seen, p) }}
	done, err := b.Build(t.Context(), store, stream("a", unread, "b", "c", unread))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a b", "c"}; !reflect.DeepEqual(store.batches, want) {
		t.Errorf("batches are %q, want %q", store.batches, want)
	}
	if want := []string{"/in/x", "/in/x"}; !reflect.DeepEqual(store.rejected, want) {
		t.Errorf("rejected are %q, want %q", store.rejected, want)
	}
	want := []Progress{
		{Documents: 2, Rejected: 1, Bytes: 10, Last: "/in/b"}, {Documents: 3, Rejected: 2, Bytes: 15, Last: "/in/c"},
	}
	if !reflect.DeepEqual(seen, want) || done != want[1] {
		t.Errorf("progress was %+v and %+v at the end, want %+v", seen, done, want)
	}
}

func TestBuildBatches(t *testing.T) {
	var ids []any
	for i := range DefaultBatch + 1 {
		ids = append(ids, fmt.Sprint(i))
	}
	for name, c := range map[string]struct {
		builder Builder
		want    int
	}{
		"by default":      {Builder{}, 2},
		"of one":          {Builder{Batch: 1}, len(ids)},
		"of all":          {Builder{Batch: 1000}, 1},
		"of 50 bytes":     {Builder{Bytes: 50}, (len(ids) + 9) / 10},
		"of less than 1":  {Builder{Bytes: 3}, len(ids)},
		"by bytes, count": {Builder{Batch: 3, Bytes: 50}, len(ids) / 3},
	} {
		store := &fakeStore{}
		if _, err := c.builder.Build(t.Context(), store, stream(ids...)); err != nil {
			t.Fatal(err)
		}
		if len(store.batches) != c.want {
			t.Errorf("%s: %d batches, want %d", name, len(store.batches), c.want)
		}
		if got := strings.Fields(strings.Join(store.batches, " ")); len(got) != len(ids) || got[len(got)-1] != ids[len(ids)-1] {
			t.Errorf("%s: %d documents were written", name, len(got))
		}
	}
	store := &fakeStore{}
	if done, err := (&Builder{}).Build(t.Context(), store, stream()); err != nil || done != (Progress{}) || store.batches != nil {
		t.Errorf("of nothing: %+v, %v, batches %q", done, err, store.batches)
	}
}

func TestBuildErrors(t *testing.T) {
	fault := errors.New("the disk is full")
	unread := &corpus.ReadError{Origin: "/in/x", Err: errors.New("no text")}
	for name, c := range map[string]struct {
		store  fakeStore
		docs   iter.Seq2[corpus.Document, error]
		want   string
		stored int
	}{
		"put": {
			fakeStore{put: func(n int) error {
				if n == 2 {
					return fault
				}
				return nil
			}},
			stream("a", "b", "c", "d", "e"), "index 2 articles from c on: the disk is full", 2,
		},
		"last put": {
			fakeStore{put: func(n int) error { return fault }}, stream("a"),
			"index 1 articles from a on: the disk is full", 0,
		},
		"reject": {fakeStore{reject: fault}, stream("a", unread, "b"), "note that /in/x could not be read", 0},
		"read":   {fakeStore{}, stream("a", "b", "c", fault, "d"), "read articles: the disk is full", 3},
	} {
		done, err := (&Builder{Batch: 2}).Build(t.Context(), &c.store, c.docs)
		if !errors.Is(err, fault) || !strings.Contains(fmt.Sprint(err), c.want) || done.Documents != c.stored {
			t.Errorf("%s: %v with %d documents stored; want %q with %d", name, err, done.Documents, c.want, c.stored)
		}
	}
}

func TestBuildCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	read := 0
	store := &fakeStore{}
	b := Builder{Batch: 2, Progress: func(Progress) { cancel() }}
	done, err := b.Build(ctx, store, func(yield func(corpus.Document, error) bool) {
		for yield(corpus.Document{}, nil) {
			read++
		}
	})
	if !errors.Is(err, context.Canceled) || done.Documents != 2 || read > 3 {
		t.Errorf("%v, %d documents stored, %d read", err, done.Documents, read)
	}
}
