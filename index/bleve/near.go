package bleve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/search"
)

// A nearFound is what is known of a Near: where it stands in the articles that were
// looked at.
type nearFound struct {
	looked  set
	list    []nearCount // by article, ascending
	fetched int         // articles
}

// A nearCount is how often a Near stands in the title and the text of an article.
type nearCount struct{ article, title, text uint32 }

func byArticle(a, b nearCount) int { return cmp.Compare(a.article, b.article) }

// findNear finds the articles in which n stands, and how often.
func (s *shardRun) findNear(n *index.Near) (*part, error) { return s.nearAmong(n, s.live) }

// nearAmong finds where n stands in articles, and perhaps in others.
func (s *shardRun) nearAmong(n *index.Near, articles set) (*part, error) {
	found, err := s.evalNear(n, articles)
	if err != nil {
		return nil, err
	}
	all := make([]occurrence, len(found))
	for i, c := range found {
		all[i] = occurrence{c.article, index.Occurrences(int(c.title), int(c.text))}
	}
	return s.partOf(all), nil
}

// keepNear keeps the articles of docs in which n stands.
func (s *shardRun) keepNear(n *index.Near, docs set) error {
	list, err := s.evalNear(n, docs)
	if err != nil {
		return err
	}
	found := s.newSet()
	for _, c := range list {
		found.add(c.article)
	}
	docs.and(found)
	return nil
}

// evalNear finds where n stands in articles, and perhaps in others. Positions are
// read from postings. Only those of patterns in stemmed articles may not be there:
// such articles are fetched.
func (s *shardRun) evalNear(n *index.Near, articles set) ([]nearCount, error) {
	key, _ := keyOf(*n, s.level)
	f := s.nears[key]
	if f == nil {
		f = &nearFound{looked: s.newSet()}
		if s.nears == nil {
			s.nears = map[leafKey]*nearFound{}
		}
		s.nears[key] = f
	}
	todo := s.newSet()
	copy(todo, articles)
	todo.andNot(f.looked)
	if todo.empty() {
		return f.list, nil
	}
	found, err := s.lookNear(n, todo, f)
	if err != nil {
		return nil, err
	}
	f.looked.or(todo)
	f.list = append(f.list, found...)
	slices.SortFunc(f.list, byArticle)
	return f.list, nil
}

// lookNear finds where n, of which f is known, stands in articles.
func (s *shardRun) lookNear(n *index.Near, articles set, f *nearFound) (found []nearCount, err error) {
	stemmed := s.newSet()
	copy(stemmed, articles)
	if err := s.keepStemmed(stemmed); err != nil {
		return nil, err
	}
	stopped, err := s.stopped(n)
	if err != nil {
		return nil, err
	}
	stopped.and(stemmed)
	if found, err = s.fetchNear(n, stopped, f); err != nil {
		return nil, err
	}
	doubt, err := s.doubt(n)
	if err != nil {
		return nil, err
	}
	doubt.and(stemmed)
	some, err := s.readNear(n, articles, stopped)
	if err != nil {
		return nil, err
	}
	unsure := s.newSet()
	for _, c := range some {
		if doubt.has(c.article) {
			unsure.add(c.article)
		} else {
			found = append(found, c)
		}
	}
	if some, err = s.fetchNear(n, unsure, f); err != nil {
		return nil, err
	}
	return enough(append(found, some...), n.Least), nil
}

// readNear finds by positions where n stands in articles, in those that are stemmed
// where its stems do, which stopped are left out of.
func (s *shardRun) readNear(n *index.Near, articles, stopped set) (found []nearCount, err error) {
	for _, stemmed := range []bool{true, false} {
		for i, field := range fieldsOf(n.In, stemmed) {
			among := s.newSet()
			copy(among, articles)
			if stemmed {
				among.andNot(stopped)
			}
			p := &nearPart{shardRun: s, near: n, field: field, stemmed: stemmed, title: i == 0}
			some, err := p.find(among)
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
	}
	return found, nil
}

// enough returns counts joined by article, those with fewer than least left
// out.
func enough(found []nearCount, least int) []nearCount {
	slices.SortFunc(found, byArticle)
	out := found[:0]
	for _, o := range found {
		if last := len(out) - 1; last >= 0 && out[last].article == o.article {
			out[last].title += o.title
			out[last].text += o.text
		} else {
			out = append(out, o)
		}
	}
	return slices.DeleteFunc(out, func(o nearCount) bool { return int(o.title+o.text) < least })
}

// fetchNear finds how often n stands in those of articles, which are stemmed, that have
// all its items, by fetching them.
func (s *shardRun) fetchNear(n *index.Near, articles set, f *nearFound) ([]nearCount, error) {
	if articles.empty() {
		return nil, nil
	}
	candidates := s.newSet()
	copy(candidates, articles)
	for _, item := range n.Items {
		docs, err := s.withItem(n.In, item)
		if err != nil {
			return nil, err
		}
		candidates.and(docs)
	}
	docs := make([]uint32, candidates.count())
	candidates.fill(docs)
	f.fetched += len(docs)
	if s.fetched() > maxFetched {
		return nil, &broadError{n}
	}
	leaf, err := index.NewLeaf(*n)
	if err != nil {
		return nil, err
	}
	refs, err := s.refs.get()
	if err != nil {
		return nil, err
	}
	var out []nearCount
	for _, a := range docs {
		d, err := s.fetch(s.ctx, refs[a])
		if err := cmp.Or(err, s.ctx.Err()); err != nil {
			return nil, &fetchError{err}
		}
		if title, text := leaf.CountIn(d); title+text > 0 {
			out = append(out, nearCount{a, uint32(title), uint32(text)})
		}
	}
	return out, nil
}

// maxFetched is how many articles a request may have fetched to look at their words,
// which takes about a second.
const maxFetched = 5000

// fetched returns how many articles were fetched, or are about to be.
func (r *run) fetched() (sum int) {
	for _, s := range r.shards {
		for _, f := range s.nears {
			sum += f.fetched
		}
	}
	return sum
}

// A broadError is of a Near that more than maxFetched articles are to be fetched for.
// It wraps search.ErrBadQuery.
type broadError struct{ near *index.Near }

func (e *broadError) Error() string {
	var names []string
	for _, p := range patterns(e.near) {
		names = append(names, search.Pattern{Kind: p.Kind, Text: p.Text}.String())
	}
	return fmt.Sprintf("%v: to find where %s stands near other words, more than %d articles would have to be read; "+
		"write more of the word, or add words that fewer articles have",
		search.ErrBadQuery, strings.Join(names, " or "), maxFetched)
}

func (e *broadError) Unwrap() error { return search.ErrBadQuery }

// A fetchError is of an article that could not be fetched while it was looked for.
type fetchError struct{ error }

func (e *fetchError) Unwrap() error { return e.error }

// withItem finds the articles with an item, in part of them or perhaps elsewhere.
func (s *shardRun) withItem(in search.TextField, item []index.Node) (set, error) {
	found := s.newSet()
	for _, n := range item {
		m, ok := n.(index.Mentions)
		if !ok {
			docs, err := s.eval(n)
			if err != nil {
				return nil, err
			}
			found.or(docs)
			continue
		}
		for _, field := range fieldsOf(in, true) {
			for l := m.Least; l <= corpus.High; l++ {
				if err := s.addWith(found, field, mentionTerm(m.Field, l)); err != nil {
					return nil, err
				}
			}
		}
	}
	return found, nil
}

// keepStemmed keeps the articles that are stemmed.
func (s *shardRun) keepStemmed(articles set) error {
	if articles.empty() {
		return nil
	}
	k, err := s.fields[string(search.Lang)].get()
	if err != nil {
		return err
	}
	for number, lang := range k.keys {
		if !text.Stemmed(lang) {
			others := s.newSet()
			s.addItems(others, k.with(uint32(number)))
			articles.andNot(others)
		}
	}
	return nil
}
