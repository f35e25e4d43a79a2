package train

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"dateline/corpus/enrich/tag/crf"
)

// text is a small labelled text, invented, as often as it takes to learn it.
func text() string {
	var b strings.Builder
	people := strings.Fields("Quell Lindqvist Immelt Hadidi Ben-Ari Warsan Darwish Wasfi")
	places := strings.Fields("Zarvok Oslo Goma Rafah Immelt Darwish Tunis Lagos")
	for i := range 40 {
		fmt.Fprintf(&b, "#doc\tinvented:%d\n", i)
		who, where := people[i%len(people)], places[(i*3+1)%len(places)]
		fmt.Fprintf(&b, "Ada\tB-PER\n%s\tI-PER\nleft\tO\n%s\tB-LOC\nat\tO\nnight\tO\n.\tO\n\n", who, where)
		fmt.Fprintf(&b, "The\tO\n%s\tB-ORG\nBrigade\tI-ORG\nis\tO\nin\tO\n%s\tB-LOC\n.\tO\n\n", where, places[i%len(places)])
		fmt.Fprintf(&b, "Mr.\tO\n%s\tB-PER\nsaid\tO\nso\tO\nin\tO\n%s\tB-LOC\n.\tO\n\n", who, where)
	}
	return b.String()
}

const lists = "first\tAda\nfirst\tTamar\nlast\tQuell\nlast\tImmelt\ncountry\tZarvok\ntitle\tMr.\n"

func one(in io.Reader) []Text { return []Text{{"text", in}} }

func options() Options {
	o := Usual
	o.Copies, o.Epochs, o.Cut = 2, 2, 1
	return o
}

func TestTrainLearns(t *testing.T) {
	names, weights, err := Train(options(), one(strings.NewReader(text())), []byte(lists))
	if err != nil {
		t.Fatal(err)
	}
	n, err := crf.OpenNames(names)
	if err != nil {
		t.Fatal(err)
	}
	m, err := crf.OpenModel(weights, n)
	if err != nil {
		t.Fatal(err)
	}
	var a crf.Article
	a.Read("Ada Nyström left Harare at night. Mr. Nyström said so in Harare.")
	var got []string
	for _, name := range crf.NewReader(m).Names(&a) {
		var words []string
		for _, w := range a.Sentence(name.Sentence)[name.From:name.To] {
			words = append(words, w.Text)
		}
		got = append(got, fmt.Sprint(name.Type, words))
		if name.Probability <= 0 || name.Probability > 1 {
			t.Errorf("%v has the probability %v", words, name.Probability)
		}
	}
	if want := "0 [Ada Nyström] 1 [Harare] 0 [Nyström] 1 [Harare]"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The checksums are of what every machine must make of the small text.
func TestTrainIsTheSameEverywhere(t *testing.T) {
	const wantNames, wantWeights = 0x38a2909, 0xd58fa370
	for range 2 {
		names, weights, err := Train(options(), one(strings.NewReader(text())), []byte(lists))
		if err != nil {
			t.Fatal(err)
		}
		if n, w := crc32.ChecksumIEEE(names), crc32.ChecksumIEEE(weights); n != wantNames || w != wantWeights {
			t.Errorf("checksums %#x, %#x, want %#x, %#x", n, w, wantNames, wantWeights)
		}
	}
}

func TestTrainTellsTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"Ada\tB-PER\n":                "line 1",
		"#doc\ta\nAda B-PER\n":        "line 2",
		"#doc\ta\n\nAda\tB-PERSON\n":  "line 3",
		"#doc\ta\nAda\tE-PER\n":       "line 2",
		"# comment\n#doc\ta\nAda\t\n": "line 3",
	} {
		_, _, err := Train(options(), one(strings.NewReader(text)), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one of %s", text, err, want)
		}
	}
	if _, _, err := Train(options(), one(strings.NewReader("")), []byte("town\tOslo\n")); err == nil {
		t.Error("an unknown class of names: no error")
	}
}

func TestNamesOfASentence(t *testing.T) {
	docs, err := readDocuments(strings.NewReader("#doc\ta\nAda\tB-PER\nQuell\tI-PER\nOslo\tB-LOC\nGoma\tB-LOC\nso\tO\nUN\tI-ORG\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []crf.Name{{From: 0, To: 2, Type: crf.Person}, {From: 2, To: 3, Type: crf.Place},
		{From: 3, To: 4, Type: crf.Place}, {From: 5, To: 6, Type: crf.Org}}
	if got := docs[0].sentences[0].names(); !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
}

func read(t *testing.T, text string) []document {
	t.Helper()
	docs, err := readDocuments(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func random() *rand.Rand { return rand.New(rand.NewPCG(3, 0)) }

func TestHeadlinesAndDatelines(t *testing.T) {
	docs := read(t, "#doc\ta\nMen\tO\nleft\tO\nthe\tO\ncity\tO\nof\tO\nGoma\tB-LOC\n.\tO\n")
	for _, c := range []struct {
		a    Augmentation
		want string
	}{
		{Augmentation{Capitals: 1}, "MEN LEFT THE CITY OF GOMA"},
		{Augmentation{Titles: 1}, "Men Left the City of Goma"},
	} {
		s := c.a.augment(docs, random())[0].sentences
		if got := strings.Join(s[0].words, " "); !strings.EqualFold(got, c.want) || got[:8] != c.want[:8] ||
			len(s) != 2 || s[0].labels[5] != "B-LOC" {
			t.Errorf("%+v: %q, %v", c.a, got, s[0].labels)
		}
	}
	s := Augmentation{Dateline: 1}.augment(docs, random())[0].sentences
	names := s[0].names()
	if len(s) != 1 || len(s[0].words) != len(s[0].labels) || len(names) < 2 || names[0].From != 0 ||
		!strings.EqualFold(s[0].words[0], "Goma") {
		t.Errorf("dateline %v", s)
	}
}

func TestReplacementIsOneInADocument(t *testing.T) {
	docs := read(t, "#doc\ta\nAda\tB-PER\nQuell\tI-PER\nleft\tO\nOslo\tB-LOC\n\nQuell\tB-PER\nJ.\tI-PER\nsaid\tO\n\nOslo\tB-LOC\n"+
		"#doc\tb\nShield\tB-ORG\nGoma\tB-LOC\n")
	out := Replacement{Names: 1, Places: 1}.replace(docs, []byte(lists), random())
	s := out[0].sentences
	if s[0].words[1] != s[1].words[0] || s[1].words[1] != "J." || s[0].words[2] != "left" || s[0].words[3] != s[2].words[0] {
		t.Errorf("%v", s)
	}
	if docs[0].sentences[0].words[1] != "Quell" {
		t.Error("the text itself has changed")
	}
	for i := range s {
		if !slices.Equal(s[i].labels, docs[0].sentences[i].labels) {
			t.Errorf("labels %v", s[i].labels)
		}
	}
}

func TestExp(t *testing.T) {
	for x := -60.0; x < 30; x += 0.37 {
		if got, want := exp(x), math.Exp(x); math.Abs(got-want) > 1e-12*want {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	if exp(-1000) != 0 {
		t.Error("exp(-1000) is not 0")
	}
}

// With DATELINE_RETRAIN set, the weights that are embedded are learnt anew, in
// some minutes.
func TestEmbeddedWeightsCanBeRebuilt(t *testing.T) {
	const silver = "../../../../../shared/data/ner/silver/"
	if os.Getenv("DATELINE_RETRAIN") == "" {
		t.Skip("takes minutes: set DATELINE_RETRAIN to run it")
	}
	conll, err := exec.Command("xz", "-dc", silver+"silver.conll.xz").Output()
	if err != nil {
		t.Skip("the labelled text does not come with the project: ", err)
	}
	list, err := exec.Command("gzip", "-dc", silver+"gaz_open.tsv.gz").Output()
	if err != nil {
		t.Skip("the lists do not come with the project: ", err)
	}
	for _, name := range []string{"../names.tsv", "../orgs.txt"} {
		own, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(append(list, '\n'), own...)
	}
	names, weights, err := Train(Usual, one(bytes.NewReader(conll)), list)
	if err != nil {
		t.Fatal(err)
	}
	for file, got := range map[string][]byte{"../names.bin": names, "../weights.bin": weights} {
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes than those that come with the program (%v)", file, err)
		}
	}
}
