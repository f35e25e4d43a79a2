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

// maxCuration is how large curation.toml may be: more is not written by hand.
const maxCuration = 8 << 20

// readCuration returns what curation.toml holds, nothing where there is none. A
// link to nothing is not taken for no corrections: applying would undo all there are.
func readCuration(d disk, dir string) ([]byte, error) {
	info, err := d.Stat(dir + "/" + curationName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, noneAt(d, dir, curationName)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", curationName)
	case info.Size() > maxCuration:
		return nil, fmt.Errorf("%s has %d MB, and may have %d", curationName, info.Size()>>20, maxCuration>>20)
	}
	return readFile(d, dir+"/"+curationName)
}

// noneAt returns an error where there is something by this name after all.
func noneAt(d disk, dir, name string) error {
	entries, err := d.ReadDir(dir)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name }) {
		return fmt.Errorf("%s is a link to a file that is not there", name)
	}
	return nil
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
	found, _, err := containing(ctx, w.engine, w.store, names)
	if err != nil {
		return nil, err
	}
	outcomes := map[index.Ref]outcome{}
	for _, ref := range found {
		outcomes[ref] = updated
	}
	if len(names) > 0 { // these are in no index, and may come back
		for _, ref := range w.tally.Removed {
			if ref != 0 {
				outcomes[ref] = removed
			}
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
// words in a row, each once, and which names they contain.
func containing(ctx context.Context, in engine, s *store, names []string,
) (refs []index.Ref, met map[string]bool, err error) {
	rows := rowsOf(names)
	met = map[string]bool{}
	seen := map[string]bool{}
	for some := range slices.Chunk(rows.all, rowsAtOnce) {
		ids, err := everyID(ctx, in, search.Request{Query: anyOf(some)})
		if err != nil {
			return nil, nil, fmt.Errorf("find articles with %q: %w", some[0].name, err)
		}
		for _, id := range ids {
			if seen[id] {
				continue
			}
			seen[id] = true
			ref, d, err := found(ctx, in, s, id)
			if err != nil {
				return nil, nil, err
			}
			inTitle, inText := rows.in(d.Title, met), rows.in(d.Text, met)
			if inTitle || inText {
				refs = append(refs, ref)
			}
		}
	}
	return refs, met, nil
}

// found returns an article that is in the index, and where it is kept.
func found(ctx context.Context, in engine, s *store, id string) (index.Ref, *corpus.Document, error) {
	ref, ok, err := in.Find(ctx, id)
	if err != nil {
		return 0, nil, err
	}
	if !ok {
		return 0, nil, fmt.Errorf("article %s is in the index and cannot be found there", id)
	}
	d, err := s.document(ctx, ref)
	return ref, d, hint(err)
}

// rowsAtOnce is how many names are asked for in one query.
const rowsAtOnce = 100

// A row is a name and its words.
type row struct {
	name  string
	words []string
}

// rows are names to look for in texts, by their first word.
type rows struct {
	all   []row
	first map[string][]row
}

func rowsOf(names []string) rows {
	r := rows{first: map[string][]row{}}
	for _, name := range names {
		if words := wordsOf(name); len(words) > 0 { // a query without words matches all articles
			r.all = append(r.all, row{name, words})
			r.first[words[0]] = append(r.first[words[0]], row{name, words})
		}
	}
	return r
}

// anyOf matches the articles that have all words of one row, anywhere.
func anyOf(some []row) search.Expr {
	var any search.Or
	for _, r := range some {
		var all search.And
		for _, w := range r.words {
			all = append(all, search.Pattern{Kind: search.Wildcard, Text: w})
		}
		any = append(any, all)
	}
	return any
}

// in tells whether s has a row as neighbours, and notes each that it has.
func (r *rows) in(s string, met map[string]bool) bool {
	is := false
	words := wordsOf(s)
	for i, w := range words {
		for _, row := range r.first[w] {
			if rest := words[i:]; len(row.words) <= len(rest) && slices.Equal(rest[:len(row.words)], row.words) {
				is, met[row.name] = true, true
			}
		}
	}
	return is
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
