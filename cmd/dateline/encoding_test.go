package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"dateline/index/archive"
	"dateline/search"
)

// spoken are texts of which made articles take their words, with what writes them beside UTF-8.
var spoken = []struct {
	name, text string
	in         encoding.Encoding
}{
	{"English", "The convoy waited at the northern bridge while envoys spoke of a truce near the harbour and shelling went on behind the hills until Friday " +
		"when observers counted forty lorries “bound for the camp” and said the road’s last mile was mined", charmap.Windows1252},
	{"French", "Le pont de la ville a été rouvert mardi aux camions après l’explosion qui avait emporté un pilier où des élèves blessés étaient évacués " +
		"vers un hôpital très éloigné tandis que le préfet déclarait la trêve achevée", charmap.Windows1252},
	{"Spanish", "El enviado anunció el miércoles que la tregua en la carretera se prolongará según portavoces aunque niños y jóvenes huían hacia montañas " +
		"próximas donde ningún médico llegó todavía", charmap.Windows1252},
	{"German", "Die Brücke über den Fluß wurde am Dienstag für Lastwagen geöffnet während Kämpfe östlich der Straße ausbrachen und Flüchtlinge zurück " +
		"in überfüllte Dörfer gingen", charmap.Windows1252},
	{"Russian", "Под станцией метро на прошлой неделе начались занятия в школе где учителя говорили о перемирии пока колонна грузовиков ждала у моста " +
		"через реку и наблюдатели считали раненых", charmap.Windows1251},
	{"Ukrainian", "Під станцією метро минулого тижня почалися заняття у школі де вчителі говорили про перемир’я поки колона вантажівок чекала біля мосту " +
		"через річку", charmap.Windows1251},
	{"Arabic", "سلم نحو مئتي مقاتل أسلحتهم في مدينة بعيدة يوم الأربعاء بموجب عفو ينتهي في آخر الشهر بينما انتظرت القافلة عند الجسر وتحدث المبعوث " +
		"عن هدنة قريبة", charmap.Windows1256},
}

// A madeArticle is an article that is not in UTF-8, with those of its words that are whole.
type madeArticle struct {
	how     string
	content []byte
	words   []string
}

func makeArticle(t *testing.T, r *rand.Rand, name string) madeArticle {
	t.Helper()
	language := spoken[r.IntN(len(spoken))]
	all := strings.Fields(language.text)
	var words []string
	for range 60 + r.IntN(100) {
		words = append(words, all[r.IntN(len(all))])
	}
	a := madeArticle{words: words}
	var in encoding.Encoding
	switch r.IntN(4) {
	case 0:
		a.how, in = "UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case 1:
		a.how, in = "UTF-16BE", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case 2:
		a.how, in = fmt.Sprint(language.in), language.in
	default:
		a.how = "stray bytes"
		a.words = nil
		struck := map[int]bool{}
		for range 1 + r.IntN(5) {
			struck[r.IntN(len(words))] = true
		}
		for i, w := range words {
			if struck[i] {
				at := r.IntN(len(w) + 1)
				w = w[:at] + string([]byte{byte(0x80 + r.IntN(0x80))}) + w[at:]
			} else {
				a.words = append(a.words, w)
			}
			words[i] = w
		}
	}
	a.how += ", " + language.name
	text := name + " " + strings.Join(words[:5], " ") + "\n\n" + strings.Join(words[5:], " ") + ".\n"
	a.content = []byte(text)
	if in != nil {
		var err error
		if a.content, err = in.NewEncoder().Bytes([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// TestWordsOfOtherEncodings: of $DATELINE_ENCODED articles, 500 unless it is set, in all encodings
// that are read, and in UTF-8 with stray bytes, nearly every word without such bytes is found.
func TestWordsOfOtherEncodings(t *testing.T) {
	n := 500
	if given, _ := strconv.Atoi(os.Getenv("DATELINE_ENCODED")); given > 0 {
		n = given
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	folder := filepath.Join(dir, "articles")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	wanted := map[string]map[string]string{} // word, article, how it is written
	for i := range n {
		id := fmt.Sprintf("n%05d", i)
		a := makeArticle(t, r, id)
		for utf8.Valid(a.content) {
			a = makeArticle(t, r, id)
		}
		if err := os.WriteFile(filepath.Join(folder, id+".txt"), a.content, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, w := range a.words {
			if wanted[w] == nil {
				wanted[w] = map[string]string{}
			}
			wanted[w][id] = a.how
		}
	}
	control := "control"
	for _, language := range spoken {
		control += "\n\n" + language.text
	}
	if err := os.WriteFile(filepath.Join(folder, "control.txt"), []byte(control), 0o644); err != nil {
		t.Fatal(err)
	}
	counted := indexed(t, filepath.Join(dir, "archive"), folder)
	reader, err := archive.Open(filepath.Join(dir, "archive"), archiveOptions(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	all, missed, passed, missedHow := 0, 0, 0, map[string]int{}
	for w, articles := range wanted {
		found := findsWord(t, reader, w)
		if !found["control"] {
			passed++ // a word as "the", which is not looked for alone
			continue
		}
		for id, how := range articles {
			all++
			if !found[id] {
				missed++
				missedHow[how]++
			}
		}
	}
	share := 100 * (1 - float64(missed)/float64(all))
	t.Logf("%d articles, %d read; of %d words %d are missed: %.3f %% are found; missed: %v", n, counted[1]-1, all, missed, share, missedHow)
	if passed > 12 {
		t.Errorf("%d words are not found in UTF-8", passed)
	}
	if share < 99.9 {
		t.Errorf("%.3f %% of words are found", share)
	}
}

// findsWord returns the names, with which their titles begin, of the articles that have a word.
func findsWord(t *testing.T, r *archive.Reader, word string) map[string]bool {
	t.Helper()
	q, err := search.Parse(`"` + strings.Trim(word, "“”") + `"`)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	req := search.Request{Query: q, Limit: search.MaxLimit}
	for {
		res, err := r.Search(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			name, _, _ := strings.Cut(h.Title, " ")
			found[name] = true
		}
		if res.Next == "" {
			return found
		}
		req.Cursor = res.Next
	}
}
