package ledger

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// A Run is what was seen of articles since Fresh was called. It changes no more once it is
// whole.
type Run struct {
	whole   bool // all were seen
	origins map[string]bool
	unread  map[string]bool // origins of which something could not be read
	ids     map[string]sighting
}

// A sighting is where an article was read and what it held.
type sighting struct{ origin, hash string }

func newRun() *Run {
	return &Run{origins: map[string]bool{}, unread: map[string]bool{}, ids: map[string]sighting{}}
}

// Gone returns the ids of the articles under roots, which are absolute paths, that the run did
// not see, in order. What lies in a folder or a container of which it could not read something
// is not among them.
func (r *Run) Gone(roots []string, j Journal) ([]string, error) {
	gone := map[string]bool{}
	err := j.each(func(e Entry) {
		switch {
		case e.Outcome.Deletes():
			delete(gone, e.ID)
		case !e.Outcome.Puts():
		case Under(e.Origin, roots) && !r.saw(e.Origin):
			gone[e.ID] = true
		default:
			delete(gone, e.ID)
		}
	})
	maps.DeleteFunc(gone, func(id string, _ bool) bool {
		_, seen := r.ids[id]
		return seen
	})
	return slices.Sorted(maps.Keys(gone)), err
}

// Released returns entries that forget what a tally has quarantined at origins under roots that
// are gone, as Gone tells.
func (r *Run) Released(roots []string, t *Tally) (entries []Entry) {
	for origin := range t.Quarantined {
		if Under(origin, roots) && !r.saw(origin) {
			entries = append(entries, Entry{Outcome: Released, Origin: origin})
		}
	}
	return entries
}

// saw tells whether the run met an origin, or could not look there.
func (r *Run) saw(origin string) bool {
	if r.origins[origin] || r.unread[origin] {
		return true
	}
	for i, c := range []byte(origin) {
		if strings.IndexByte("/!:", c) >= 0 && r.unread[origin[:i]] {
			return true
		}
	}
	return false
}

// Under tells whether an origin is one of roots or lies in one.
func Under(origin string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		rest, ok := strings.CutPrefix(origin, strings.TrimSuffix(root, "/"))
		return ok && (rest == "" || strings.IndexByte("/!:", rest[0]) >= 0)
	})
}

// Absolute returns paths as absolute ones, which origins begin with.
func Absolute(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, err
		}
		out = append(out, abs)
	}
	return out, nil
}
