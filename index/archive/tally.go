package archive

import (
	"encoding/json"
	"maps"
	"slices"

	"dateline/index"
)

// A tally is what the journal's entries come to, as far as it is not in the
// index. A generation keeps it as state.json.
type tally struct {
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

func newTally() *tally {
	return &tally{
		Extractors: map[string]int{}, Removed: map[string]index.Ref{}, Quarantined: map[string]string{},
	}
}

// apply takes in what became of an article.
func (t *tally) apply(e entry) {
	switch e.Outcome {
	case quarantined:
		t.Quarantined[e.Origin] = e.Reason
		return
	case released:
		delete(t.Quarantined, e.Origin)
		return
	case rooted:
		t.Roots = append(t.Roots, e.Origin)
		return
	case removed:
		t.Removed[e.ID] = e.Ref
	case purged:
		t.Removed[e.ID] = 0
	case restored:
		delete(t.Removed, e.ID)
	case added, updated, moved:
		delete(t.Quarantined, e.Origin)
	}
	if e.Was != nil {
		t.count(*e.Was, -1)
	}
	if e.Outcome.puts() {
		t.count(e.Extractor, 1)
	}
}

func (t *tally) count(extractor string, n int) {
	t.Articles += n
	t.Extractors[extractor] += n
	if t.Extractors[extractor] == 0 {
		delete(t.Extractors, extractor)
	}
}

func (t *tally) counts() sealedCounts {
	return sealedCounts{t.Articles, len(t.Removed), len(t.Quarantined), maps.Clone(t.Extractors)}
}

// readTally reads the state.json of a generation.
func readTally(d disk, dir string, s *seal) (*tally, error) {
	data, err := s.read(d, dir, stateName)
	if err != nil {
		return nil, err
	}
	t := newTally()
	if err := json.Unmarshal(data, t); err != nil {
		return nil, Damage{s.Generation + "/" + stateName, 0, err.Error()}
	}
	return t, nil
}

const stateName = "state.json"

// quarantine returns the lines of quarantine.jsonl.
func (t *tally) quarantine() ([]byte, error) {
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
