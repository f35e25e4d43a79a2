package bleve

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dateline/index"
	"dateline/search"
)

// search answers a request from v.
func (v *view) search(ctx context.Context, req search.Request, o *Options) (*search.Results, error) {
	begun := time.Now()
	plan, err := index.Prepare(req, v.table)
	if err != nil {
		return nil, err
	}
	res := &search.Results{
		Query:      search.Reading{ReadAs: plan.ReadAs},
		Generation: o.Generation,
		Hits:       []search.Hit{},
		Notices:    append([]string{}, plan.Notices...),
	}
	r := newRun(ctx, v, plan)
	defer r.end()
	r.fetch = o.Fetch
	hits, err := r.answer(res)
	if err != nil {
		return nil, v.fault(ctx, err)
	}
	refs, err := r.page(hits, res, o.Generation)
	if err != nil {
		return nil, v.fault(ctx, err)
	}
	res.DidYouMean, err = index.DidYouMean(req, res.Total, v.table, dictionary{r})
	if err != nil {
		return nil, v.fault(ctx, err)
	}
	if err := index.SetSnippets(ctx, plan, res.Hits, refs, o.Fetch, o.Text); err != nil {
		return nil, err
	}
	res.TookMS = float64(time.Since(begun).Microseconds()) / 1000
	return res, nil
}

// fault returns an error met while answering, or nil: all but the asker's own say that
// the index cannot be read.
func (v *view) fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var unread *fetchError
	if errors.Is(err, search.ErrBadQuery) || errors.As(err, &unread) {
		return err
	}
	return fmt.Errorf("%w: read the index in %s: %w", search.ErrUnavailable, v.dir, err)
}

// answer fills all of res but its hits, and returns the articles that match.
func (r *run) answer(res *search.Results) (*hits, error) {
	sets, err := r.evalSets()
	if err != nil {
		return nil, err
	}
	found := sets.narrowed(func(index.PlanFilter) bool { return true })
	res.Total = found.count
	for _, c := range r.plan.Clauses {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		n, err := r.count(c.Node)
		var broad *broadError
		if errors.As(err, &broad) {
			res.Notices = append(res.Notices, fmt.Sprintf("%s was not counted by itself: %v", c.Text, broad))
			continue
		}
		if err != nil {
			return nil, err
		}
		res.Query.Clauses = append(res.Query.Clauses, search.Clause{Text: c.Text, Count: n})
	}
	for _, f := range r.plan.Request.Facets {
		if res.Facets == nil {
			res.Facets = map[search.Field]*search.Facet{}
		}
		res.Facets[f.Field], err = r.facet(f, sets.counted(f.Field, found))
		if err != nil {
			return nil, err
		}
	}
	res.Notices = r.tellNarrowed(res.Notices)
	return found, r.histogram(res, found)
}

// sets are the articles that match, each part of the plan looked at once.
type sets struct {
	*run
	match   set
	filters []set // as plan.Filters
}

func (r *run) evalSets() (*sets, error) {
	s := &sets{run: r}
	var err error
	if s.match, err = r.eval(r.plan.Match); err != nil {
		return nil, err
	}
	for _, f := range r.plan.Filters {
		found, err := r.eval(f.Node)
		if err != nil {
			return nil, err
		}
		s.filters = append(s.filters, found)
	}
	return s, nil
}

// counted returns the articles that are counted in the facet on a field, as
// index.Plan.Counted says. Found are those that pass all filters.
func (s *sets) counted(f search.Field, found *hits) *hits {
	for _, filter := range s.plan.Filters {
		if filter.Field == f && !filter.Keep {
			return s.narrowed(func(p index.PlanFilter) bool { return p.Field != f || p.Keep })
		}
	}
	return found
}

// narrowed returns the articles that match and pass the filters in use.
func (s *sets) narrowed(use func(index.PlanFilter) bool) *hits {
	if len(s.filters) == 0 {
		return s.hitsOf(s.match)
	}
	all := s.newSet()
	copy(all, s.match)
	for n, f := range s.plan.Filters {
		if use(f) {
			all.and(s.filters[n])
		}
	}
	return s.hitsOf(all)
}
