package eval

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"dateline/corpus"
)

// A Measure is one figure. Shares are in percent, to two decimals.
type Measure struct {
	Name      string   `json:"measure"`
	Precision float64  `json:"precision"` // right of those found
	Recall    float64  `json:"recall"`    // right of those marked
	F1        float64  `json:"f1"`        // their harmonic mean
	Figure    float64  `json:"figure"`    // the one of them that counts
	Of        string   `json:"of"`        // its name: OfF1, OfPrecision or OfRecall
	Low       *float64 `json:"low"`       // of the 95 % interval of the figure; nil for one article
	High      *float64 `json:"high"`
	Marked    int      `json:"marked"` // what there was to find
	Found     int      `json:"found"`
}

// The names of measures.
const (
	People     = "person"     // exact span and kind
	Places     = "place"      // so
	Orgs       = "org"        // so
	Names      = "names"      // all three
	Distinct   = "distinct"   // names, each once an article: what facets need
	Resolution = "resolution" // right places of those recognised
	Resolved   = "resolved"   // places recognised and right
	Joining    = "joining"    // B-cubed over marked names of people
	Dates      = "date"       // dates and durations: any overlap
	DateSpans  = "date-span"  // exact span
	DateValues = "date-value" // overlap and the right value
	DayValues  = "day-value"  // so, of dates and times of day alone
)

// What a Measure's Figure may be.
const (
	OfPrecision = "precision"
	OfRecall    = "recall"
	OfF1        = "f1"
)

// A tally is what was counted in one article, or in several.
type tally struct {
	found, marked           float64
	rightFound, rightMarked float64 // B-cubed counts one name differently on both sides
}

func counts(found, marked, right int) tally {
	return tally{float64(found), float64(marked), float64(right), float64(right)}
}

func (t *tally) add(u tally) {
	t.found += u.found
	t.marked += u.marked
	t.rightFound += u.rightFound
	t.rightMarked += u.rightMarked
}

func (t tally) precision() float64 { return percent(t.rightFound, t.found) }
func (t tally) recall() float64    { return percent(t.rightMarked, t.marked) }

func (t tally) f1() float64 {
	p, r := t.precision(), t.recall()
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func (t tally) figure(of string) float64 {
	switch of {
	case OfPrecision:
		return t.precision()
	case OfRecall:
		return t.recall()
	default:
		return t.f1()
	}
}

func percent(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}

// A measure tells how one figure is counted.
type measure struct {
	name    string
	of      string // the figure that counts
	applies func(*Gold) bool
	tally   func(*pair) tally
}

var measures = []measure{
	{People, OfF1, scores(corpus.Person), nameTally(corpus.Person)},
	{Places, OfF1, scores(corpus.Place), nameTally(corpus.Place)},
	{Orgs, OfF1, scores(corpus.Org), nameTally(corpus.Org)},
	{Names, OfF1, severalNames, allNames},
	{Distinct, OfF1, severalNames, distinctNames},
	{Resolution, OfPrecision, hasPoints, resolutionTally},
	{Resolved, OfF1, hasPoints, resolvedTally},
	{Joining, OfF1, hasLinks, joinTally},
	{Dates, OfF1, scores(corpus.DateKind), dateTally(func(dated) bool { return true })},
	{DateSpans, OfF1, scores(corpus.DateKind), dateTally(dated.exact)},
	{DateValues, OfF1, hasValues, dateTally(dated.rightValue)},
	{DayValues, OfF1, hasValues, dayTally},
}

func scores(k corpus.Kind) func(*Gold) bool {
	return func(g *Gold) bool { return slices.Contains(g.Kinds, k) }
}

var nameKinds = []corpus.Kind{corpus.Person, corpus.Place, corpus.Org}

// namesOf returns the kinds of name among those that are scored.
func namesOf(kinds []corpus.Kind) []corpus.Kind {
	return slices.DeleteFunc(slices.Clone(nameKinds), func(k corpus.Kind) bool {
		return !slices.Contains(kinds, k)
	})
}

func severalNames(g *Gold) bool { return len(namesOf(g.Kinds)) > 1 }

// has tells whether a kind is scored and some mark of the articles is as it
// should.
func (g *Gold) has(k corpus.Kind, is func(*Mark) bool) bool {
	return slices.Contains(g.Kinds, k) && slices.ContainsFunc(g.Articles, func(a Article) bool {
		return slices.ContainsFunc(a.Names, func(m Mark) bool { return is(&m) }) ||
			slices.ContainsFunc(a.Times, func(m Mark) bool { return is(&m) })
	})
}

func hasPoints(g *Gold) bool {
	return g.has(corpus.Place, (*Mark).isPlaced)
}

func hasLinks(g *Gold) bool {
	return g.has(corpus.Person, func(m *Mark) bool { return m.Link != "" })
}

func hasValues(g *Gold) bool {
	return g.has(corpus.DateKind, func(m *Mark) bool {
		return m.Kind == corpus.DateKind && m.Value != ""
	})
}

func nameTally(of ...corpus.Kind) func(*pair) tally {
	return func(p *pair) tally { return compare(p.foundSpans(of), p.goldSpans(of)) }
}

func compare[K comparable](found, marked map[K]bool) tally {
	right := 0
	for s := range found {
		if marked[s] {
			right++
		}
	}
	return counts(len(found), len(marked), right)
}

func allNames(p *pair) tally { return nameTally(namesOf(p.kinds)...)(p) }

// distinctNames compares the words of names, case aside.
func distinctNames(p *pair) tally {
	type name struct {
		kind corpus.Kind
		text string
	}
	words := func(spans map[span]bool) map[name]bool {
		out := map[name]bool{}
		for s := range spans {
			out[name{s.kind, strings.ToLower(p.Text[s.start:s.end])}] = true
		}
		return out
	}
	of := namesOf(p.kinds)
	return compare(words(p.foundSpans(of)), words(p.goldSpans(of)))
}

func resolutionTally(p *pair) tally {
	recognised, right := 0, 0
	for _, l := range p.locate() {
		if l.found != nil {
			recognised++
		}
		if l.right() {
			right++
		}
	}
	return counts(recognised, recognised, right)
}

func resolvedTally(p *pair) tally {
	marked := p.locate()
	right := 0
	for _, l := range marked {
		if l.right() {
			right++
		}
	}
	return counts(p.resolved(), len(marked), right)
}

// joinTally is B-cubed: for each name, which share of the names it was joined
// with is right, and which share of those of its person it was joined with.
func joinTally(p *pair) tally {
	names := p.join()
	t := counts(len(names), len(names), 0)
	for _, a := range names {
		same, joined, both := 0.0, 0.0, 0.0
		for _, b := range names {
			one, taken := a.mark.Link == b.mark.Link, a.together(b)
			if one {
				same++
			}
			if taken {
				joined++
			}
			if one && taken {
				both++
			}
		}
		t.rightFound += both / joined
		t.rightMarked += both / same
	}
	return t
}

func dateTally(right func(dated) bool) func(*pair) tally {
	return func(p *pair) tally {
		n := 0
		for _, d := range p.date() {
			if d.found != nil && right(d) {
				n++
			}
		}
		return counts(len(p.times), len(p.Times), n)
	}
}

// dayTally is that of values without durations and sets, which no facet has.
func dayTally(p *pair) tally {
	only := &pair{Article: &Article{}}
	for _, m := range p.Times {
		if m.Type == "DATE" || m.Type == "TIME" {
			only.Times = append(only.Times, m)
		}
	}
	for _, f := range p.times {
		if f.Kind == corpus.DateKind && f.Type != "SET" {
			only.times = append(only.times, f)
		}
	}
	return dateTally(dated.rightValue)(only)
}

// The bootstrap: how often articles are drawn anew, and the seed.
const (
	resamples    = 1000
	seed1, seed2 = 1, 2
)

// interval says how the interval is reckoned.
func interval() string {
	return fmt.Sprintf("percentile bootstrap over articles, %d resamples, PCG seed %d, %d",
		resamples, seed1, seed2)
}

// summarize adds the tallies of all articles up, and reckons the interval.
func summarize(m measure, articles []tally, partial bool) Measure {
	if partial {
		m.of = OfRecall
	}
	sum := func(pick func(i int) int) tally {
		var t tally
		for i := range articles {
			t.add(articles[pick(i)])
		}
		return t
	}
	all := sum(func(i int) int { return i })
	out := Measure{
		Name: m.name, Of: m.of, Figure: round(all.figure(m.of)),
		Precision: round(all.precision()), Recall: round(all.recall()), F1: round(all.f1()),
		Marked: int(all.marked), Found: int(all.found),
	}
	if len(articles) < 2 {
		return out
	}
	random := rand.New(rand.NewPCG(seed1, seed2))
	figures := make([]float64, resamples)
	for i := range figures {
		figures[i] = sum(func(int) int { return random.IntN(len(articles)) }).figure(m.of)
	}
	slices.Sort(figures)
	low, high := round(figures[resamples*25/1000]), round(figures[resamples*975/1000-1])
	out.Low, out.High = &low, &high
	return out
}

func round(f float64) float64 { return math.Round(100*f) / 100 }
