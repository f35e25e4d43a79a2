package search

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
)

func word(s string) Expr   { return Word{Text: s} }
func phrase(s string) Expr { return Phrase{Text: s} }
func prefixOf(s string) Expr {
	return Pattern{Kind: Prefix, Text: s}
}
func wildcard(s string) Expr { return Pattern{Kind: Wildcard, Text: s} }
func fuzzy(s string) Expr    { return Pattern{Kind: Fuzzy, Text: s} }
func matches(s string) Expr  { return Pattern{Kind: Regexp, Text: s} }
func dated(f Field, from, to corpus.Date) Expr {
	return Within{f, from, to}
}

func near(distance int, items ...Expr) Expr { return Near{Items: items, Distance: distance} }
func in(u Unit, items ...Expr) Expr         { return Near{Items: items, Unit: u} }
func inOrder(distance int, items ...Expr) Expr {
	return Near{Items: items, Distance: distance, Ordered: true}
}

var a, b, c, d = word("a"), word("b"), word("c"), word("d")

// Each query with its tree and with how the tree is written; empty: as it was.
var queries = []struct {
	in      string
	want    Expr
	written string
}{
	{"", All{}, "*"},
	{" \t\n\u00a0", All{}, "*"},
	{"*", All{}, ""},
	{"-*", Not{All{}}, ""},

	// words
	{"rafah", word("rafah"), ""},
	{"Rafah,", word("Rafah,"), ""},
	{"cease-fire", word("cease-fire"), ""},
	{"al-Shifa word- 3.5", And{word("al-Shifa"), word("word-"), word("3.5")}, ""},
	{"O’Brien Sana'a", And{word("O’Brien"), word("Sana'a")}, ""},
	{"غزة רפיח 北京 Şırnak", And{word("غزة"), word("רפיח"), word("北京"), word("Şırnak")}, ""},
	{`צה"ל`, word(`צה"ל`), ""},
	{`"צה"ל בעזה"`, phrase(`צה"ל בעזה`), ""},
	{"צה”ל", word("צה”ל"), ""},
	{"12:30 http://example.org/a:b AT&T #Gaza @unrwa 50% km/h", And{
		word("12:30"), word("http://example.org/a:b"), word("AT&T"), word("#Gaza"), word("@unrwa"),
		word("50%"), word("km/h")}, ""},
	{"Breaking: Rafah", And{word("Breaking:"), word("Rafah")}, ""},
	{"don't:x", word("don't:x"), ""},
	{"or and not", And{word("or"), word("and"), word("not")}, ""},
	{"ORANGE ANDES NOTE", And{word("ORANGE"), word("ANDES"), word("NOTE")}, ""},
	{"near far", And{word("near"), word("far")}, ""},
	{"a~b", word("a~b"), ""},

	{"\ufeffa \u200f-b \u200eOR\u200f \"c d\"\u200f \u200f", Or{And{a, Not{b}}, phrase("c d")}, `(a -b) OR "c d"`},
	{"می\u200cخواهم cease\u00adfire", And{word("می\u200cخواهم"), word("cease\u00adfire")}, ""},
	{"\\\u200fa", word("\u200fa"), ""},

	// phrases
	{`"cancelled visit"`, phrase("cancelled visit"), ""},
	{"“cancelled visit”", phrase("cancelled visit"), `"cancelled visit"`},
	{"„a b“ «a b» »a b« ”a b” “a b\"", And{
		phrase("a b"), phrase("a b"), phrase("a b"), phrase("a b"), phrase("a b"),
	}, `"a b" "a b" "a b" "a b" "a b"`},
	{`"shell* OR (x:y) -z /r/"`, phrase("shell* OR (x:y) -z /r/"), ""},
	{`"he said \"no\" \\ \«yes\»"`, phrase(`he said "no" \ «yes»`), ""},
	{`"rafah"`, phrase("rafah"), ""},
	{`a OR"b c"`, Or{a, phrase("b c")}, `a OR "b c"`},

	// precedence
	{"a b", And{a, b}, ""},
	{"a AND b", And{a, b}, "a b"},
	{"a AND b c AND d", And{a, b, c, d}, "a b c d"},
	{"a OR b", Or{a, b}, ""},
	{"a OR b c", Or{a, And{b, c}}, "a OR (b c)"},
	{"a b OR c d", Or{And{a, b}, And{c, d}}, "(a b) OR (c d)"},
	{"a AND b OR c AND d", Or{And{a, b}, And{c, d}}, "(a b) OR (c d)"},
	{"(a OR b) c", And{Or{a, b}, c}, ""},
	{"a (b OR c) d", And{a, Or{b, c}, d}, ""},
	{"-a", Not{a}, ""},
	{"NOT a", Not{a}, "-a"},
	{"NOT a b", And{Not{a}, b}, "-a b"},
	{"-a b OR c", Or{And{Not{a}, b}, c}, "(-a b) OR c"},
	{"a AND NOT b OR NOT c", Or{And{a, Not{b}}, Not{c}}, "(a -b) OR -c"},
	{"-(a b)", Not{And{a, b}}, ""},
	{"NOT(a OR b)", Not{Or{a, b}}, "-(a OR b)"},
	{"--a", Not{Not{a}}, ""},
	{"NOT -a", Not{Not{a}}, "--a"},
	{`-"a b"`, Not{phrase("a b")}, ""},
	{"a -b -c", And{a, Not{b}, Not{c}}, ""},

	// one shape for one meaning
	{"((a))", a, "a"},
	{"( a  b )", And{a, b}, "a b"},
	{"(a b) c", And{a, b, c}, "a b c"},
	{"a (b (c d))", And{a, b, c, d}, "a b c d"},
	{"(a OR b) OR (c OR d)", Or{a, b, c, d}, "a OR b OR c OR d"},
	{"(a)(b)", nil, ""},

	// patterns
	{"shell*", prefixOf("shell"), ""},
	{"hospit?l", wildcard("hospit?l"), ""},
	{"b*mb *stan a?b* x** bomb?", And{
		wildcard("b*mb"), wildcard("*stan"), wildcard("a?b*"), wildcard("x**"), wildcard("bomb?")}, ""},
	{"netanyaho~", fuzzy("netanyaho"), ""},
	{`OR* u.s* o'b* o’b~ צה"ל*`, And{
		prefixOf("OR"), prefixOf("u.s"), prefixOf("o'b"), fuzzy("o’b"), prefixOf(`צה"ל`)}, ""},
	{`a\:b* title:a\:b? 12:3~`, And{prefixOf("a:b"), Pattern{Title, Wildcard, "a:b?"}, fuzzy("12:3")},
		`\a\:b* title:\a\:b? 12:3~`},
	{`al-Shif* cease-fire~ \-a* \–b?`, And{
		prefixOf("al-Shif"), fuzzy("cease-fire"), prefixOf("-a"), wildcard("–b?")}, ""},
	{"/gaz+a/", matches("gaz+a"), ""},
	{`/(ab|c d)/`, nil, ""},
	{`(/(ab|cd)"\/\s\ x[^:]/)`, matches(`(ab|cd)"\/\s\ x[^:]`), `/(ab|cd)"\/\s\ x[^:]/`},
	{"غز* دِم?", And{prefixOf("غز"), wildcard("دِم?")}, ""},

	// parts of an article
	{"title:rafah", Word{Title, "rafah"}, ""},
	{"TITLE:rafah Lead:x", And{Word{Title, "rafah"}, Word{Lead, "x"}}, "title:rafah lead:x"},
	{`lead:"a b"`, Phrase{Lead, "a b"}, ""},
	{"title:“a b”", Phrase{Title, "a b"}, `title:"a b"`},
	{"title:shell* title:b?x title:x~ lead:/a+/", And{
		Pattern{Title, Prefix, "shell"}, Pattern{Title, Wildcard, "b?x"}, Pattern{Title, Fuzzy, "x"},
		Pattern{Lead, Regexp, "a+"}}, ""},
	{"title:(a b)", And{Word{Title, "a"}, Word{Title, "b"}}, "title:a title:b"},
	{`title:(a OR "b c" -d*) e`, And{
		Or{Word{Title, "a"}, And{Phrase{Title, "b c"}, Not{Pattern{Title, Prefix, "d"}}}}, word("e"),
	}, `(title:a OR (title:"b c" -title:d*)) e`},
	{"-title:(a b)", Not{And{Word{Title, "a"}, Word{Title, "b"}}}, "-(title:a title:b)"},
	{"title:((a))", Word{Title, "a"}, "title:a"},
	{"title:OR", Word{Title, "OR"}, `title:\OR`},
	{"title:12:30", Word{Title, "12:30"}, ""},

	// where words stand
	{"near(a b, 5)", near(5, a, b), ""},
	{"NEAR( a  b ,5 ) c", And{near(5, a, b), c}, "near(a b, 5) c"},
	{"near(a,b 2,000,5)", near(5, word("a,b"), word("2,000")), "near(a,b 2,000, 5)"},
	{"near(a, b, 5)", near(5, word("a,"), b), ""},
	{"near((a OR b,5) c,, 7)", near(7, Or{a, word("b,5")}, word("c,")), ""},
	{`near("a b" shell* /x,5)/ @place a~, 100)`, nil, ""},
	{`near("a b" shell* /x,5/ @place a~, 100)`, near(100,
		phrase("a b"), prefixOf("shell"), matches("x,5"), Mention{"", Place}, fuzzy("a")), ""},
	{`near(near w\/5 \-a \OR @unrwa \@place \near\(, 9)`, near(9, word("near"), word("w/5"), word("-a"),
		word("OR"), word("@unrwa"), word("@place"), word("near(")),
		`near(near \w/5 \-a \OR @unrwa \@place near\(, 9)`},
	{"near(a b c, 2) near (a OR b)", And{near(2, a, b, c), word("near"), Or{a, b}}, ""},
	{"title:near(a b, 5)", near(5, Word{Title, "a"}, Word{Title, "b"}), ""},
	{"near(title:a title:(b OR c), 5)", near(5, Word{Title, "a"}, Or{Word{Title, "b"}, Word{Title, "c"}}),
		"title:near(a (b OR c), 5)"},
	{"lead:(near(a b, 5) OR @org)", Or{near(5, Word{Lead, "a"}, Word{Lead, "b"}), Mention{Lead, Org}},
		"lead:near(a b, 5) OR lead:@org"},
	{"-near(a b, 5)", Not{near(5, a, b)}, ""},
	{`"a b"~5`, inOrder(5, a, b), ""},
	{`“al-Shifa – \"siege”~005 c`, And{inOrder(5, word("al-Shifa"), word(`"siege`)), c}, `"al-Shifa \"siege"~5 c`},
	{`title:"a* OR b"~3`, inOrder(3, Word{Title, "a*"}, Word{Title, "OR"}, Word{Title, "b"}), ""},
	{"a w/5 b", near(5, a, b), "near(a b, 5)"},
	{"a W/05 b w/5 c d", And{near(5, a, b, c), d}, "near(a b c, 5) d"},
	{"a b w/5 c d", And{a, near(5, b, c), d}, "a near(b c, 5) d"},
	{"-a w/5 b OR c", Or{Not{near(5, a, b)}, c}, "-near(a b, 5) OR c"},
	{"a w/s b", in(Sentence, a, b), ""},
	{"a w/S (b OR c) w/s d", in(Sentence, a, Or{b, c}, d), "a w/s (b OR c) w/s d"},
	{"a w/p b c", And{in(Paragraph, a, b), c}, "(a w/p b) c"},
	{"-a w/p b", Not{in(Paragraph, a, b)}, "-(a w/p b)"},
	{"(a w/s b) (c w/p d)", And{in(Sentence, a, b), in(Paragraph, c, d)}, ""},
	{"title:(a w/s @person) b", And{in(Sentence, Word{Title, "a"}, Mention{Title, Person}), b}, ""},
	{"title:a w/s title:b", in(Sentence, Word{Title, "a"}, Word{Title, "b"}), "title:(a w/s b)"},
	{`a w/s"b c"`, in(Sentence, a, phrase("b c")), `a w/s "b c"`},
	{`a w/ b W/x s w\/5 km/h`, And{a, word("w/"), b, word("W/x"), word("s"), word("w/5"), word("km/h")},
		`a w/ b W/x s \w/5 km/h`},
	{"atleast3(a)", AtLeast{3, a}, ""},
	{`ATLEAST03("a b") atleast2(@place)`, And{AtLeast{3, phrase("a b")}, AtLeast{2, Mention{"", Place}}},
		`atleast3("a b") atleast2(@place)`},
	{"title:atleast2(a OR b*)", AtLeast{2, Or{Word{Title, "a"}, Pattern{Title, Prefix, "b"}}}, ""},
	{"atleast3 atleast (a OR b) atleast3x(a)", nil, ""},
	{"atleast3 atleast (a OR b)", And{word("atleast3"), word("atleast"), Or{a, b}}, ""},
	{"@person @PLACE -@org title:@mentioned @people", And{
		Mention{"", Person}, Mention{"", Place}, Not{Mention{"", Org}}, Mention{Title, Mentioned}, word("@people"),
	}, "@person @place -@org title:@mentioned @people"},

	// values
	{`person:"Benjamin Netanyahu"`, Has{Person, "Benjamin Netanyahu"}, ""},
	{"PERSON:Netanyahu", Has{Person, "Netanyahu"}, "person:Netanyahu"},
	{"place:gn:281133 org:Hamas source:meridian lang:en", And{
		Has{Place, "gn:281133"}, Has{Org, "Hamas"}, Has{Source, "meridian"}, Has{Lang, "en"}}, ""},
	{`place:"Palestinian Territory/Gaza Strip/Rafah" place:Syria/Aleppo`, And{
		Has{Place, "Palestinian Territory/Gaza Strip/Rafah"}, Has{Place, "Syria/Aleppo"}}, ""},
	{`place:"Gaza"`, Has{Place, "Gaza"}, "place:Gaza"},
	{"person:« Amal Haddad »", Has{Person, "Amal Haddad"}, `person:"Amal Haddad"`},
	{`person:"A \"B\" C" org:צה"ל org:x\(y\)`, And{
		Has{Person, `A "B" C`}, Has{Org, `צה"ל`}, Has{Org, "x(y)"}}, `person:"A \"B\" C" org:צה"ל org:"x(y)"`},
	{`org:"-a" org:"/a" org:"a~" org:"a*" org:"a\\b"`, And{
		Has{Org, "-a"}, Has{Org, "/a"}, Has{Org, "a~"}, Has{Org, "a*"}, Has{Org, `a\b`}}, ""},
	{"person:none place:NONE -org:none", And{None{Person}, None{Place}, Not{None{Org}}},
		"person:none place:none -org:none"},
	{`person:"none" person:\none`, And{Has{Person, "none"}, Has{Person, "none"}}, `person:"none" person:"none"`},
	{"person:unanchored", Has{Person, "unanchored"}, ""},
	{"person:OR person:a:b", And{Has{Person, "OR"}, Has{Person, "a:b"}}, ""},

	// dates
	{"date:2024", dated(Date, "2024", "2024"), ""},
	{"date:2024-03 mentioned:2024-03-27", And{
		dated(Date, "2024-03", "2024-03"), dated(Mentioned, "2024-03-27", "2024-03-27")}, ""},
	{"date:2024-W13 date:2024-w13 date:2024-Q1 date:2024-W13-WE", And{
		dated(Date, "2024-W13", "2024-W13"), dated(Date, "2024-W13", "2024-W13"),
		dated(Date, "2024-Q1", "2024-Q1"), dated(Date, "2024-W13-WE", "2024-W13-WE"),
	}, "date:2024-W13 date:2024-W13 date:2024-Q1 date:2024-W13-WE"},
	{"date:2024-03-01..2024-03-27", dated(Date, "2024-03-01", "2024-03-27"), ""},
	{"date:2023..2024-03", dated(Date, "2023", "2024-03"), ""},
	{"date:2024-06..2024", dated(Date, "2024-06", "2024"), ""},
	{"date:2024..2024", dated(Date, "2024", "2024"), "date:2024"},
	{"mentioned:2024-04..", dated(Mentioned, "2024-04", ""), ""},
	{"date:..2024-W01", dated(Date, "", "2024-W01"), ""},
	{"date:>=2023", dated(Date, "2023", ""), "date:2023.."},
	{"date:>2023", dated(Date, "2024-01-01", ""), "date:2024-01-01.."},
	{"date:<=2024-02", dated(Date, "", "2024-02"), "date:..2024-02"},
	{"date:<2024-03", dated(Date, "", "2024-02-29"), "date:..2024-02-29"},
	{`date:"2024-03" date:">= 2023"`, And{dated(Date, "2024-03", "2024-03"), dated(Date, "2023", "")},
		"date:2024-03 date:2023.."},
	{"date:none mentioned:none", And{None{Date}, None{Mentioned}}, ""},
	{"mentioned:unanchored", Unanchored{}, ""},
	{"-mentioned:Unanchored", Not{Unanchored{}}, "-mentioned:unanchored"},

	// escapes
	{`\OR`, word("OR"), ""},
	{`\-hamas \AND \NOT \!a \+a \–a \w/5 \@place \/a/ a\~ \~`, nil, ""},
	{`\-hamas \AND \NOT \!a \+a \–a \w/5 \@place \/a/ a\~`, And{
		word("-hamas"), word("AND"), word("NOT"), word("!a"), word("+a"), word("–a"), word("w/5"),
		word("@place"), word("/a/"), word("a~")},
		`\-hamas \AND \NOT \!a \+a \–a \w/5 \@place \/a/ \a\~`},
	{`foo\:bar`, word("foo:bar"), `\foo\:bar`},
	{`a\ b a\(b\) a\"b a\*b a\?b a\\b near\(`, And{
		word("a b"), word("a(b)"), word(`a"b`), word("a*b"), word("a?b"), word(`a\b`), word("near(")}, ""},
	{`\a`, a, "a"},
	{`\*a`, word("*a"), ""},
}

func TestParse(t *testing.T) {
	for _, test := range queries {
		got, err := Parse(test.in)
		if test.want == nil {
			if !errors.Is(err, ErrBadQuery) {
				t.Errorf("Parse(%q) = %#v, %v, want an error", test.in, got, err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("Parse(%q) = %#v, %v, want %#v", test.in, got, err, test.want)
			continue
		}
		written := test.written
		if written == "" {
			written = test.in
		}
		if got.String() != written {
			t.Errorf("%q is written %q, want %q", test.in, got, written)
		}
		checkRoundTrip(t, got)
	}
}

// checkRoundTrip checks that e is read as it is written.
func checkRoundTrip(t *testing.T, e Expr) {
	t.Helper()
	again, err := Parse(e.String())
	if err != nil || !reflect.DeepEqual(again, e) {
		t.Errorf("%#v is written %q, which is read as %#v, %v", e, e, again, err)
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		in   string
		pos  int
		says string // part of the message
	}{
		{"OR", 0, "OR has nothing before it"},
		{"AND a", 0, "AND has nothing before it"},
		{"a OR", 4, "the query ends too early"},
		{"a AND OR b", 6, "OR has nothing before it"},
		{"a OR OR b", 5, "OR has nothing before it"},
		{"a NOT", 5, "the query ends too early"},
		{"(a OR) b", 5, ") comes too early"},
		{"()", 1, ") comes too early"},
		{"a (b c", 2, "( is never closed"},
		{"a) b", 1, ") closes nothing"},
		{`a "b c`, 2, "the quote is never closed"},
		{`a "b c\"`, 2, "the quote is never closed"},
		{"غزة “b", 7, "at character 5"},
		{`"a"b`, 3, "follows directly"},
		{`a"b"`, 1, "follows directly"},
		{"(a)b", 3, "follows directly"},
		{"a(b)", 1, "follows directly"},
		{"(a)~5", 3, "follows directly"},
		{`a\`, 1, `\ at the end`},
		{`person:a\`, 8, `\ at the end`},
		{"a & b", 2, `"&" has no word`},
		{"a — b", 2, `"—" has no word`},
		{"a -", 2, `"-" has no word`},
		{"- a", 0, `"-" has no word`},
		{"** a", 0, `"**" has no word`},
		{"~", 0, `"~" has no word`},
		{"title:*", 6, `"*" has no word`},
		{`a "…"`, 2, "the phrase has no word"},
		{`""`, 0, "the phrase has no word"},
		{"–hamas", 0, "wanted: - to leave a word out"},
		{"a !hamas", 2, "wanted: -hamas to leave"},
		{"a +hamas", 2, "wanted: the word alone"},
		{"a netanyaho~2", 11, "~ takes no number"},
		{"Gaza/Raf*", 0, "'/' stands in none"},
		{`sh*l~`, 0, "'*' stands in none"},
		{`a\*b*`, 0, "'*' stands in none"},
		{"https://example.org/?q=1", 0, "'/' stands in none"},
		{"x /home/user", 8, "follows directly"},
		{"x /home", 2, "never closed"},
		{"/a b/", 0, "never closed"},
		{"a //", 2, "the regular expression is empty"},
		{"a /(b/", 2, "missing closing )"},
		{"a /b**/", 2, "invalid nested repetition operator"},
		{"a foo:bar", 2, "person, place, org, date, mentioned, source, lang, title, lead"},
		{`foo:"bar"`, 0, `there is no field "foo"`},
		{"foo:(a)", 0, `there is no field "foo"`},
		{"gn:281133", 0, `there is no field "gn"`},
		{"title:foo:bar", 6, `there is no field "foo"`},
		{"title:person:x", 6, "a field within title:( )"},
		{"title:(a person:x)", 9, "a field within title:( )"},
		{"person:", 7, "person: has no value"},
		{"person: x", 7, "person: has no value"},
		{"(title:)", 7, "title: has no value"},
		{`person:""`, 7, "person has no value"},
		{"person:-x", 7, "-person:"},
		{"title:-x", 6, "-title:"},
		{"person:(a b)", 7, "person:a OR person:b"},
		{"person:Neta*", 7, "takes a whole value"},
		{"person:/a/", 7, "takes a whole value"},
		{"person:a~", 7, "takes a whole value"},
		{`person:a"b"`, 8, "follows directly"},
		{"a date:yesterday", 7, `"yesterday" is not a date`},
		{"date:2024-13", 5, `"2024-13" is not a date`},
		{"date:20", 5, `"20" is not a date`},
		{"date:202", 5, `"202" is not a date`},
		{"date:2024-03-27T14:30", 5, "is not a date"},
		{"date:..", 5, "without a beginning and an end"},
		{"date:2024..x", 5, `"x" is not a date`},
		{"date:2024..2023", 5, "ends before it begins"},
		{"date:>", 5, `"" is not a date`},
		{"date:>9999", 5, "is not a date"},
		{"date:<0001", 5, "is not a date"},
		{"date:unanchored", 5, "is not a date"},
		{"near(a, 5)", 0, "1 stand near one another; wanted: 2 to 8 words or mentions"},
		{"x near(a b c d e f g h i, 9)", 2, "9 stand near one another"},
		{"near(a b)", 8, "near(…) has no distance; wanted: a comma and a number of words"},
		{"near(a b, x)", 11, "near(…) has no distance"},
		{"near(a b, 5", 0, "( is never closed"},
		{"near((a OR b, 5) c, 5)", 0, "may be words, phrases"},
		{"near(, 5)", 0, "0 stand near one another"},
		{"near(a b, 0)", 0, "0 is out of range; wanted: a number from 1 to 100"},
		{"near(a b, 101)", 0, "wanted: a number from 1 to 100"},
		{"near(a b, 99999999999999999999)", 0, "wanted: a number from 1 to 100"},
		{"near(a b c, 1)", 0, "3 words cannot be within 1 of one another; within 2 at least"},
		{"near(a OR b, 5)", 7, "OR within near(…); wanted: near((a OR b) c, 5)"},
		{"near(a AND b, 5)", 7, "neither AND nor NOT"},
		{"near(a -b, 5)", 7, "neither AND nor NOT"},
		{"near(a NOT b, 5)", 7, "neither AND nor NOT"},
		{"near(a (b c), 5)", 0, "may be words, phrases, patterns, @person"},
		{"near(a near(b c, 5), 5)", 0, "may be words, phrases"},
		{"near(a (b w/5 c), 5)", 0, "may be words, phrases"},
		{"near(a w/5 b, 5)", 7, "w/5 has nothing before it"},
		{"near(strike place:Gaza, 5)", 0, "@place"},
		{"near(a *, 5)", 0, "may be words"},
		{"near(title:a b, 5)", 0, "in one part: title:near(a b, 5)"},
		{"title:a w/s b", 0, "in one part"},
		{"near((a OR title:b) c, 5)", 0, "in one part"},
		{"near(a al-shif*, 5)", 0, "one word, without a dash"},
		{"near(a b, 5)c", 12, "follows directly"},
		{`"strike hospital"~`, 17, "~ behind a phrase has no number"},
		{`"strike hospital"~x`, 17, "~ behind a phrase has no number"},
		{`"strike hospital"~5.5`, 19, "follows directly"},
		{`"strike"~5`, 0, "1 stand near one another"},
		{`a "strike - hospital ward"~1`, 2, "3 words cannot be within 1"},
		{`""~5`, 0, "the phrase has no word"},
		{"w/5 a", 0, "w/5 has nothing before it; wanted: words on both sides"},
		{"a AND w/s b", 6, "w/s has nothing before it"},
		{"a -w/s b", 3, "w/s has nothing before it"},
		{"a w/5", 5, "the query ends too early"},
		{"a w/5 w/5 b", 6, "w/5 has nothing before it"},
		{"a w/5 -b", 6, "NOT behind w/"},
		{"a w/s NOT b", 6, "NOT behind w/"},
		{"a w/0 b", 2, "0 is out of range; wanted: a number from 1 to 100"},
		{"a w/5 b w/6 c", 0, "wanted: the same throughout, or (a w/5 b) AND (b w/s c)"},
		{"a w/5 b w/s c", 0, "wanted: the same throughout"},
		{"(a w/5 b) w/s c", 0, "may be words, phrases"},
		{"strike pre/5 hospital", 7, `wanted: "strike hospital"~5 for words in order`},
		{"strike PRE/s hospital", 7, `wanted: "a b"~5 for words in order`},
		{"atleast3(a b)", 0, "at least so often may be one of words, phrases"},
		{"atleast3(near(a b, 5))", 0, "at least so often"},
		{"atleast3(-a)", 0, "at least so often"},
		{"atleast3(a OR al-shif*)", 0, "one word, without a dash"},
		{"atleast3(a OR title:b)", 0, "in one part: title:atleast2(a OR b)"},
		{"atleast3()", 9, ") comes too early"},
		{"atleast3(a", 8, "( is never closed"},
		{"atleast(a)", 0, "wanted: atleast3(ceasefire)"},
		{"atleast0(a)", 0, "0 is out of range; wanted: a number from 1 to 100"},
		{"atleast101(a)", 0, "101 is out of range"},
		{"a @date", 2, "wanted: @person, @place, @org, @mentioned"},
		{"@Title", 0, "wanted: @person"},
		{"a\xffb", 1, "not UTF-8"},
		{"\ufffda\xff", 4, "not UTF-8"},
	}
	for _, test := range tests {
		got, err := Parse(test.in)
		var bad *SyntaxError
		if !errors.As(err, &bad) || !errors.Is(err, ErrBadQuery) {
			t.Errorf("Parse(%q) = %#v, %v, want a *SyntaxError", test.in, got, err)
			continue
		}
		if bad.Pos != test.pos || !strings.Contains(err.Error(), test.says) {
			t.Errorf("Parse(%q): at %d: %v; want %q at %d", test.in, bad.Pos, err, test.says, test.pos)
		}
		if char := len([]rune(test.in[:bad.Pos])) + 1; bad.Char != char {
			t.Errorf("Parse(%q): character %d, want %d", test.in, bad.Char, char)
		}
	}
}

func TestSyntaxErrorText(t *testing.T) {
	_, err := Parse("gaza (truce")
	want := "bad query: at character 6: ( is never closed; wanted: )"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name string
		in   string
		ok   bool
	}{
		{"long", strings.Repeat("a", MaxQuery), true},
		{"too long", strings.Repeat("a", MaxQuery+1), false},
		{"too long in full", "lead:(" + strings.Repeat("abcdefghijklmnopqrstuvwxyz ", 290) + ")", false},
		{"many parts", strings.Repeat("a ", MaxClauses), true},
		{"too many parts", strings.Repeat("a ", MaxClauses+1), false},
		{"deep parentheses", strings.Repeat("(", MaxDepth) + "a" + strings.Repeat(")", MaxDepth), true},
		{"too deep parentheses", strings.Repeat("(", MaxDepth+1) + "a" + strings.Repeat(")", MaxDepth+1), false},
		{"many minuses", strings.Repeat("-", MaxDepth) + "a", true},
		{"too many minuses", strings.Repeat("-", MaxDepth+1) + "a", false},
		{"too many NOT", strings.Repeat("NOT ", MaxDepth+1) + "a", false},
		{"deep", strings.Repeat("a OR b (", MaxDepth/2) + "c" + strings.Repeat(")", MaxDepth/2), true},
		{"too deep", strings.Repeat("a OR b (", MaxDepth/2+1) + "c" + strings.Repeat(")", MaxDepth/2+1), false},
		{"deep in near", strings.Repeat("(", MaxDepth-2) + "near((a OR b) c, 5)" + strings.Repeat(")", MaxDepth-2), true},
		{"too deep in near", strings.Repeat("(", MaxDepth-1) + "near((a OR b) c, 5)" + strings.Repeat(")", MaxDepth-1), false},
		{"near in near", strings.Repeat("near(", MaxQuery/5), false},
		{"at least, at least", strings.Repeat("atleast2(", MaxQuery/9), false},
		{"many parts of w/s", strings.Repeat("(a OR b) w/s c ", MaxClauses/3), true},
		{"too many parts of w/s", strings.Repeat("(a OR b) w/s c ", MaxClauses/3+1), false},
		{"only parentheses", strings.Repeat("(", MaxQuery), false},
	}
	for _, test := range tests {
		e, err := Parse(test.in)
		if (err == nil) != test.ok || err != nil && !errors.Is(err, ErrBadQuery) {
			t.Errorf("%s: %v", test.name, err)
		}
		if err == nil {
			checkRoundTrip(t, e)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, q := range queries {
		f.Add(q.in)
	}
	f.Add("near(a b, 5) near(a,, 5) w/5 \"x y\"~2 atleast2(a) @place title:(a w/s b) \xff –x a~2 foo:bar")
	f.Fuzz(func(t *testing.T, s string) {
		e, err := Parse(s)
		if err != nil {
			var bad *SyntaxError
			if !errors.As(err, &bad) || bad.Pos < 0 || bad.Pos > len(s) || bad.Char < 1 || bad.Msg == "" {
				t.Fatalf("Parse(%q): %#v", s, err)
			}
			return
		}
		checkRoundTrip(t, e)
		checkShape(t, e)
	})
}

// checkShape checks what the doc comment of Expr promises.
func checkShape(t *testing.T, e Expr) {
	t.Helper()
	switch e := e.(type) {
	case And:
		for _, part := range e {
			if _, ok := part.(And); ok || len(e) < 2 {
				t.Errorf("%#v is not in its one shape", e)
			}
			checkShape(t, part)
		}
	case Or:
		for _, part := range e {
			if _, ok := part.(Or); ok || len(e) < 2 {
				t.Errorf("%#v is not in its one shape", e)
			}
			checkShape(t, part)
		}
	case Not:
		checkShape(t, e.Expr)
	case Near:
		if err := e.Check(); err != nil {
			t.Errorf("%#v: %v", e, err)
		}
		for _, item := range e.Items {
			checkShape(t, item)
		}
	case AtLeast:
		if err := e.Check(); err != nil {
			t.Errorf("%#v: %v", e, err)
		}
		checkShape(t, e.Item)
	case Within:
		if e.From == "" && e.To == "" {
			t.Errorf("%#v has no limit", e)
		}
	}
}

func ExampleParse() {
	e, err := Parse(`ceasefire OR truce (place:Gaza -person:"Amal Haddad") date:>=2024`)
	fmt.Println(e, err)
	// Output:
	// ceasefire OR (truce place:Gaza -person:"Amal Haddad" date:2024..) <nil>
}

func ExampleParse_error() {
	_, err := Parse(`rafah "cancelled visit`)
	fmt.Println(err)
	// Output:
	// bad query: at character 7: the quote is never closed; wanted: "
}

// A field without a value is told where a comma ends it, too.
func TestFieldBeforeComma(t *testing.T) {
	for _, q := range []string{"near(date:, 9)", "near(person:, 9)", "near(a mentioned:, 9)"} {
		if _, err := Parse(q); err == nil || !strings.Contains(err.Error(), "has no value") {
			t.Errorf("%s: %v", q, err)
		}
	}
}
