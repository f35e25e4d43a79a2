package values

import (
	"strings"
	"testing"
	"unicode"

	"dateline/search"
)

func TestNameKey(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"Benjamin Netanyahu", "benjamin-netanyahu"},
		{"  benjamin\tNETANYAHU ", "benjamin-netanyahu"},
		{"Prime Minister Benjamin Netanyahu", "benjamin-netanyahu"},
		{"Former Deputy Prime Minister Leila Rahimi", "leila-rahimi"},
		{"Dr. Leila Rahimi", "leila-rahimi"},
		{"Lt. Gen. Omar Haddad", "omar-haddad"},
		{"Vice-President Kamala Harris", "kamala-harris"},
		{"Secretary of State Anna Berg", "anna-berg"},
		{"Commodore Omar Haddad", "omar-haddad"},
		{"Madame Leila Rahimi", "leila-rahimi"},
		{"Speaker Leila Rahimi", "leila-rahimi"},
		{"Empress Ada Marsh", "ada-marsh"},
		{"Crown Prince Jan Marsh", "jan-marsh"},
		{"Crown Prince Jan", "crown-prince-jan"},
		{"Crown Jan Marsh", "crown-jan-marsh"},
		{"Shah Omar Haddad", "shah-omar-haddad"},
		{"President", "president"},
		{"Mr President", "president"},
		{"President of the Republic", "president-of-the-republic"},
		{"Pope Francis", "pope-francis"},
		{"Pope John Paul II", "john-paul-ii"},
		{"Martin Luther King Jr.", "martin-luther-king-jr"},
		{"Martin Luther King, Jr", "martin-luther-king-jr"},
		{"Recep Tayyip Erdoğan", "recep-tayyip-erdogan"},
		{"Şırnak", "sirnak"},
		{"Łukasz Żółć", "lukasz-zolc"},
		{"O’Brien", "obrien"},
		{"O'Brien", "obrien"},
		{"Sanaʿa", "sanaa"},
		{"Jean‑Luc Picard", "jean-luc-picard"}, // non-breaking hyphen
		{"J.K. Rowling", "jk-rowling"},
		{"J. K. Rowling", "jk-rowling"},
		{"JK Rowling", "jk-rowling"},
		{"George W. Bush", "george-w-bush"},
		{"U.S.", "us"},
		{"US", "us"},
		{"“Abu Omar”", "abu-omar"},
		{"Johnson & Johnson", "johnson-and-johnson"},
		{"St. John", "saint-john"},
		{"Mr. St John", "saint-john"},
		{"ZÜRICH", "zurich"},
		{"Владимир Путин", "владимир-путин"},
		{"محمود عباس", "محمود-عباس"},
		{"習近平", "習近平"},
		{"Brigade 101", "brigade-101"},
		{"a:b", "ab"},
		{"gn:281102", "gn-281102"},
		{"", ""},
		{"…", ""},
		{"'", ""},
		{"\xff", ""},
	} {
		if got := NameKey(c.name); got != c.want {
			t.Errorf("NameKey(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestKeyByField(t *testing.T) {
	for _, c := range []struct {
		field      search.Field
		name, want string
	}{
		{search.Org, "General Motors", "general-motors"},
		{search.Org, "The United Nations", "united-nations"},
		{search.Org, "the U.N.", "un"},
		{search.Org, "The The", "the"},
		{search.Place, "Prince Edward Island", "prince-edward-island"},
		{search.Place, "The Hague", "hague"},
		{search.Place, "Al-Shati", "al-shati"},
		{search.Place, "Al Shati", "al-shati"},
		{search.Person, "General Omar Haddad", "omar-haddad"},
	} {
		if got := Key(c.field, c.name); got != c.want {
			t.Errorf("Key(%s, %q) = %q, want %q", c.field, c.name, got, c.want)
		}
	}
}

func FuzzNameKey(f *testing.F) {
	for _, s := range []string{
		"Prime Minister Benjamin Netanyahu", "St. St. John", "the the", "J. K. ŉ", "a b c de f g",
		"ﬁ ½ ǅ İ", "＆ ＇", "s. t. john", "Mr King of", "pope pope pope", "dr jr", "\u0301a \u0301", "\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, field := range []search.Field{search.Person, search.Org} {
			key := Key(field, name)
			if again := Key(field, key); again != key {
				t.Errorf("the key of %q is %q, and the key of that is %q", name, key, again)
			}
			if strings.Trim(key, "-") != key || strings.Contains(key, "--") {
				t.Errorf("the key of %q is %q", name, key)
			}
			for _, r := range key {
				if r != '-' && !unicode.In(r, unicode.L, unicode.M, unicode.N) {
					t.Errorf("the key of %q has %q in it", name, r)
				}
			}
		}
	})
}
