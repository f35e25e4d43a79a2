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

// A nearFound is what is known of a Near in a shard: where it stands in the articles
// that were looked at.
type nearFound struct {
	looked  set
	list    []nearCount // by article, ascending
	fetched int         // articles, to look at their words
}

// A nearCount is how often a Near stands in the title and the text of an article.
type nearCount struct{ article, title, text uint32 }

func byArticle(a, b nearCount) int { return cmp.Compare(a.article, b.article) }

// findNear finds the articles in which n stands, and how often.
func (s *shardRun) findNear(n *index.Near) (*part, error) { return s.nearAmong(n, s.view.live) }

// nearAmong finds where n stands in articles of the view, and perhaps in others.
func (s *shardRun) nearAmong(n *index.Near, articles set) (*part, error) {
	if err := s.evalNear(n, articles); err != nil {
		return nil, err
	}
	found := s.nearFound(n).list
	all := make([]occurrence, len(found))
	for i, c := range found {
		all[i] = occurrence{c.article, index.Occurrences(int(c.title), int(c.text))}
	}
	return s.partOf(all), nil
}

// keepNear keeps the articles of docs, of the view, in which n stands.
func (r *run) keepNear(n *index.Near, docs set) error {
	if err := r.evalNear(n, docs); err != nil {
		return err
	}
	for _, s := range r.shards {
		found := s.newSet()
		for _, c := range s.nearFound(n).list {
			found.add(c.article)
		}
		s.of(docs).and(found)
	}
	return nil
}

// nearFound returns what is known of n.
func (s *shardRun) nearFound(n *index.Near) *nearFound {
	key, _ := keyOf(*n, s.level)
	f := s.nears[key]
	if f == nil {
		f = &nearFound{looked: s.newSet()}
		if s.nears == nil {
			s.nears = map[leafKey]*nearFound{}
		}
		s.nears[key] = f
	}
	return f
}

// evalNear finds where n stands in articles of the view, and perhaps in others.
// Positions are read from postings. Only those of patterns in stemmed articles may not
// be there: such articles are fetched, when it is known how many they are.
func (r *run) evalNear(n *index.Near, articles set) error {
	var looks []*nearLook
	for _, s := range r.shards {
		l := &nearLook{shardRun: s, near: n, nearFound: s.nearFound(n), articles: s.newSet()}
		copy(l.articles, s.of(articles))
		if l.articles.andNot(l.looked); !l.articles.empty() {
			looks = append(looks, l)
		}
	}
	for _, look := range []func(*nearLook) error{
		(*nearLook).begin, (*nearLook).read, (*nearLook).fetchAll,
	} {
		toFetch := 0
		for _, l := range looks {
			l.room = maxFetched - r.fetched() - toFetch
			if err := look(l); err != nil {
				return err
			}
			toFetch += l.toFetch.count()
		}
		if toFetch > 0 && r.fetched()+toFetch > maxFetched {
			return &broadError{n}
		}
	}
	for _, l := range looks {
		l.fetched += l.toFetch.count()
		l.looked.or(l.articles)
		l.list = append(l.list, enough(l.found, n.Least)...)
		slices.SortFunc(l.list, byArticle)
	}
	return nil
}

// A nearLook is a look for a Near in articles of a shard.
type nearLook struct {
	*shardRun
	*nearFound
	near     *index.Near
	articles set
	stemmed  set // articles that are
	stopped  set // stemmed articles whose positions are not to be read
	toFetch  set // articles, they have all items
	room     int // for so many of them
	found    []nearCount
}

// begin finds the articles that must be fetched.
func (l *nearLook) begin() (err error) {
	l.stemmed = l.newSet()
	copy(l.stemmed, l.articles)
	if err := l.keepStemmed(l.stemmed); err != nil {
		return err
	}
	if l.stopped, err = l.shardRun.stopped(l.near); err != nil {
		return err
	}
	l.stopped.and(l.stemmed)
	l.toFetch = l.newSet()
	copy(l.toFetch, l.stopped)
	return l.keepWithItems(l.toFetch)
}

// keepWithItems keeps the articles that have all items of the Near, or may have them.
func (l *nearLook) keepWithItems(articles set) error {
	for _, item := range l.near.Items {
		if articles.empty() {
			return nil
		}
		docs, err := l.withItem(l.near.In, item)
		if err != nil {
			return err
		}
		articles.and(docs)
	}
	return nil
}

// read finds by positions where the Near stands, and the articles that must be
// fetched because that is in doubt.
func (l *nearLook) read() error {
	doubt, err := l.doubt(l.near)
	if err != nil {
		return err
	}
	doubt.and(l.stemmed)
	others := l.newSet()
	copy(others, doubt)
	if err := l.keepWithItems(doubt); err != nil {
		return err
	}
	others.andNot(doubt)
	l.stopped.or(others) // they have no such words
	for _, stemmed := range []bool{true, false} {
		for i, field := range fieldsOf(l.near.In, stemmed) {
			p := &nearPart{
				shardRun: l.shardRun, near: l.near, field: field, stemmed: stemmed, title: i == 0,
				doubt: doubt, room: l.room - l.toFetch.count(),
			}
			if err := l.readPart(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// readPart reads a part, of stemmed articles where their stems are, without those that
// are stopped or to be fetched.
func (l *nearLook) readPart(p *nearPart) error {
	among := l.newSet()
	copy(among, l.articles)
	among.andNot(l.toFetch)
	if p.stemmed {
		among.andNot(l.stopped)
	}
	found, err := p.find(among)
	if err != nil {
		return err
	}
	for _, c := range found {
		if p.doubt.has(c.article) {
			l.toFetch.add(c.article)
		} else {
			l.found = append(l.found, c)
		}
	}
	return nil
}

// fetchAll finds how often the Near stands in the articles that must be fetched.
func (l *nearLook) fetchAll() error {
	if l.toFetch.empty() {
		return nil
	}
	leaf, err := index.NewLeaf(*l.near)
	if err != nil {
		return err
	}
	refs, err := l.refs.get()
	if err != nil {
		return err
	}
	for _, a := range l.shardRun.list(l.toFetch) {
		d, err := l.fetch(l.ctx, refs[a])
		if err := cmp.Or(err, l.ctx.Err()); err != nil {
			return &fetchError{err}
		}
		title, text, err := leaf.CountIn(l.ctx, d)
		if err != nil {
			return err
		}
		if title+text > 0 {
			l.found = append(l.found, nearCount{a, uint32(title), uint32(text)})
		}
	}
	return nil
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

// maxFetched is how many articles a request may have fetched to look at their words,
// which takes about a second.
const maxFetched = 5000

// fetched returns how many articles were fetched.
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
