package corpus

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
)

// LangCode returns the language subtag (BCP 47) of a tag, or of a language's
// English name; empty where it is neither.
func LangCode(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if code, ok := langNames[s]; ok {
		return code
	}
	base, _, _ := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	if b, err := language.ParseBase(base); err == nil && b.String() != "und" {
		return b.String()
	}
	return ""
}

var langNames = map[string]string{
	"arabic": "ar", "armenian": "hy", "azerbaijani": "az", "belarusian": "be", "bengali": "bn",
	"bulgarian": "bg", "burmese": "my", "chinese": "zh", "czech": "cs", "danish": "da",
	"dari": "prs", "dutch": "nl", "english": "en", "farsi": "fa", "french": "fr",
	"georgian": "ka", "german": "de", "greek": "el", "gujarati": "gu", "hausa": "ha",
	"hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id", "italian": "it",
	"japanese": "ja", "kazakh": "kk", "khmer": "km", "korean": "ko", "kurdish": "ku",
	"lao": "lo", "macedonian": "mk", "pashto": "ps", "persian": "fa", "polish": "pl",
	"portuguese": "pt", "romanian": "ro", "russian": "ru", "serbian": "sr", "sinhala": "si",
	"somali": "so", "spanish": "es", "swahili": "sw", "swedish": "sv", "tamil": "ta",
	"telugu": "te", "thai": "th", "tigrinya": "ti", "turkish": "tr", "ukrainian": "uk",
	"urdu": "ur",
}

// LangName returns the English name of a language: "Arabic" of "ar". One that it does not
// know goes by its code.
func LangName(code string) string {
	found := ""
	for name, c := range langNames {
		if c == code {
			found = max(found, name) // Persian, not Farsi
		}
	}
	if found == "" {
		return code
	}
	return strings.ToUpper(found[:1]) + found[1:]
}

// nameOfLang names a language to a reader: "Arabic (ar)", its code where there
// is no name.
func nameOfLang(code string) string {
	if name := LangName(code); name != code {
		return fmt.Sprintf("%s (%s)", name, code)
	}
	return code
}

// Detection looks at this many bytes of a text, and is certain enough from this
// many letters or, in Latin script, words.
const (
	langSample  = 2 << 10
	langLetters = 20
	langWords   = 12
	longWords   = 30
)

// scriptLangs are scripts that one language is usually written in.
var scriptLangs = []struct {
	script *unicode.RangeTable
	lang   string
}{
	{unicode.Hebrew, "he"}, {unicode.Greek, "el"}, {unicode.Armenian, "hy"},
	{unicode.Georgian, "ka"}, {unicode.Hangul, "ko"}, {unicode.Thai, "th"},
	{unicode.Bengali, "bn"}, {unicode.Tamil, "ta"}, {unicode.Telugu, "te"},
	{unicode.Myanmar, "my"}, {unicode.Khmer, "km"}, {unicode.Lao, "lo"},
	{unicode.Sinhala, "si"}, {unicode.Gujarati, "gu"},
}

// letterLangs tell languages of one script apart by letters that the others do
// not have. The first whose letters are one in a hundred wins.
var letterLangs = []struct {
	script  *unicode.RangeTable
	lang    string
	letters string
}{
	{unicode.Arabic, "ur", "ٹڈڑںےہھ"},
	{unicode.Arabic, "ps", "ټډړږښڼېۍ"},
	{unicode.Arabic, "ku", "ڕڵۆێە"},
	{unicode.Arabic, "fa", "پچژگکی"},
	{unicode.Arabic, "ar", "ةىيكأإؤئ"},
	{unicode.Cyrillic, "be", "ў"},
	{unicode.Cyrillic, "uk", "іїєґ"},
	{unicode.Cyrillic, "mk", "ѓќѕ"},
	{unicode.Cyrillic, "sr", "ђћџљњј"},
	{unicode.Cyrillic, "kk", "әғқңөұһ"},
	{unicode.Cyrillic, "ru", "ыэё"},
	{unicode.Cyrillic, "bg", "ъ"},
}

// detectLang returns the language that a text is in, empty where it is too short
// or undecided.
func detectLang(text string) string {
	text = strings.ToLower(text[:min(len(text), langSample)])
	letters, latin := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Latin, r) {
				latin++
			}
		}
	}
	switch {
	case letters < langLetters:
		return ""
	case latin*2 > letters:
		return latinLang(text)
	default:
		return scriptLang(text, letters)
	}
}

// scriptLang tells languages apart by script and letters.
func scriptLang(text string, letters int) string {
	count := map[rune]int{}
	for _, r := range text {
		count[r]++
	}
	in := func(table *unicode.RangeTable) (n int) {
		for r, times := range count {
			if unicode.Is(table, r) {
				n += times
			}
		}
		return n
	}
	kana, han := in(unicode.Hiragana)+in(unicode.Katakana), in(unicode.Han)
	switch {
	case (kana+han)*2 > letters && kana*10 > letters:
		return "ja"
	case han*2 > letters:
		return "zh"
	}
	for _, s := range scriptLangs {
		if in(s.script)*2 > letters {
			return s.lang
		}
	}
	for _, l := range letterLangs {
		own := 0
		for _, r := range l.letters {
			own += count[r]
		}
		if own*100 >= letters && in(l.script)*2 > letters {
			return l.lang
		}
	}
	return ""
}

// latinLang tells languages in Latin script apart by their commonest words, of
// two letters or more: one in eight must be of the language, four different
// ones, and a quarter more than of any other. In a text of longWords, one in
// twelve is enough where no other language has more than half as many.
func latinLang(text string) string {
	known := langsByWord()
	counts := make([]int, len(functionWords))
	seen := map[string]bool{}
	words := 0
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) < 2 {
			continue
		}
		words++
		for _, lang := range known[w] {
			counts[lang]++
			seen[w] = true
		}
	}
	best, second := 0, 0
	for i, n := range counts {
		if n > counts[best] {
			best = i
		}
	}
	for i, n := range counts {
		if i != best {
			second = max(second, n)
		}
	}
	different := 0
	for w := range seen {
		if slices.Contains(known[w], best) {
			different++
		}
	}
	usual := counts[best]*8 >= words && counts[best]*4 >= second*5
	clear := counts[best]*12 >= words && counts[best] >= second*2 && words >= longWords
	if words < langWords || different < 4 || !usual && !clear {
		return ""
	}
	return functionWords[best].lang
}

// langsByWord returns the places in functionWords by word.
var langsByWord = sync.OnceValue(func() map[string][]int {
	out := map[string][]int{}
	for i, f := range functionWords {
		for _, w := range strings.Fields(f.words) {
			out[w] = append(out[w], i)
		}
	}
	return out
})

// functionWords are the commonest words of languages, without names.
var functionWords = []struct{ lang, words string }{
	{"en", " the of and to in a is that for it was on with as by at from be this are an have has were which they not his but said had their who he or will after its been more when would there we you all about into than three before while where could during both because against between through since until over under they them these those some other only though around off out up so no if what whose just told says four five six people "},
	{"fr", " le la les de des du et en un une que qui dans pour est au aux sur par pas plus ne se ce il elle son sa ses avec sont été cette ont mais ou leur à être fait après selon comme nous vous d l "},
	{"es", " el la los las de del y en un una que por para con no se su al lo como más es sus fue ha pero este esta entre sobre también desde hasta son le han según muy ya donde cuando "},
	{"pt", " o a os as de do da dos das e em um uma que por para com não se no na nos nas ao mais como foi é são sua seu pelo pela mas também entre até já ou ser está após segundo quando "},
	{"it", " il lo la gli le di del della dei delle e in un una che per con non si è al alla sono da dal dalla nel nella ha come più anche ma questo questa stato dopo o su suo sua hanno degli i "},
	{"de", " der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur "},
	{"nl", " de het een van en in is dat op te zijn met voor niet aan er om ook als dan maar bij door naar uit over wordt werd die hij nog heeft deze tot hun zich ze meer al worden wel kan heb geen "},
	{"sv", " och i att det som en på är av för med den till inte har de om ett han men var jag sig från vi så kan när år säger under också efter eller nu sin där vid mot ska skulle kommer ut får finns "},
	{"da", " og i at det som en på er af for med den til ikke har de om et han men var jeg sig fra vi så kan når år siger under også efter eller nu sin der ved mod skal skulle kommer ud får findes blev være hvor "},
	{"pl", " w i na z że się nie do to jest o jak po za od przez dla ale co są jego tak był było tym ich oraz może już przy tego też będzie który która które być ze został według przed "},
	{"cs", " a se v na je že o s z do i to jako za k pro ale ve by po jsou jeho které který která byl podle také až jen při ze od však jsem bylo mezi být už tak před nebo proti více "},
	{"ro", " și în de la a cu pe că nu din o un pentru este care au să mai al ale fost sunt se prin dar după lui sau între ca ce fi cel până către sub acest această lor iar "},
	{"hu", " a az és hogy nem is egy ez azt volt meg de már csak van mint még el ki ezt szerint után lehet majd vagy amely minden pedig ha kell között sem ami aki mert akik ezek során "},
	{"tr", " ve bir bu da de için ile olarak olan daha çok ancak sonra gibi kadar en ise her ne o ki ya göre olduğu tarafından var değil oldu etti dedi ya mi iki ilk yeni karşı bin "},
	{"id", " yang dan di dari untuk dengan pada dalam ini itu tidak akan oleh ke sebagai adalah telah juga mereka atau karena bahwa kepada tersebut lebih sudah saat ada ia bisa setelah kata antara para seorang hingga "},
	{"sw", " ya wa na kwa ni katika la za cha kuwa hiyo hii huo alisema kama baada watu wake yake wakati pia hilo hao bila kutoka hayo ambayo ambao mwa vya zaidi hata lakini serikali mwaka siku "},
	{"so", " oo ka iyo ku in ay uu ah ayaa waa la aan waxaa soo inuu inay kale sidoo kaas kuwa lagu loo ama sheegay markii isaga mid waxay laga magaalada dalka kala "},
}
