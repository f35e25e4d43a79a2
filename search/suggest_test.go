package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Each way to read the end of what is typed, completed by the person Amal and by
// the word amen.
func TestEndings(t *testing.T) {
	tests := []struct {
		typed string
		want  []string
	}{
		{"", nil},
		{" ( “ - ", nil},
		{"am", []string{"person:Amal", "amen"}},
		{"gaza am", []string{"person:Amal", "gaza person:Amal", "gaza amen"}},
		{"gaza AND am", []string{"gaza AND person:Amal", "gaza AND amen"}},
		{"gaza OR -am", []string{"gaza OR -person:Amal", "gaza OR -amen"}},
		{"gaza NOT am", []string{"gaza NOT person:Amal", "gaza NOT amen"}},
		{"(gaza OR am", []string{"(gaza OR person:Amal", "(gaza OR amen"}},
		{"(gaza) am", []string{"(gaza) person:Amal", "(gaza) amen"}},
		{"gaza am ", []string{"person:Amal", "gaza person:Amal"}}, // the word has ended
		{"a b c d e f g am", []string{
			"a b c person:Amal", "a b c d person:Amal", "a b c d e person:Amal",
			"a b c d e f person:Amal", "a b c d e f g person:Amal", "a b c d e f g amen"}},
		{`"amal h`, []string{"person:Amal", `"amal amen"`}},
		{`gaza “am`, []string{"gaza person:Amal", `gaza “amen"`}},
		{`"two words" am`, []string{`"two words" person:Amal`, `"two words" amen`}},
		{"title:am", []string{"title:amen"}},
		{`title:"two am`, []string{`title:"two amen"`}},
		{"title:(two am", []string{"title:(two amen"}},
		{`title:"two" am`, []string{`title:"two" person:Amal`, `title:"two" amen`}},
		{"near(truce am", []string{"near(truce amen"}},
		{"near((truce OR am", []string{"near((truce OR amen"}},
		{"near(truce war, 5) am", []string{"near(truce war, 5) person:Amal", "near(truce war, 5) amen"}},
		{"ATLEAST3(am", []string{"ATLEAST3(amen"}},
		{"truce w/s am", []string{"truce w/s amen"}},
		{"truce w/s war am", []string{"truce w/s person:Amal", "truce w/s war person:Amal", "truce w/s war amen"}},
		{"person:am", []string{"person:Amal"}},
		{"gaza -Person:am", []string{"gaza -person:Amal"}},
		{`person:"am h`, []string{"person:Amal"}},
		{"person:", nil},
		{"person:ham am", []string{"person:ham person:Amal", "person:ham amen"}},
		{`person:"ham" am`, []string{`person:"ham" person:Amal`, `person:"ham" amen`}},
		{"date:20", nil},
		{"source:ha", nil},
		{"am*", nil},
		{"am~", nil},
		{"@per", nil},
		{"/am", nil},
		{"war: am", []string{"person:Amal", "war: person:Amal", "war: amen"}},
		{`\am`, []string{"person:Amal", "amen"}},
		{"am\xff", []string{"person:Amal"}},
		{strings.Repeat("a", MaxQuery+1), nil},
	}
	for _, test := range tests {
		var got []string
		for _, e := range Endings(test.typed) {
			if e.Value {
				got = append(got, e.WithValue(Person, "Amal"))
			}
			if e.Word {
				got = append(got, e.WithWord(0, "amen"))
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%.40s:\n got %q\nwant %q", test.typed, got, test.want)
		}
	}
}

// What is suggested can be read: all but the brackets that are open.
func FuzzEndings(f *testing.F) {
	for _, s := range []string{`gaza "am`, "title:(x am", `person:"a b`, "near(a b, 5) c", `צה"ל x`, `a\"b`, "-(a -b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, err := Parse(s)
		for _, e := range Endings(s) {
			if err != nil {
				continue // of what could not be read before the rest may be at fault
			}
			var queries []string
			if e.Value {
				queries = append(queries, e.WithValue(Org, "A B"))
			}
			if e.Word {
				queries = append(queries, e.WithWord(0, "amen"))
			}
			for _, query := range queries {
				if _, err := Parse(query); err != nil && len(query) < MaxQuery/4 {
					t.Errorf("%q becomes %q: %v", s, query, err)
				}
			}
		}
	})
}

func TestSuggestRequestCheck(t *testing.T) {
	for _, req := range []SuggestRequest{
		{"a", -1}, {"a", MaxSuggestions + 1}, {strings.Repeat("a", MaxQuery+1), 1},
	} {
		if err := req.Check(); !errors.Is(err, ErrBadQuery) {
			t.Errorf("%.20s, %d: %v", req.Text, req.Limit, err)
		}
	}
	if err := (SuggestRequest{"", 0}).Check(); err != nil {
		t.Error(err)
	}
}

func TestSuggestionJSON(t *testing.T) {
	got, err := json.Marshal(Suggestions{
		Prefix: "un", Generation: "g",
		Values: []Suggestion{{Org, FacetValue{ID: "unrwa", Value: "UNRWA", Name: "UNRWA", Count: 3}, "org:UNRWA"}},
		Words:  []WordSuggestion{{WordCount{"under", 2}, "under"}},
	})
	want := `{"prefix":"un","generation":"g",` +
		`"values":[{"field":"org","id":"unrwa","value":"UNRWA","name":"UNRWA","count":3,"query":"org:UNRWA"}],` +
		`"words":[{"word":"under","count":2,"query":"under"}]}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestLeaves(t *testing.T) {
	tests := []struct{ query, want string }{
		{"", ""},
		{"gaza truce", "gaza truce"},
		{"-gaza (a OR title:b)", "gaza a b"},
		{`"the truce" title:“x y”`, "the truce x y"},
		{`person:"Amal Haddad" place:Gaza`, `"Amal Haddad" Gaza`},
		{`gaz* x~ /y/ @place date:2024 person:none`, ""},
		{`near(strike (shell* OR raid), 5) a w/s "b c"`, "strike raid a b c"},
		{`"gaza truce"~5 atleast3(war)`, "gaza truce war"},
		{`al-shifa's x:`, "al-shifa's x:"},
		{"(", ""},
	}
	for _, test := range tests {
		var got []string
		for _, l := range Leaves(test.query) {
			got = append(got, test.query[l.Start:l.End])
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %q, want %q", test.query, got, test.want)
		}
	}
	for i, want := range []string{"search.Has", "search.Phrase", "search.Word"} {
		if got := fmt.Sprintf("%T", Leaves(`person:x "y" z`)[i].Expr); got != want {
			t.Errorf("leaf %d is a %s", i, got)
		}
	}
}
