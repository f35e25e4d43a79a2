package corpus

import (
	"cmp"
	"slices"
	"strings"
)

// A Kind is a kind of mention.
type Kind string

// The kinds of mention.
const (
	Person   Kind = "person"
	Place    Kind = "place"
	Org      Kind = "org"
	DateKind Kind = "date"
	Duration Kind = "duration"
)

// A Mention is a span of an article's title or text that names a person, a
// place, an organisation, a date or a duration, with the evidence for it.
type Mention struct {
	Kind  Kind   `json:"kind"`
	Type  string `json:"type,omitempty"` // TIMEX3 type of a date or duration: DATE, TIME, DURATION, SET
	Field string `json:"field"`          // "title" or "text"
	Start int    `json:"start"`          // offset of the first byte into Field
	End   int    `json:"end"`            // offset behind the last byte
	ID    string `json:"id,omitempty"`   // of the value: a gazetteer id such as "gn:281124", else its name key
	Text  string `json:"text"`           // the span as written

	// Value is what is meant. Of a person or organisation the fullest form in
	// the article; of a place the path of names from the country down, joined
	// by "/"; of a date or duration its TIMEX3 value.
	Value string `json:"value"`
	Name  string `json:"name,omitempty"` // what is shown: the last part of a place's path

	Lat       *float64  `json:"lat,omitempty"`
	Lon       *float64  `json:"lon,omitempty"`
	GeoNames  int       `json:"geonames,omitempty"`
	Precision Precision `json:"precision,omitempty"` // of a date
	Anchor    Anchor    `json:"anchor,omitempty"`    // of a date
	Range     int       `json:"range,omitempty"`     // the two ends of a range share a number from 1

	Confidence float64 `json:"confidence"` // 0 to 1
	Rule       string  `json:"rule"`       // the rule or model that found it
}

// The evidence of what a newsroom's corrections say.
const (
	CurationRule       = "curation"
	CurationConfidence = 0.95
)

// An Anchor tells how a mentioned date came by its place in the calendar.
type Anchor string

// The states of a date. An unanchored date's value is what is known of it,
// such as "XXXX-WXX-3" for a Wednesday.
const (
	Explicit   Anchor = "explicit"   // the text has it in full
	Resolved   Anchor = "resolved"   // reckoned from the date of publication or another date
	Unanchored Anchor = "unanchored" // neither
)

// A Level is a confidence in three steps.
type Level uint8

// The levels, in ascending order. Confidence below 0.5 is low, from 0.8 high.
const (
	Low Level = iota
	Medium
	High
)

// LevelOf returns the level of a confidence.
func LevelOf(confidence float64) Level {
	switch {
	case confidence >= 0.8:
		return High
	case confidence >= 0.5:
		return Medium
	default:
		return Low
	}
}

// String returns "low", "medium" or "high".
func (l Level) String() string { return [...]string{"low", "medium", "high"}[l] }

// A Value is an article-level value: a person, place or organisation in one
// article, or a date that it mentions, with the confidence of its best mention.
// It is what an index keeps of mentions; no correction rewrites it.
type Value struct {
	Kind  Kind
	Key   string // see Mention.Key
	Level Level
}

// UnanchoredKey is the Key of the value that stands for all dates in an article
// that could not be anchored.
const UnanchoredKey = "unanchored"

// Values returns the article-level values of d, each once, by kind and in the
// order of their first mentions, those in the title before those in the text. Of
// dates only those that name a span of the calendar are values, and one value for
// all that are unanchored.
func (d *Document) Values() []Value {
	mentions := d.Mentions
	if !slices.IsSortedFunc(mentions, compareMentions) {
		mentions = slices.Clone(mentions)
		slices.SortStableFunc(mentions, compareMentions)
	}
	var out []Value
	known := map[Value]int{} // where one of a kind and key is in out
	for i := range mentions {
		m := &mentions[i]
		v := Value{Kind: m.Kind, Key: m.Key()}
		if v.Key == "" {
			continue
		}
		n, ok := known[v]
		if !ok {
			n = len(out)
			known[v] = n
			out = append(out, v)
		}
		out[n].Level = max(out[n].Level, LevelOf(m.Confidence))
	}
	slices.SortStableFunc(out, func(a, b Value) int { return cmp.Compare(a.Kind, b.Kind) })
	return out
}

// compareMentions orders mentions as a reader meets them.
func compareMentions(a, b Mention) int {
	return cmp.Or(cmp.Compare(b.Field, a.Field), cmp.Compare(a.Start, b.Start)) // title, text
}

// InGazetteer tells whether a place was resolved to an entry of the gazetteer.
func (m *Mention) InGazetteer() bool { return m.Kind == Place && strings.Contains(m.ID, ":") }

// Key returns the key of the article-level value that m is a mention of, empty
// for none. Of a person or organisation it is the Value; of a place in the
// gazetteer the ID and, behind a space, the name as written, so that either can be
// corrected; of any other place the Value; of a date the days that it names.
func (m *Mention) Key() string {
	switch m.Kind {
	case Person, Org:
		return m.Value
	case Place:
		if m.InGazetteer() {
			return strings.Join(append([]string{m.ID}, strings.Fields(m.Text)...), " ")
		}
		return m.Value
	case DateKind:
		if m.Anchor == Unanchored {
			return UnanchoredKey
		}
		if day := Date(m.Value).Calendar(); day != "" {
			return string(day)
		}
	}
	return ""
}
