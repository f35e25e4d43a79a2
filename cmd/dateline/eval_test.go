package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"dateline/corpus/enrich/eval"
	"dateline/corpus/enrich/places"
)

// The scorers that the figures of eval must agree with, and their data. They do
// not come with the project.
const scorer, scored = "../../../shared/score/run.py", "../../../shared/data"

// TestEvalAgrees holds eval against another program that measures the same.
func TestEvalAgrees(t *testing.T) {
	if _, err := os.Stat(scorer); err != nil {
		t.Skip("there is no ", scorer)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip(err)
	}
	binary := filepath.Join(t.TempDir(), "dateline")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	own := "../../corpus/enrich/eval/testdata/gold.jsonl"
	tests := []struct {
		gold, mode string
		figures    map[string]string // measure.share of eval: how the scorer writes it
	}{
		{own, "ner", nerFigures},
		{own, "ner-surface", map[string]string{"distinct.f1": "micro .* F"}},
		{own, "people", peopleFigures},
		{own, "geo-e2e", geoFigures},
		{own, "timex", timexFigures},
		{scored + "/ner/re3d.jsonl", "ner", nerFigures},
		{scored + "/people/wiki_fair_v2.jsonl", "people", peopleFigures},
		{scored + "/geo/tr_news.jsonl", "geo-e2e", geoFigures},
		{scored + "/geo/geovirus.jsonl", "geo-e2e", geoFigures},
		{scored + "/timex/wikiwars.jsonl", "timex", timexFigures},
	}
	for _, test := range tests {
		t.Run(filepath.Base(test.gold)+" "+test.mode, func(t *testing.T) {
			var said bytes.Buffer
			cmd := exec.Command("python3", scorer, binary, test.gold, test.mode)
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v\n%s", err, &said)
			}
			report := evaluate(t, binary, test.gold)
			for name, pattern := range test.figures {
				measure, share, _ := strings.Cut(name, ".")
				got := shareOf(t, measureOf(report, measure), share)
				found := regexp.MustCompile(pattern + `"?:? ?([0-9.]+)`).FindSubmatch(said.Bytes())
				if found == nil {
					t.Fatalf("%s is not in %s", pattern, &said)
				}
				want, err := strconv.ParseFloat(string(found[1]), 64)
				if err != nil || got < want-0.051 || got > want+0.051 {
					t.Errorf("%s: got %v, the scorer has %v", name, got, want)
				}
			}
		})
	}
}

var (
	nerFigures = map[string]string{
		"person.f1": "PER P[0-9.]+ R[0-9.]+ F", "place.f1": "LOC P[0-9.]+ R[0-9.]+ F",
		"org.f1": "ORG P[0-9.]+ R[0-9.]+ F", "names.precision": "micro P",
		"names.recall": "micro P[0-9.]+ R",
	}
	peopleFigures = map[string]string{
		"joining.precision": "b3_p", "joining.recall": "b3_r", "joining.f1": "b3_f1",
	}
	geoFigures = map[string]string{
		"resolution.precision": "acc161_resolved", "resolved.precision": "e2e_p",
		"resolved.recall": "e2e_r", "resolved.f1": "e2e_f1",
	}
	timexFigures = map[string]string{
		"date.precision": "relaxed_p", "date.recall": "relaxed_r", "date.f1": "relaxed_f1",
		"date-span.f1": "strict_f1", "date-value.f1": "value_f1",
	}
)

func evaluate(t *testing.T, binary, gold string) *eval.Report {
	t.Helper()
	out, err := exec.Command(binary, "eval", "--json", gold).Output()
	if err != nil {
		t.Fatal(err)
	}
	var report eval.Report
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	return &report
}

func shareOf(t *testing.T, m *eval.Measure, share string) float64 {
	t.Helper()
	if m == nil {
		t.Fatal("the measure is not told")
	}
	switch share {
	case "precision":
		return m.Precision
	case "recall":
		return m.Recall
	default:
		return m.F1
	}
}

// TestEvalExample holds that the gold in eval's help can be read.
func TestEvalExample(t *testing.T) {
	_, example, ok := strings.Cut(evalCommand(&console{}).Description, "an article a line:\n\n")
	example, _, ok2 := strings.Cut(example, "\n\n")
	if !ok || !ok2 {
		t.Fatal("the help has no example")
	}
	gold, err := eval.Read("the example", strings.NewReader(strings.ReplaceAll(example, "\n", " ")), places.Default())
	if err != nil {
		t.Fatal(err)
	}
	a := gold.Articles[0]
	for i, want := range []string{"Ali Hadi", "Goma", "Monday"} {
		if m := append(a.Names, a.Times...)[i]; a.Text[m.Start:m.End] != want {
			t.Errorf("%q is marked, not %q", a.Text[m.Start:m.End], want)
		}
	}
}

// measureOf returns the measure of r with this name, nil where it was not told.
func measureOf(r *eval.Report, name string) *eval.Measure {
	for i := range r.Measures {
		if r.Measures[i].Name == name {
			return &r.Measures[i]
		}
	}
	return nil
}
