package people

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// goldFile holds articles with the persons that their names mean. It is no part
// of the project.
const goldFile = "../../../../shared/data/people/wiki_fair_v2.jsonl"

// A goldName is a name in an article and whom it means.
type goldName struct{ text, person string }

// readGold returns the names of each article with two or more.
func readGold(t *testing.T) [][]goldName {
	t.Helper()
	data, err := os.ReadFile(goldFile)
	if err != nil {
		t.Skip("the articles to measure by are not here: ", err)
	}
	var out [][]goldName
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var a struct {
			Entities []struct {
				Start                int
				Text, Type, Wikidata string
				Coref                bool
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		var names []goldName
		for _, e := range a.Entities {
			named := e.Text != "" && strings.ToLower(e.Text[:1]) != e.Text[:1]
			pronoun := slices.Contains([]string{"i", "he", "she", "his", "her"}, strings.ToLower(e.Text))
			if e.Type == "PER" && named && !pronoun && !e.Coref && strings.HasPrefix(e.Wikidata, "Q") {
				names = append(names, goldName{e.Text, e.Wikidata})
			}
		}
		if len(names) > 1 {
			out = append(out, names)
		}
	}
	return out
}

// bCubed returns precision and recall, summed over names.
func bCubed(names []goldName, got []Person) (precision, recall float64) {
	for i, n := range names {
		var same, both, meant float64
		for j, m := range names {
			joined := got[i].Value == got[j].Value
			if joined {
				same++
			}
			if n.person == m.person {
				meant++
				if joined {
					both++
				}
			}
		}
		precision += both / same
		recall += both / meant
	}
	return precision, recall
}

// TestGold measures Join where every name of an article is found.
func TestGold(t *testing.T) {
	var p, r, n float64
	for _, article := range readGold(t) {
		var names []Name
		for _, g := range article {
			names = append(names, Name{g.text, 0.9})
		}
		got := Join(names)
		precision, recall := bCubed(article, got)
		p, r, n = p+precision, r+recall, n+float64(len(article))
		if int(precision+recall+0.5) < 2*len(article) {
			for i, g := range article {
				t.Logf("%-40s %-12s %s", g.text, g.person, got[i].Value)
			}
			t.Log("--")
		}
	}
	p, r = p/n, r/n
	t.Logf("B³ of %v names: precision %.3f, recall %.3f, F1 %.3f", n, p, r, 2*p*r/(p+r))
	if 2*p*r/(p+r) < 0.965 {
		t.Error("names are joined worse than they were")
	}
}
