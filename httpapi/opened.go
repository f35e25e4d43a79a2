package httpapi

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"dateline/search"
)

// An article is opened from results: its address has their parameters, and as offset how
// many hits stand before it. So it knows its neighbours, and the way back.

// articleLink returns the link to an article opened from results in a state.
func articleLink(id string, at state) string {
	return under("/article/"+url.PathEscape(id), at)
}

// set returns s with one value of a parameter replaced, and all else as it is; empty: taken
// away.
func (s state) set(name, value string) state {
	out := maps.Clone(s)
	delete(out, name)
	if value != "" {
		out[name] = []string{value}
	}
	return out
}

// hitLink returns the link to hit number i, from 0, of what a page of results answers to
// req. Behind a cursor nobody knows how many hits stand before it.
func hitLink(at state, req search.Request, i int, id string) string {
	offset := ""
	if req.Cursor == "" && req.Offset+i <= MaxOffset {
		offset = strconv.Itoa(req.Offset + i)
	}
	return articleLink(id, at.set("offset", offset))
}

// backLink returns the link to the page of results that an article was opened from.
func backLink(at state, req search.Request) string {
	if req.Limit == 0 || len(at["offset"]) == 0 {
		return at.String()
	}
	start := req.Offset - req.Offset%req.Limit
	return at.set("offset", positive(start)).String()
}

// positive writes n, nothing where it is not above 0.
func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// A placing is where an article stands among the results it was opened from.
type placing struct {
	N, Total       int        // from 1
	Previous, Next *neighbour // nil: none
}

// A neighbour is the hit before or behind.
type neighbour struct{ Title, URL string }

// placing returns where the article with an id stands, nil where it is not known or no
// longer so.
func (s *server) placing(
	ctx context.Context, at state, req search.Request, id string,
) (*placing, error) {
	if len(at["offset"]) == 0 {
		return nil, nil
	}
	res, err := s.Archive.Search(ctx, search.Request{
		Query: req.Query, Filters: req.Filters, MinConfidence: req.MinConfidence, Sort: req.Sort,
		Offset: max(req.Offset-1, 0), Limit: 3,
	})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(res.Hits, func(h search.Hit) bool { return h.ID == id })
	if i < 0 {
		return nil, nil
	}
	n := max(req.Offset-1, 0) + i // hits before it
	p := &placing{N: n + 1, Total: res.Total}
	link := func(i, offset int) *neighbour {
		if i < 0 || i >= len(res.Hits) || offset > MaxOffset {
			return nil
		}
		h := res.Hits[i]
		return &neighbour{h.Title, articleLink(h.ID, at.set("offset", strconv.Itoa(offset)))}
	}
	p.Previous, p.Next = link(i-1, n-1), link(i+1, n+1)
	return p, nil
}
