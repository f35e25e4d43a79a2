package index

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/index/text"
	"dateline/index/values"
	"dateline/search"
)

// A Dictionary is what suggestions and corrections are made from: what articles
// have, and how many of them.
type Dictionary interface {
	// Count returns how many articles n selects.
	Count(n Node) (int, error)

	// Values returns how many articles have each value of a person, place or
	// organisation, by its number, with the confidence that is asked for.
	Values(f search.Field) (func(values.Ord) int, error)

	// Beginning returns the words that begin with prefix which most articles have,
	// at most n, in the order of FirstWords. Words are as in Record.Folded.
	Beginning(prefix string, n int) ([]search.WordCount, error)

	// Near returns words that begin with prefix, each once and in any order, among
	// which are all that are within so many edits of a word, 1 or 2.
	Near(word string, edits int, prefix string) ([]search.WordCount, error)

	// NearBeginnings returns words that begin with prefix, each once and in any order,
	// among which are all that begin with what is within so many edits of a word.
	NearBeginnings(word string, edits int, prefix string) ([]search.WordCount, error)
}

// Suggest answers a request by a table of values and what articles have. Errors
// wrap search.ErrBadQuery, or are those of d.
func Suggest(req search.SuggestRequest, t *values.Table, d Dictionary) (*search.Suggestions, error) {
	if err := req.Check(); err != nil {
		return nil, err
	}
	s := &suggester{table: t, dictionary: d, limit: req.Limit}
	s.Suggestions = search.Suggestions{
		Prefix: req.Text, Values: []search.Suggestion{}, Words: []search.WordSuggestion{},
	}
	endings := search.Endings(req.Text)
	for _, e := range endings {
		if e.Value && len(s.Values) == 0 {
			if err := s.values(e, e.Text); err != nil {
				return nil, err
			}
		}
		if e.Word {
			if err := s.words(e); err != nil {
				return nil, err
			}
		}
	}
	if len(s.Values) == 0 && req.Limit > 0 {
		if err := s.mistyped(endings); err != nil {
			return nil, err
		}
	}
	return &s.Suggestions, nil
}

// A suggester gathers suggestions.
type suggester struct {
	search.Suggestions
	table      *values.Table
	dictionary Dictionary
	limit      int
}

// A suggested is a value on its way to the suggestions.
type suggested struct {
	field  search.Field
	ord    values.Ord
	count  int
	weight int // twice the count where what was typed begins the whole name
}

// values adds the values that complete e, read as one of texts.
func (s *suggester) values(e search.Ending, texts ...string) error {
	best := NewTop(s.limit, s.compare)
	for _, f := range suggestedFields {
		if e.Field != "" && e.Field != f {
			continue
		}
		count, err := s.dictionary.Values(f)
		if err != nil {
			return err
		}
		var found []values.Beginning
		for _, text := range texts {
			found = values.Together(found, s.table.Beginnings(f, text))
		}
		for _, b := range found {
			n := count(b.Ord)
			weight := n
			if b.Whole {
				weight *= 2
			}
			if n > 0 {
				best.Add(suggested{f, b.Ord, n, weight})
			}
		}
	}
	for _, v := range best.Sorted() {
		s.Values = append(s.Values, s.suggestion(e, v))
	}
	return nil
}

// leastTyped is how many letters of a word tell that it is mistyped.
const leastTyped = 4

// mistyped adds the values that complete the first of endings, whose last word begins
// as it was typed but for one edit, and not in its first letter.
func (s *suggester) mistyped(endings []search.Ending) error {
	endings = slices.DeleteFunc(endings, func(e search.Ending) bool { return !e.Value })
	var nears []string
	for _, e := range endings {
		tokens := text.Analyze(e.Text, false)
		if len(tokens) == 0 {
			return nil
		}
		last := tokens[len(tokens)-1]
		if strings.TrimSpace(e.Text[last.End:]) != "" {
			return nil
		}
		if nears == nil {
			var err error
			if nears, err = s.near(last.Text); len(nears) == 0 || err != nil {
				return err
			}
		}
		texts := make([]string, len(nears))
		for i, near := range nears {
			texts[i] = e.Text[:last.Start] + near
		}
		if err := s.values(e, texts...); len(s.Values) > 0 || err != nil {
			return err
		}
	}
	return nil
}

// near returns what words of articles begin with that is one edit from a word, the few
// that most have.
func (s *suggester) near(word string) ([]string, error) {
	letters := utf8.RuneCountInString(word)
	if letters < leastTyped {
		return nil, nil
	}
	found, err := s.dictionary.NearBeginnings(word, 1, string(firstLetter(word)))
	edits, counts := edits(word, 1), map[string]int{}
	for _, w := range found {
		r := []rune(w.Word)
		for n := min(letters+1, len(r)); n >= letters-1; n-- {
			if near := string(r[:n]); edits(near) <= 1 {
				counts[near] += w.Count
				break
			}
		}
	}
	best := NewTop(maxWays, compareWords)
	for near, n := range counts {
		best.Add(search.WordCount{Word: near, Count: n})
	}
	var out []string
	for _, w := range best.Sorted() {
		out = append(out, w.Word)
	}
	return out, err
}

// suggestedFields are those whose values are suggested.
var suggestedFields = []search.Field{search.Person, search.Place, search.Org}

func (s *suggester) compare(a, b suggested) int {
	switch {
	case a.weight != b.weight:
		return cmp.Compare(b.weight, a.weight)
	case a.count != b.count:
		return cmp.Compare(a.count, b.count) // the one that it begins
	case a.field != b.field:
		return cmp.Compare(slices.Index(suggestedFields, a.field), slices.Index(suggestedFields, b.field))
	default:
		return s.table.Compare(a.field, a.ord, b.ord)
	}
}

// suggestion returns a value as it is suggested.
func (s *suggester) suggestion(e search.Ending, of suggested) search.Suggestion {
	v := s.table.Value(of.field, of.ord)
	return search.Suggestion{
		Field: of.field,
		FacetValue: search.FacetValue{
			ID: v.ID, Value: v.Path, Name: v.Name, Count: of.count, Parent: v.Parent,
		},
		Query: e.WithValue(of.field, s.table.Call(of.field, of.ord)),
	}
}

// words adds the words that the last word of e may become.
func (s *suggester) words(e search.Ending) error {
	tokens := text.Analyze(e.Text, false)
	if len(tokens) == 0 {
		return nil
	}
	last := tokens[len(tokens)-1]
	if last.End < len(e.Text) {
		return nil
	}
	found, err := s.dictionary.Beginning(last.Text, s.limit)
	for _, w := range found {
		s.Words = append(s.Words, search.WordSuggestion{WordCount: w, Query: e.WithWord(last.Start, w.Word)})
	}
	return err
}

// FirstWords returns the words that most articles have, at most n, the highest
// count first, then by word. Those of the stop list are not among them: there is no
// search for them.
func FirstWords(words []search.WordCount, n int) []search.WordCount {
	best := NewTop(n, compareWords)
	for _, w := range words {
		if best.Takes(w) && !isStopWord(w.Word) {
			best.Add(w)
		}
	}
	return best.Sorted()
}

// compareWords puts the most frequent first.
func compareWords(a, b search.WordCount) int {
	if a.Count != b.Count {
		return cmp.Compare(b.Count, a.Count)
	}
	return strings.Compare(a.Word, b.Word)
}

func isStopWord(word string) bool { return len(text.Stem([]text.Token{{Text: word}})) == 0 }
