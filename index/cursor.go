package index

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// A cursor is the JSON of a position in URL-safe base64 without padding. It is
// opaque to those who use it, not a secret.
type position struct {
	Generation string      `json:"g"`
	Sort       search.Sort `json:"o"`
	Key        Key         `json:"k"`
}

// Cursor returns the cursor of the hits behind k.
func Cursor(generation string, sort search.Sort, k Key) string {
	data, err := json.Marshal(position{generation, orRelevance(sort), k})
	if err != nil {
		panic(err) // a score is finite
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// CursorGeneration returns the generation that a cursor belongs to. Errors wrap
// search.ErrBadQuery.
func CursorGeneration(cursor string) (string, error) {
	p, err := readCursor(cursor)
	return p.Generation, err
}

func readCursor(cursor string) (position, error) {
	var p position
	bad := fmt.Errorf("%w: the cursor is none of ours; start again without it", search.ErrBadQuery)
	data, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return position{}, bad
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if dec.Decode(&p) != nil || dec.InputOffset() != int64(len(data)) || !p.valid() {
		return position{}, bad
	}
	return p, nil
}

func (p position) valid() bool {
	switch p.Sort {
	case search.Relevance:
	case search.Newest, search.Oldest:
		if p.Key.Score != 0 {
			return false
		}
	default:
		return false
	}
	day := p.Key.Day
	return p.Key.ID != "" && p.Key.Score >= 0 &&
		(day == FirstDay || day >= corpus.DayOf(1, 1, 1) && day <= corpus.DayOf(9999, 12, 31))
}

// behind returns the key that a cursor stands for in the order sort.
func behind(cursor string, sort search.Sort) (*Key, error) {
	p, err := readCursor(cursor)
	if err != nil {
		return nil, err
	}
	if p.Sort != orRelevance(sort) {
		return nil, fmt.Errorf("%w: the cursor belongs to the order %q; start again without it",
			search.ErrBadQuery, p.Sort)
	}
	return &p.Key, nil
}

func orRelevance(sort search.Sort) search.Sort {
	if sort == "" {
		return search.Relevance
	}
	return sort
}
