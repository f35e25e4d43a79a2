package index

import (
	"math"

	"dateline/corpus"
	"dateline/search"
)

// A Plan is a request made ready for an engine: words analysed, names resolved
// to ids, dates turned into days. Each engine evaluates its nodes; all else
// about a request is done here, once for all engines.
type Plan struct {
	Request search.Request // as asked
	ReadAs  string         // as understood
	Match   Node           // the query, without the request's filters
	Filters []PlanFilter   // at most one for each field
	Clauses []PlanClause   // the parts of the query, where Request.Explain asks for them
	Notices []string
	After   *Key // hits begin behind this one; nil: at the first
}

// A PlanFilter is the filter on a field.
type PlanFilter struct {
	Field search.Field
	Node  Node
	Keep  bool // it holds also where Field itself is counted
}

// A PlanClause is a part of the query that is counted by itself.
type PlanClause struct {
	Text string
	Node Node
}

// Hits returns what an article must satisfy to be a hit.
func (p *Plan) Hits() Node {
	nodes := And{p.Match}
	for _, f := range p.Filters {
		nodes = append(nodes, f.Node)
	}
	return nodes
}

// Counted returns what an article must satisfy to be counted in the facet on
// field: the query, the filters on the other fields, and what is kept of its own.
func (p *Plan) Counted(field search.Field) Node {
	nodes := And{p.Match}
	for _, f := range p.Filters {
		if f.Field != field || f.Keep {
			nodes = append(nodes, f.Node)
		}
	}
	return nodes
}

// A Node selects articles. The types below are all there are.
type Node interface{ node() }

// The nodes. Words, Phrase, Pattern and Near score, unless under a Not.
type (
	All     struct{}
	Nothing struct{}

	// Words is one word: Stem in articles that are stemmed, Word in the others.
	Words struct {
		In   search.TextField
		Stem string
		Word string
	}

	// Phrase is words at these distances from one another. Stem is for articles
	// that are stemmed, Word for the others; either may be empty: no match there.
	// Its weight is the sum of the weights of Parts: its words without those of
	// the stop list, or all where it has no others.
	Phrase struct {
		In    search.TextField
		Stem  []Term
		Word  []Term
		Parts []Words
	}

	// Pattern is any word, unstemmed, that Match reports.
	Pattern struct {
		In   search.TextField
		Kind search.PatternKind
		Text string // with case and diacritics folded
	}

	// Near is Least or more matches, as Matches says, of Items in the title or in
	// the text. Each item is any of the nodes in it: Words, Phrases, Patterns, of the
	// same In, and Mentions. Of one item each place where it stands is a match.
	Near struct {
		In       search.TextField
		Items    [][]Node // 1 to search.MaxItems
		Unit     search.Unit
		Distance int  // of the unit Words
		Ordered  bool // in the order of Items
		Least    int
	}

	// Mentions is where values of Field are mentioned with the confidence Least or
	// above. It is only in a Near.
	Mentions struct {
		Field search.Field
		Least corpus.Level
	}

	// Values is any of the values of Field with these ids, or one within them.
	Values struct {
		Field search.Field // none that holds dates
		IDs   []string
	}

	// Missing is the articles without a value of Field. Of Mentioned: with
	// neither a date of the calendar nor one that could not be anchored.
	Missing struct{ Field search.Field }

	Unanchored struct{}

	// Dates is a date of Field that lies in Span.
	Dates struct {
		Field search.Field
		Span  corpus.Span
	}

	Not struct{ Node Node }
	And []Node // of none: everything
	Or  []Node // of none: nothing
)

// FirstDay and LastDay stand for no limit in Dates.
const (
	FirstDay corpus.Day = math.MinInt32
	LastDay  corpus.Day = math.MaxInt32
)

// A Term is a word of a phrase, with its distance in words from the first.
type Term struct {
	Text string
	At   int
}

func (All) node()        {}
func (Nothing) node()    {}
func (Words) node()      {}
func (Phrase) node()     {}
func (Pattern) node()    {}
func (Near) node()       {}
func (Mentions) node()   {}
func (Values) node()     {}
func (Missing) node()    {}
func (Unanchored) node() {}
func (Dates) node()      {}
func (Not) node()        {}
func (And) node()        {}
func (Or) node()         {}
