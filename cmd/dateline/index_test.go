package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

// dateline runs a command line on the archive in dir and returns what it prints
// on standard output.
func dateline(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), &console{
		args: append([]string{"-i", dir}, args...), stdin: strings.NewReader(""),
		stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" },
	})
	if code != 0 {
		t.Fatalf("dateline %s: exit code %d\n%s", strings.Join(args, " "), code, &stderr)
	}
	return stdout.String()
}

// TestSampleArticle asks who, where and when of the article that the project
// began with.
func TestSampleArticle(t *testing.T) {
	sample, err := filepath.Abs("../../../shared/data/sample")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(sample); err != nil {
		t.Skip("the sample article does not come with the project")
	}
	dir := filepath.Join(t.TempDir(), "archive")
	dateline(t, dir, "index", sample)
	res := answer(t, dir, "search", "rafah", "--facets", "--facet-size", "20", "--format", "json")
	for field, want := range map[search.Field][]string{
		search.Person: {
			"Benjamin Netanyahu", "Joe Biden", "Karine Jean-Pierre", "Marwan Bishara", "Ron Dermer", "Tzachi Hanegbi",
		},
		search.Place: {
			"Israel", "Palestinian Territory", "United States", "Palestinian Territory/Gaza Strip",
			"United States/District of Columbia", "Palestinian Territory/Gaza Strip/Rafah",
			"United States/District of Columbia/Washington",
		},
	} {
		var got []string
		for _, v := range res.Facets[field].Values {
			got = append(got, v.Value)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
	if res.Hits[0].Date != nil || res.Facets[search.Mentioned].Unanchored != 1 {
		t.Errorf("published %v; unanchored dates in %d articles", res.Hits[0].Date, res.Facets[search.Mentioned].Unanchored)
	}
	checkDates(t, dir, map[string]string{
		"Wednesday": "XXXX-WXX-3", "Monday": "XXXX-WXX-1", "Last week": "XXXX-WXX", "next week": "XXXX-WXX",
	}, corpus.Unanchored)

	dateline(t, dir, "index", "--date", "2024-03-28", sample)
	checkDates(t, dir, map[string]string{
		"Wednesday": "2024-03-27", "Monday": "2024-03-25", "Last week": "2024-W12", "next week": "2024-W14",
	}, corpus.Resolved)
}

func answer(t *testing.T, dir string, args ...string) *search.Results {
	t.Helper()
	var res search.Results
	if err := json.Unmarshal([]byte(dateline(t, dir, args...)), &res); err != nil {
		t.Fatal(err)
	}
	return &res
}

// checkDates checks the dates of the one article in dir by how they are written.
func checkDates(t *testing.T, dir string, want map[string]string, anchor corpus.Anchor) {
	t.Helper()
	id := answer(t, dir, "search", "--format", "json").Hits[0].ID
	var a search.Article
	if err := json.Unmarshal([]byte(dateline(t, dir, "show", id, "--format", "json")), &a); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, m := range a.Mentions {
		if value, ok := want[m.Text]; ok {
			found[m.Text] = true
			if m.Value != value || m.Anchor != anchor || a.Text[m.Start:m.End] != m.Text {
				t.Errorf("%q at %d: %s, %s; want %s, %s", m.Text, m.Start, m.Value, m.Anchor, value, anchor)
			}
		}
	}
	if len(found) != len(want) {
		t.Errorf("found %v of %v", found, want)
	}
}
