package archive

// Corrections are applied when they are asked for, not when curation.toml is
// edited. What is applied stands in the journal, in an entry of its own, and in the
// generation. The entry is acknowledged together with all that is extracted again
// on its account, so that corrections are applied as a whole or not at all.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/index/values"
	"dateline/search"
)

// Extract finds what an article mentions. It is safe for concurrent use.
type Extract func(corpus.Article) corpus.Document

// Extractors return what extracts with the names of corrections.
type Extractors func(*values.Curation) Extract

// Curation returns the corrections that are applied.
func (w *Writer) Curation() (*values.Curation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return parseCuration(w.curation)
}

// Edited tells whether curation.toml says something else than what is applied.
func (w *Writer) Edited() (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	data, err := readCuration(w.disk, w.dir)
	return !bytes.Equal(data, w.curation), err
}

// readCuration returns what curation.toml holds, nothing where there is none.
func readCuration(d disk, dir string) ([]byte, error) {
	data, err := readFile(d, dir+"/"+curationName)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return data, err
}

func parseCuration(data []byte) (*values.Curation, error) {
	c, err := values.ParseCuration(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", curationName, err)
	}
	return c, nil
}

// checked returns corrections that may be applied, with their resolver.
func (o Options) checked(data []byte) (*values.Curation, *values.Resolver, error) {
	c, err := parseCuration(data)
	if err != nil {
		return nil, nil, err
	}
	r := values.NewResolver(o.Gazetteer, c)
	if err := r.Check(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", curationName, err)
	}
	return c, r, nil
}

// Curate applies the corrections in curation.toml and publishes, and returns how
// many articles mention something else for it: those that contain a name that
// extraction is to find, or no longer to find. Corrections that are applied already
// are not applied again. An error of what the file holds names the line, and leaves
// all as it was.
func (w *Writer) Curate(ctx context.Context, extractors Extractors) (extracted int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return 0, w.broken
	}
	data, err := readCuration(w.disk, w.dir)
	if err != nil {
		return 0, err
	}
	if bytes.Equal(data, w.curation) {
		return 0, w.publishNew(ctx)
	}
	before, err := parseCuration(w.curation)
	if err != nil {
		return 0, err
	}
	after, _, err := w.checked(data)
	if err != nil {
		return 0, err
	}
	if err := w.begun(ctx); err != nil {
		return 0, err
	}
	entries, err := w.extractAgain(ctx, changedNames(before, after), extractors(after))
	if err != nil {
		w.articles.drop()
		return 0, err
	}
	curation := entry{Outcome: curated, Curation: string(data)}
	if err := w.acknowledge(append(entries, curation)); err != nil {
		return 0, err
	}
	w.curation = data
	r := &replaying{store: w.store, engine: w.engine, puts: map[string]index.Entry{}}
	if err := r.all(context.WithoutCancel(ctx), entries); err != nil {
		return 0, w.fail("index articles", err)
	}
	for _, e := range entries {
		if e.Outcome == updated {
			extracted++
		}
	}
	return extracted, w.publishNew(ctx)
}

// changedNames returns the names that are to be found by one of two corrections
// and not the other.
func changedNames(a, b *values.Curation) []string {
	count := map[values.Name]int{}
	for _, n := range slices.Concat(a.Names(), b.Names()) {
		count[n]++
	}
	texts := map[string]bool{}
	for n, times := range count {
		if times == 1 {
			texts[n.Text] = true
		}
	}
	return slices.Sorted(maps.Keys(texts))
}

// extractAgain adds new records of mentions for the articles that contain one of
// names, where they mention something else now, and returns their entries.
func (w *Writer) extractAgain(ctx context.Context, names []string, extract Extract,
) (entries []entry, err error) {
	if err := w.articles.roll(); err != nil {
		return nil, w.fail("begin a new file of articles", err)
	}
	found, err := containing(ctx, w.engine, w.store, names)
	if err != nil {
		return nil, err
	}
	outcomes := map[index.Ref]outcome{}
	for _, ref := range found {
		outcomes[ref] = updated
	}
	if len(names) > 0 { // these are in no index, and may come back
		for _, ref := range w.tally.Removed {
			outcomes[ref] = removed
		}
	}
	for refs := range slices.Chunk(slices.Sorted(maps.Keys(outcomes)), replayDocs) {
		again, err := reextract(ctx, w.store, refs, extract)
		if err != nil {
			return nil, err
		}
		for _, it := range again {
			e, err := w.keepAgain(it, outcomes[it.ref])
			if err != nil {
				return nil, err
			}
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// keepAgain adds the record of an article that was extracted again.
func (w *Writer) keepAgain(it again, why outcome) (entry, error) {
	f, ref, err := w.keep(item{doc: it.doc, was: it.was})
	if err != nil {
		return entry{}, fmt.Errorf("article %s: %w", it.doc.ID, err)
	}
	e := item{doc: it.doc, was: it.was, why: why}.entry(f, ref)
	if why == removed {
		e.Was = nil // it is not counted
	}
	return e, nil
}

// An again is an article that was extracted again and mentions something else.
type again struct {
	ref index.Ref
	was *finding
	doc corpus.Document
}

// reextract extracts the articles at refs again, and returns those that mention
// something else than before.
func reextract(ctx context.Context, s *store, refs []index.Ref, extract Extract) ([]again, error) {
	var all []again
	var docs []corpus.Document
	for _, ref := range refs {
		was, err := s.finding(ref)
		if err != nil {
			return nil, hint(err)
		}
		d, err := s.document(ctx, ref)
		if err != nil {
			return nil, hint(err)
		}
		all = append(all, again{ref: ref, was: was})
		docs = append(docs, *d)
	}
	extractEach(docs, extract)
	var out []again
	for i, it := range all {
		if it.doc = docs[i]; !sameMentions(it.was.Mentions, it.doc.Mentions) {
			out = append(out, it)
		}
	}
	return out, nil
}

func sameMentions(a, b []corpus.Mention) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

// An engine is as much of an index as it takes to look for articles.
type engine interface {
	search.Searcher
	index.Finder
}

// containing returns where the articles are kept that contain one of names as
// words in a row.
func containing(ctx context.Context, in engine, s *store, names []string) ([]index.Ref, error) {
	found := map[index.Ref]bool{}
	for _, name := range names {
		var all search.And
		words := wordsOf(name)
		if len(words) == 0 {
			continue // a query without words matches all articles
		}
		for _, w := range words {
			all = append(all, search.Pattern{Kind: search.Wildcard, Text: w})
		}
		ids, err := everyID(ctx, in, search.Request{Query: all})
		if err != nil {
			return nil, fmt.Errorf("find articles with %q: %w", name, err)
		}
		for _, id := range ids {
			ref, ok, err := in.Find(ctx, id)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, fmt.Errorf("article %s is in the index and cannot be found there", id)
			}
			d, err := s.document(ctx, ref)
			if err != nil {
				return nil, hint(err)
			}
			if inRow(wordsOf(d.Title), words) || inRow(wordsOf(d.Text), words) {
				found[ref] = true
			}
		}
	}
	return slices.Collect(maps.Keys(found)), nil
}

// everyID returns the ids of all articles that match.
func everyID(ctx context.Context, s search.Searcher, req search.Request) (ids []string, err error) {
	req.Sort, req.Limit = search.Oldest, 1000
	for {
		res, err := s.Search(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, h := range res.Hits {
			ids = append(ids, h.ID)
		}
		if req.Cursor = res.Next; req.Cursor == "" {
			return ids, nil
		}
	}
}

func wordsOf(s string) []string {
	var out []string
	for _, t := range text.Analyze(s, false) {
		out = append(out, t.Text)
	}
	return out
}

// inRow tells whether words has row as neighbours.
func inRow(words, row []string) bool {
	for i := 0; i+len(row) <= len(words); i++ {
		if slices.Equal(words[i:i+len(row)], row) {
			return true
		}
	}
	return false
}
