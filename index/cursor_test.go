package index

import (
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

func TestCursor(t *testing.T) {
	for _, c := range []struct {
		sort search.Sort
		key  Key
	}{
		{"", Key{Score: 1.0 / 3, Day: 19809, ID: "a17"}},
		{search.Relevance, Key{Score: math.SmallestNonzeroFloat64, Day: -1, ID: "ъ/?&=|\x00"}},
		{search.Relevance, Key{Day: FirstDay, ID: "no score, no date"}},
		{search.Newest, Key{Day: corpus.DayOf(9999, 12, 31), ID: "z"}},
		{search.Oldest, Key{Day: corpus.DayOf(1, 1, 1), ID: "a"}},
	} {
		cursor := Cursor("gen-000042", c.sort, c.key)
		if strings.Trim(cursor, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Errorf("cursor %q needs escaping in an address", cursor)
		}
		if g, err := CursorGeneration(cursor); g != "gen-000042" || err != nil {
			t.Errorf("%+v: generation %q, %v", c.key, g, err)
		}
		key, err := behind(cursor, c.sort)
		if err != nil || *key != c.key {
			t.Errorf("%+v by %q comes back as %+v, %v", c.key, c.sort, key, err)
		}
	}
	// The default order has a name.
	if _, err := behind(Cursor("g", "", Key{ID: "a"}), search.Relevance); err != nil {
		t.Error(err)
	}
	for _, other := range []search.Sort{"", search.Oldest} {
		if _, err := behind(Cursor("g", search.Newest, Key{ID: "a"}), other); !errors.Is(err, search.ErrBadQuery) {
			t.Errorf("newest first used by %q: %v", other, err)
		}
	}
}

func TestCursorTampered(t *testing.T) {
	raw := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	good := Cursor("g", search.Newest, Key{Day: 5, ID: "a"})
	for name, cursor := range map[string]string{
		"empty":             "",
		"no base64":         "***",
		"padded":            good + "=",
		"cut":               good[:len(good)-2],
		"a space in it":     raw("g|newest|0| 5|1|a"),
		"id cut":            raw("g|newest|0|5|2|a"),
		"id too long":       raw("g|newest|0|5|1|ab"),
		"no parts":          raw("hello"),
		"too few parts":     raw("g|newest|0|5"),
		"unknown order":     raw("g|random|0|5|1|a"),
		"no order":          raw("g||0|5|1|a"),
		"no id":             raw("g|newest|0|5|0|"),
		"score by date":     raw("g|newest|2|5|1|a"),
		"score below 0":     raw("g|relevance|-2|5|1|a"),
		"score too large":   raw("g|relevance|1e999|5|1|a"),
		"score without end": raw("g|relevance|+Inf|5|1|a"),
		"no number":         raw("g|relevance|NaN|5|1|a"),
		"no score":          raw("g|relevance||5|1|a"),
		"day of no article": raw("g|newest|0|2000000000|1|a"),
		"day too large":     raw("g|newest|0|99999999999|1|a"),
		"day a fraction":    raw("g|newest|0|5.5|1|a"),
	} {
		g, err := CursorGeneration(cursor)
		if !errors.Is(err, search.ErrBadQuery) || g != "" {
			t.Errorf("%s: generation %q, %v; want a bad query", name, g, err)
		}
	}
	if _, err := CursorGeneration(good); err != nil {
		t.Fatal(err)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(Cursor("gen-000042", search.Newest, Key{Day: 19809, ID: "a"}))
	f.Add(Cursor("", "", Key{Score: 7.25, Day: FirstDay, ID: "é"}))
	f.Add("e30")
	f.Fuzz(func(t *testing.T, cursor string) {
		p, err := readCursor(cursor)
		if err != nil {
			return
		}
		again, err := readCursor(Cursor(p.Generation, p.Sort, p.Key))
		if err != nil || again != p {
			t.Errorf("%q is read as %+v, written and read again as %+v, %v", cursor, p, again, err)
		}
	})
}
