package bleve

import (
	"cmp"
	"fmt"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
)

// A nearFound is what is known of a Near: where it stands in the articles that were
// looked at.
type nearFound struct {
	looked *roaring.Bitmap
	occurrences
}

// evalNear finds where n stands in articles, and perhaps in others. Positions are
// read from postings. Only those of patterns in stemmed articles may not be there:
// such articles are fetched.
func (s *shardRun) evalNear(n *index.Near, articles *roaring.Bitmap) (*occurrences, error) {
	key := fmt.Sprintf("%#v", *n)
	f := s.nears[key]
	if f == nil {
		f = &nearFound{looked: roaring.New(), occurrences: occurrences{docs: roaring.New()}}
		s.nears[key] = f
	}
	todo := roaring.AndNot(articles, f.looked)
	if todo.IsEmpty() {
		return &f.occurrences, nil
	}
	found, err := s.findNear(n, todo)
	if err != nil {
		return nil, err
	}
	f.looked.Or(todo)
	for _, o := range found {
		f.docs.Add(o.article)
	}
	f.list = append(f.list, found...)
	slices.SortFunc(f.list, byArticle)
	return &f.occurrences, nil
}

func byArticle(a, b occurrence) int { return cmp.Compare(a.article, b.article) }

// findNear finds where n stands in articles.
func (s *shardRun) findNear(n *index.Near, articles *roaring.Bitmap) (found []occurrence, err error) {
	doubt, err := s.doubt(n)
	if err != nil {
		return nil, err
	}
	if found, err = s.fetchNear(n, roaring.And(articles, doubt)); err != nil {
		return nil, err
	}
	for _, stemmed := range []bool{true, false} {
		among := articles
		if stemmed {
			among = roaring.AndNot(articles, doubt)
		}
		for i, field := range fieldsOf(n.In, stemmed) {
			p := &nearPart{shardRun: s, near: n, field: field, stemmed: stemmed, title: i == 0}
			some, err := p.find(among)
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
	}
	return enough(found, n.Least), nil
}

// enough returns occurrences joined by article, those with fewer than least left
// out.
func enough(found []occurrence, least int) []occurrence {
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
	return slices.DeleteFunc(out, func(o occurrence) bool { return int(o.title+o.text) < least })
}

// fetchNear finds how often n stands in those of articles that are stemmed, by
// fetching each that has all its items.
func (s *shardRun) fetchNear(n *index.Near, articles *roaring.Bitmap) ([]occurrence, error) {
	if articles.IsEmpty() {
		return nil, nil
	}
	candidates, err := s.stemmed()
	if err != nil {
		return nil, err
	}
	candidates = roaring.And(candidates, articles)
	for _, item := range n.Items {
		docs, err := s.withItem(n.In, item)
		if err != nil {
			return nil, err
		}
		candidates.And(docs)
	}
	leaf, err := index.NewLeaf(*n)
	if err != nil {
		return nil, err
	}
	refs, err := s.refs.get()
	if err != nil {
		return nil, err
	}
	var out []occurrence
	for it := candidates.Iterator(); it.HasNext(); {
		a := it.Next()
		d, err := s.fetch(s.ctx, refs[a])
		if err := cmp.Or(err, s.ctx.Err()); err != nil {
			return nil, &fetchError{err}
		}
		if title, text := leaf.CountIn(d); title+text > 0 {
			out = append(out, occurrence{a, uint32(title), uint32(text)})
		}
	}
	return out, nil
}

// A fetchError is of an article that could not be fetched while it was looked for.
type fetchError struct{ error }

func (e *fetchError) Unwrap() error { return e.error }

// withItem finds the articles with an item, in part of them or perhaps elsewhere.
func (s *shardRun) withItem(in search.TextField, item []index.Node) (*roaring.Bitmap, error) {
	var found []*roaring.Bitmap
	for _, n := range item {
		m, ok := n.(index.Mentions)
		if !ok {
			docs, err := s.eval(n)
			if err != nil {
				return nil, err
			}
			found = append(found, docs)
			continue
		}
		for _, field := range fieldsOf(in, true) {
			for l := m.Least; l <= corpus.High; l++ {
				docs, err := s.postings(field, mentionTerm(m.Field, l))
				if err != nil {
					return nil, err
				}
				found = append(found, docs)
			}
		}
	}
	return union(found), nil
}

// stemmed returns the articles that are stemmed.
func (s *shardRun) stemmed() (*roaring.Bitmap, error) {
	k, err := s.fields[string(search.Lang)].get()
	if err != nil {
		return nil, err
	}
	out := s.live.Clone()
	for number, lang := range k.keys {
		if !text.Stemmed(lang) {
			out.AndNot(s.articles(k.with(uint32(number))))
		}
	}
	return out, nil
}

// addNear adds the score of a Near.
func (l *leafScore) addNear(n *index.Near) error {
	found, err := l.evalNear(n, l.hits)
	if err != nil {
		return err
	}
	title, text := found.counts(l.docs)
	if l.idf > 0 {
		return l.addFrequencies(title, text)
	}
	for i := range l.docs {
		if title[i]+text[i] > 0 {
			l.scores[i] += index.PatternScore
		}
	}
	return nil
}

// counts returns how often each of articles, ascending, has the occurrences in title
// and text.
func (o *occurrences) counts(articles []uint32) (title, text []uint32) {
	title, text = make([]uint32, len(articles)), make([]uint32, len(articles))
	i := 0
	for _, o := range o.list {
		for i < len(articles) && articles[i] < o.article {
			i++
		}
		if i < len(articles) && articles[i] == o.article {
			title[i], text[i] = o.title, o.text
		}
	}
	return title, text
}
