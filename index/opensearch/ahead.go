package opensearch

import (
	"context"
	"sync"

	"dateline/corpus"
	"dateline/index"
)

// Who goes through hits asks for their articles one after the other. So where the articles of late hits are is
// remembered, and they are read ahead: each time twice as many, as long as they are asked for in order.

const (
	aheadMost = 64      // articles are read ahead
	aheadKept = 1 << 16 // hits are remembered, and then others
)

// An ahead is what is known of the articles of late hits, by their ids.
type ahead struct {
	mu   sync.Mutex
	at   map[string]aheadAt
	docs map[string]*corpus.Document // read, and not yet asked for
}

// An aheadAt is the place of a hit on its page.
type aheadAt struct {
	page *aheadPage
	i    int
}

// An aheadPage is where the articles of some hits are, in order.
type aheadPage struct {
	refs []index.Ref
	next int // the place of the one that is asked for next if that goes on in order
	n    int // how many were read when that was last so
}

// note remembers hits.
func (a *ahead) note(hits []hit) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at == nil || len(a.at) > aheadKept {
		a.at, a.docs = map[string]aheadAt{}, map[string]*corpus.Document{}
	}
	page := &aheadPage{refs: refsOf(hits)}
	for i, h := range hits {
		a.at[h.Source.ID] = aheadAt{page, i}
	}
}

// take returns the article with an id where it was read ahead, else the articles that are to be read, of which it
// is the first; none where it is of no late hit.
func (a *ahead) take(id string) (*corpus.Document, []index.Ref) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at, ok := a.at[id]
	if !ok {
		return nil, nil
	}
	p := at.page
	ordered := at.i == p.next
	p.next = at.i + 1
	if d := a.docs[id]; d != nil {
		delete(a.docs, id)
		return d, nil
	}
	if !ordered {
		p.n = 0
	}
	p.n = min(max(1, 2*p.n), aheadMost)
	return nil, p.refs[at.i:min(at.i+p.n, len(p.refs))]
}

// keep keeps articles that were read ahead.
func (a *ahead) keep(docs []*corpus.Document) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.docs) > 8*aheadMost {
		clear(a.docs)
	}
	for _, d := range docs {
		a.docs[d.ID] = d
	}
}

// document returns the article with an id; nil where there is none.
func (v *view) document(ctx context.Context, id string) (*corpus.Document, error) {
	d, refs := v.ahead.take(id)
	if d != nil {
		return d, nil
	}
	if refs == nil {
		ref, ok, err := v.Find(ctx, id)
		if !ok || err != nil {
			return nil, err
		}
		refs = []index.Ref{ref}
	}
	docs, err := v.fetch(ctx, refs)
	if err != nil {
		return nil, v.purged(err)
	}
	v.ahead.keep(docs[1:])
	return docs[0], nil
}
