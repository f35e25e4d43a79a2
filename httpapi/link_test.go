package httpapi

import (
	"reflect"
	"testing"
)

func TestState(t *testing.T) {
	at := state{"q": {"a b"}, "person": {"x", "y"}, "person!": {"z"}, "match.person": {"all"},
		"min-confidence": {"high"}, "offset": {"20"}, "sort": {"newest"}}
	for _, test := range []struct {
		name string
		got  state
		want string
	}{
		{"unchanged", at, "/search?match.person=all&min-confidence=high&offset=20&person=x&person=y" +
			"&person%21=z&q=a+b&sort=newest"},
		{"another value", state{"q": {"a"}, "offset": {"20"}, "cursor": {"c"}}.add("person", "x y"),
			"/search?person=x+y&q=a"},
		{"a value twice", state{"person": {"x"}}.add("person", "x"), "/search?person=x"},
		{"without a value", state{"person": {"x", "y", "x"}}.drop("person", "x"), "/search?person=y"},
		{"without the last", state{"person": {"x"}}.drop("person", "x"), "/"},
		{"replaced", state{"sort": {"newest"}}.with("sort", "oldest"), "/search?sort=oldest"},
		{"replaced by nothing", state{"sort": {"newest"}, "q": {"a"}}.with("sort", ""), "/search?q=a"},
		{"without filters", at.unfiltered(), "/search?q=a+b&sort=newest"},
		{"at an offset", at.without("person", "person!", "match.person", "min-confidence", "sort"), "/search?q=a+b"},
	} {
		if got := test.got.String(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	if len(at) != 7 || len(at["person"]) != 2 {
		t.Errorf("the state itself was changed: %v", at)
	}
}

func TestInputs(t *testing.T) {
	at := state{"q": {"a"}, "person": {"x", "y"}, "offset": {"20"}, "cursor": {"c"}}
	want := []input{{"person", "x"}, {"person", "y"}}
	if got := at.inputs("q"); !reflect.DeepEqual(got, want) {
		t.Errorf("inputs %v, want %v", got, want)
	}
}
