package index

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// A cursor is a position in URL-safe base64 without padding: its parts in their order with
// a bar between two, the score and the day in decimal digits, and the bytes of the ID
// counted before it, so that a cursor that was cut off is none. It is opaque to those who
// use it, not a secret.
type position struct {
	Generation string
	Sort       search.Sort
	Key        Key
}

// Cursor returns the cursor of the hits behind k. A generation has no bar in its name.
func Cursor(generation string, sort search.Sort, k Key) string {
	out := append([]byte(generation+"|"), orRelevance(sort)...)
	out = strconv.AppendFloat(append(out, '|'), k.Score, 'g', -1, 64)
	out = strconv.AppendInt(append(out, '|'), int64(k.Day), 10)
	out = strconv.AppendInt(append(out, '|'), int64(len(k.ID)), 10)
	out = append(append(out, '|'), k.ID...)
	return base64.RawURLEncoding.EncodeToString(out)
}

// CursorGeneration returns the generation that a cursor belongs to. Errors wrap
// search.ErrBadQuery.
func CursorGeneration(cursor string) (string, error) {
	p, err := readCursor(cursor)
	return p.Generation, err
}

func readCursor(cursor string) (position, error) {
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if parts := strings.SplitN(string(data), "|", 6); err == nil && len(parts) == 6 {
		score, _ := strconv.ParseFloat(parts[2], 64)
		day, _ := strconv.ParseInt(parts[3], 10, 32)
		p := position{parts[0], search.Sort(parts[1]), Key{score, corpus.Day(day), parts[5]}}
		if p.valid() && Cursor(p.Generation, p.Sort, p.Key) == cursor {
			return p, nil
		}
	}
	return position{}, fmt.Errorf("%w: the cursor is none of ours; start again without it", search.ErrBadQuery)
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
	return p.Key.ID != "" && p.Key.Score >= 0 && !math.IsInf(p.Key.Score, 1) &&
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
