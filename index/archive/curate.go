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
	"iter"
	"slices"

	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/values"
)

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
func (w *Writer) Curate(ctx context.Context, extractors ledger.Extractors) (extracted int, err error) {
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
	entries, err := w.extractAgain(ctx, ledger.ChangedNames(before, after), extractors(after))
	if err != nil {
		w.articles.drop()
		return 0, err
	}
	curation := ledger.Entry{Outcome: ledger.Curated, Curation: string(data)}
	if err := w.acknowledge(append(entries, curation)); err != nil {
		return 0, err
	}
	w.curation = data
	r := &replaying{store: w.store, engine: w.engine, puts: map[string]index.Entry{}}
	if err := r.all(context.WithoutCancel(ctx), entries); err != nil {
		return 0, w.fail("index articles", err)
	}
	for _, e := range entries {
		if e.Outcome == ledger.Updated {
			extracted++
		}
	}
	return extracted, w.publishNew(ctx)
}

// extractAgain adds new records of mentions for the articles that contain one of
// names, where they mention something else now, and returns their entries.
func (w *Writer) extractAgain(ctx context.Context, names []string, extract ledger.Extract,
) ([]ledger.Entry, error) {
	if err := w.articles.roll(); err != nil {
		return nil, w.fail("begin a new file of articles", err)
	}
	return w.book.ExtractAgain(ctx, w.engine, source{w.store, w.engine}, names, extract, w.keep)
}

// A source gives what a store keeps of the articles of an index.
type source struct {
	*store
	in index.Finder
}

var _ ledger.Store = source{}

// Documents implements ledger.Store.
func (s source) Documents(ctx context.Context, ids []string) iter.Seq2[index.Entry, error] {
	return func(yield func(index.Entry, error) bool) {
		for _, id := range ids {
			e, ok, err := s.entry(ctx, id)
			if err != nil {
				yield(index.Entry{}, err)
				return
			}
			if ok && !yield(e, nil) {
				return
			}
		}
	}
}

// entry returns an article, and whether it is in the index.
func (s source) entry(ctx context.Context, id string) (index.Entry, bool, error) {
	ref, ok, err := s.in.Find(ctx, id)
	if err != nil || !ok {
		return index.Entry{}, false, err
	}
	d, err := s.document(ctx, ref)
	if err != nil {
		return index.Entry{}, false, hint(err)
	}
	return index.Entry{Document: *d, Ref: ref}, true, nil
}

// Again implements ledger.Store.
func (s source) Again(ctx context.Context, refs []index.Ref) ([]ledger.Again, error) {
	var all []ledger.Again
	for _, ref := range refs {
		was, err := s.finding(ref)
		if err != nil {
			return nil, hint(err)
		}
		d, err := s.document(ctx, ref)
		if err != nil {
			return nil, hint(err)
		}
		all = append(all, ledger.Again{Ref: ref, Was: was, Document: *d})
	}
	return all, nil
}
