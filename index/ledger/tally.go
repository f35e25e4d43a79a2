package ledger

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"dateline/index"
	"dateline/search"
)

// A Tally is what entries come to, as far as it is not in the index. Its JSON is kept with
// each generation.
type Tally struct {
	Articles   int            `json:"articles"`
	Extractors map[string]int `json:"extractors"` // articles by version of the extractor

	// Removed are the articles kept out, with where they are kept; 0: nowhere, they were purged
	// or are lost.
	Removed map[string]index.Ref `json:"removed"`

	// Quarantined says by origin why nothing was indexed from there.
	Quarantined map[string]string `json:"quarantined"`

	// Roots are the folders that were read.
	Roots []string `json:"roots"`
}

// NewTally returns the tally of no entries.
func NewTally() *Tally {
	return &Tally{
		Extractors: map[string]int{}, Removed: map[string]index.Ref{}, Quarantined: map[string]string{},
	}
}

// Apply takes in what became of an article.
func (t *Tally) Apply(e Entry) {
	switch e.Outcome {
	case Quarantined:
		t.Quarantined[e.Origin] = e.Reason
		return
	case Released:
		delete(t.Quarantined, e.Origin)
		return
	case Rooted:
		t.Roots = append(t.Roots, e.Origin)
		return
	case Removed:
		t.Removed[e.ID] = e.Ref
	case Purged:
		t.Removed[e.ID] = 0
	case Restored:
		delete(t.Removed, e.ID)
	case Added, Updated, Moved:
		delete(t.Quarantined, e.Origin)
	}
	if e.Was != nil {
		t.count(*e.Was, -1)
	}
	if e.Outcome.Puts() {
		t.count(e.Extractor, 1)
	}
}

func (t *Tally) count(extractor string, n int) {
	t.Articles += n
	t.Extractors[extractor] += n
	if t.Extractors[extractor] == 0 {
		delete(t.Extractors, extractor)
	}
}

// Totals tell how many articles there are, and of which kind.
type Totals struct {
	Articles    int            `json:"articles"`
	Removed     int            `json:"removed"`
	Quarantined int            `json:"quarantined"`
	Extractors  map[string]int `json:"extractors"` // articles by version of the extractor
}

// Totals returns how many articles there are.
func (t *Tally) Totals() Totals {
	return Totals{t.Articles, len(t.Removed), len(t.Quarantined), maps.Clone(t.Extractors)}
}

// Restorable returns where a removed article is kept. Where none was removed, or nothing is
// kept of it, the error is search.ErrNotFound.
func (t *Tally) Restorable(id string) (index.Ref, error) {
	ref, ok := t.Removed[id]
	if !ok {
		return 0, fmt.Errorf("%w: no article %s was removed", search.ErrNotFound, id)
	}
	if ref == 0 {
		return 0, fmt.Errorf("%w: nothing is kept of article %s to bring back: it was purged, or damaged", search.ErrNotFound, id)
	}
	return ref, nil
}

// QuarantineLines returns what is quarantined as lines of JSON, in order of origin.
func (t *Tally) QuarantineLines() ([]byte, error) {
	var out []byte
	for _, origin := range slices.Sorted(maps.Keys(t.Quarantined)) {
		line, err := json.Marshal(struct {
			Origin string `json:"origin"`
			Reason string `json:"reason"`
		}{origin, t.Quarantined[origin]})
		if err != nil {
			return nil, err
		}
		out = append(append(out, line...), '\n')
	}
	return out, nil
}
