package text

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/runenames"
)

func terms(tokens []Token) string {
	var out []string
	for _, t := range tokens {
		out = append(out, t.Text)
	}
	return strings.Join(out, " ")
}

func TestAnalyze(t *testing.T) {
	tests := []struct{ in, folded, stemmed string }{
		{"", "", ""},
		{" \t\n— … !?", "", ""},
		{"Shelling resumed in Gaza.", "shelling resumed in gaza", "shell resum gaza"},
		{"The ceasefires were violated", "the ceasefires were violated", "ceasefir were violat"},
		{"he agreed; they proceed", "he agreed they proceed", "he agre proceed"},
		{"Gaza's Rafah’s UNRWAʼS it's Hamas＇s", "gaza rafah unrwa it hamas", "gaza rafah unrwa hama"},
		{"fighters' homes, 'quoted'", "fighters homes quoted", "fighter home quot"},
		{"O'Brien O’Brien Sana'a", "o'brien o'brien sana'a", "o'brien o'brien sana'a"},
		{"al-Shifa cease-fire", "al shifa cease fire", "al shifa ceas fire"},
		{"U.N. U.S. 3.5 1,000 12:30 COVID-19", "u.n u.s 3.5 1,000 12 30 covid 19", "u.n u. 3.5 1,000 12 30 covid 19"},
		{"https://example.org/a_b?c=1", "https example.org a_b c 1", "https example.org a_b c 1"},
		{"Bombe à Paris, l’armée", "bombe a paris l'armee", "bomb pari l'arme"},
		{"Şırnak İstanbul Diyarbakır", "sirnak istanbul diyarbakir", "sirnak istanbul diyarbakir"},
		{"Straße Ærø Łódź Đorđe Þór Œuvre", "strasse aero lodz dorde thor oeuvre", "strass aero lodz dord thor oeuvr"},
		{"Əliyev Ɗan Ƙano", "aliyev dan kano", "aliyev dan kano"},
		{"ΟΔΟΣ Αθήνας", "οδοσ αθηνασ", "οδοσ αθηνασ"},
		{"Ёлка Київ, Харків", "елка киів харків", "елка киів харків"},
		{"الأُمَمُ المتّحدة", "الامم المتحده", "الامم المتحده"},
		{"إلى آخر أحمد ٱلسلام غـــزة", "الي اخر احمد السلام غزه", "الي اخر احمد السلام غزه"},
		{"١٢ مارس ۲۰۲۴ ١٬٠٠٠", "12 مارس 2024 1,000", "12 مارس 2024 1,000"},
		{"تهران علی", "تهران علي", "تهران علي"},
		{"שָׁלוֹם ירושלים", "שלום ירושלים", "שלום ירושלים"},
		{`צה״ל צה"ל`, `צה"ל צה"ל`, `צה"ל צה"ל`},
		{"北京 ガザ カ\u3099ザ", "北 京 ガザ ガザ", "北 京 ガザ ガザ"},
		{"서울 평양", "서울 평양", "서울 평양"},
		{"दिल्ली काबुल", "दिल्ली काबुल", "दिल्ली काबुल"},
		{"cease\u00adfire \u200fغزة\u200e ｗａｒ ﬁre", "ceasefire غزه war fire", "ceasefir غزه war fire"},
		{"Louis Ⅷ km² 🚀", "louis viii km", "loui viii km"},
		{"ـ ʿ ʾ x", "x", "x"},
		{"fo\xffo b\xe2\x80r \xf0\x9f", "fo o b r", "fo o b r"},
		{"\xe2a", "a", ""},
	}
	for _, test := range tests {
		if got := terms(Analyze(test.in, false)); got != test.folded {
			t.Errorf("Analyze(%q, false) = %q, want %q", test.in, got, test.folded)
		}
		if got := terms(Analyze(test.in, true)); got != test.stemmed {
			t.Errorf("Analyze(%q, true) = %q, want %q", test.in, got, test.stemmed)
		}
	}
}

func TestAnalyzePositionsAndOffsets(t *testing.T) {
	in := "Gaza’s war \xff in the Şırnak\nhills"
	want := []Token{{"gaza", 0, 0, 4}, {"war", 1, 9, 12}, {"sirnak", 4, 22, 30}, {"hill", 5, 31, 36}}
	if got := Analyze(in, true); !reflect.DeepEqual(got, want) {
		t.Errorf("Analyze(%q, true) = %v, want %v", in, got, want)
	}
}

func TestStopWords(t *testing.T) {
	in := "a an and are as at be but by for if in into is it no not of on or such that the their " +
		"then there these they this to was will with"
	if got := Analyze(strings.ToUpper(in), true); len(got) != 0 {
		t.Errorf("stop words come through: %q", terms(got))
	}
	if got := terms(Analyze(in, false)); got != in {
		t.Errorf("unstemmed, stop words are words: got %q", got)
	}
	if len(stopWords) != 33 {
		t.Errorf("%d stop words, want 33", len(stopWords))
	}
}

func TestLongWords(t *testing.T) {
	long := strings.Repeat("é", 300)
	got := Analyze("x "+long+" y", false)
	if len(got) != 3 || got[1].Text != strings.Repeat("e", MaxRunes) || got[1].End-got[1].Start != len(long) {
		t.Errorf("a long word is %v", got)
	}
	if got := Analyze(strings.Repeat("ab", 1<<20), true); len(got) != 1 || len(got[0].Text) > MaxRunes {
		t.Errorf("a very long word is %d tokens", len(got))
	}
}

func TestStemmed(t *testing.T) {
	for lang, want := range map[string]bool{"en": true, "": true, "fr": false, "ar": false} {
		if got := Stemmed(lang); got != want {
			t.Errorf("Stemmed(%q) = %v", lang, got)
		}
	}
}

func TestFold(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"RAFAH Crossing", "rafah crossing"},
		{"Şırnak", "sirnak"},
		{"e\u0301 É", "e e"},
		{"ﷲ ﻻ", "الله لا"},
		{"ؤ ئ أ", "و ي ا"},
		{"Muʿāwiya ʾIbrāhīm", "muawiya ibrahim"},
		{"“x” ‘y’", "“x” 'y'"},
		{"ẞ ǅ Ⓐ K", "ss dz a k"},
		{"০১২ ၃၄", "012 34"},
		{"a\xffb", "a\uFFFDb"},
	}
	for _, test := range tests {
		if got := Fold(test.in); got != test.want {
			t.Errorf("Fold(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

// Each rune by itself, before and behind others: folding is final.
func TestFoldEveryRune(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		if !unicode.IsGraphic(r) && !unicode.Is(unicode.Cf, r) {
			continue
		}
		for _, s := range []string{string(r), "a" + string(r) + "\u0301", "か" + string(r) + "\u3099", "ᄀ" + string(r)} {
			if once := Fold(s); Fold(once) != once {
				t.Errorf("Fold(%+q) = %+q, folded again %+q", s, once, Fold(once))
			}
		}
	}
}

func TestFoldDigits(t *testing.T) {
	names := []string{"ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"}
	for r := range unicode.MaxRune + 1 {
		if !unicode.IsDigit(r) {
			continue
		}
		got := Fold(string(r))
		if len(got) != 1 || got[0] < '0' || got[0] > '9' || !strings.Contains(runenames.Name(r), names[got[0]-'0']) {
			t.Errorf("Fold(%q) = %q, which is %s", r, got, runenames.Name(r))
		}
	}
}

// Marks that are dropped are marks: no letter is lost.
func TestMarks(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		if unicode.Is(marks, r) && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r)) {
			t.Errorf("%+q is dropped and is %s", r, runenames.Name(r))
		}
	}
}

// asStated returns the words of s as the documentation of Analyze states them.
func asStated(s string) (out []Token) {
	s = spaced(s)
	for segments := words.FromString(s); segments.Next(); {
		word := trimPossessive(segments.Value())
		if term := cut(Fold(word)); isWord(word) && term != "" {
			start := segments.Start()
			out = append(out, Token{Text: term, Pos: len(out), Start: start, End: start + len(word)})
		}
	}
	return out
}

func TestAnalyzer(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	pieces := strings.Split("a|B|z|'s|S|3|07|_|.|'|:|,|;|-|/|é|’|’s|\u0301|\u00ad|א|ガ|北|م|\"|\xff| |\n|\u00a0|١|Ⅷ|km²", "|")
	var a Analyzer
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		s := b.String()
		want := asStated(s)
		if got := a.Words(s); !slices.Equal(got, want) {
			t.Fatalf("seed %d: the words of %q are %v, want %v", seed, s, got, want)
		}
		if got, stems := a.Both(s); !slices.Equal(got, want) || !slices.Equal(stems, Stem(want)) {
			t.Fatalf("seed %d: the words and stems of %q are %v and %v, want %v", seed, s, got, stems, want)
		}
	}
}

// Find returns what is wanted of the words that Analyze returns, each as it is there.
func TestFind(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	pieces := strings.Split("ab|Abc|B|b's|_|3,5|.|'|-|é|’s|א|م|\xff| | |\n", "|")
	wanted := func(word string) bool { return word[0]|0x20 == 'a' }
	left := 0
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		all := Analyze(b.String(), false)
		found, err := Find(t.Context(), b.String(), wanted)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range found {
			if w.Pos >= len(all) || all[w.Pos] != w {
				t.Fatalf("seed %d: in %q it found %v, want one of %v", seed, b.String(), w, all)
			}
		}
		for _, w := range all {
			if there := slices.Contains(found, w); wanted(w.Text) && !there {
				t.Fatalf("seed %d: in %q it did not find %v", seed, b.String(), w)
			} else if !there {
				left++
			}
		}
	}
	if left < 5_000 {
		t.Errorf("of the words that are not wanted %d were left out", left)
	}
}

// An Analyzer begins to forget when it knows many words.
func TestAnalyzerForgets(t *testing.T) {
	var a Analyzer
	for n := range 2*maxKnown + 10 {
		words, stems := a.Both(fmt.Sprintf("Strikes%d strikes", n))
		if got, want := terms(words), fmt.Sprintf("strikes%d strikes", n); got != want {
			t.Fatalf("the words are %q, want %q", got, want)
		}
		if got, want := terms(stems), fmt.Sprintf("strikes%d strike", n); got != want {
			t.Fatalf("the stems are %q, want %q", got, want)
		}
	}
	if len(a.forms) > maxKnown {
		t.Errorf("it remembers %d words", len(a.forms))
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{
		"Gaza’s “cease-fire” 3.5", "Şırnak\xff\xe2x", "الأُمَم", "שָׁלוֹם צה״ל", "か\u3099 ᄀ\u1161", "\xe2a", "a\u0301'S", "𝟘١_x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkTokens(t, s, Analyze(s, false))
		checkTokens(t, s, Analyze(s, true))
		if once := Fold(s); !utf8.ValidString(once) || Fold(once) != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, Fold(once))
		}
		for i, line := range strings.SplitN(s, "\n", 2) {
			if i == 0 && !strings.HasPrefix(terms(Analyze(s, false))+" ", terms(Analyze(line, false))) {
				t.Errorf("the words of the first line of %q are not its first words", s)
			}
		}
		if got := terms(Analyze("\xff"+s+"\xf0\x9f", false)); got != terms(Analyze(s, false)) {
			t.Errorf("between stray bytes %q has the words %q", s, got)
		}
	})
}

// checkTokens checks what holds for the words of any text.
func checkTokens(t *testing.T, s string, tokens []Token) {
	t.Helper()
	end, pos := 0, -1
	for _, token := range tokens {
		if token.Start < end || token.End <= token.Start || token.End > len(s) || token.Pos <= pos {
			t.Fatalf("%q: %v is out of order or out of the text", s, token)
		}
		if token.Text == "" || !utf8.ValidString(token.Text) || utf8.RuneCountInString(token.Text) > MaxRunes {
			t.Fatalf("%q: %v has a bad text", s, token)
		}
		word := s[token.Start:token.End]
		if !utf8.ValidString(word) || !isWord(word) {
			t.Fatalf("%q: %v stands for %q", s, token, word)
		}
		end, pos = token.End, token.Pos
	}
}

func ExampleAnalyze() {
	for _, token := range Analyze("Şırnak’s shelling", true) {
		fmt.Println(token.Text, token.Pos)
	}
	// Output:
	// sirnak 0
	// shell 1
}

func BenchmarkAnalyze(b *testing.B) {
	s := strings.Repeat("Aid convoys reached Rafah's crossing on Wednesday, officials said, after the shelling stopped. ", 30)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	var a Analyzer
	for b.Loop() {
		a.Both(s)
	}
}
