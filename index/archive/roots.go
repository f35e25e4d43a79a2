package archive

import (
	"os"
	"slices"
)

// Roots returns the folders that AddRoots was told of, now and in earlier runs:
// a corpus.Reader gives what lies in one the ids that it had there.
func (w *Writer) Roots() []string {
	w.state.Lock()
	defer w.state.Unlock()
	return slices.Clone(w.tally.Roots)
}

// AddRoots notes which folders are read. Paths that are no folders, or lie in
// one that was read before, are passed over.
func (w *Writer) AddRoots(paths []string) error {
	all, err := absolute(paths)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	var entries []entry
	for _, p := range all {
		info, err := os.Stat(p)
		if err == nil && info.IsDir() && !under(p, w.tally.Roots) {
			entries = append(entries, entry{Outcome: rooted, Origin: p})
		}
	}
	return w.acknowledge(entries)
}
