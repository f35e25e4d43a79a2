package crf

import (
	"slices"
	"strings"
	"testing"
)

// lists are names and words for tests.
func lists(t *testing.T) *Names {
	t.Helper()
	const lines = "plain\tleave\nplain\tarmy\nplain\tafter\nplain\traid\nplain\tsays\nplain\tdeadly\nplain\tthe\nplain\tpolice\n" +
		"plain\tquell\nplain\tborder\norg\tNATO\ncommon\tthe\n"
	data, err := PackNames(strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	n, err := OpenNames(data)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRecase(t *testing.T) {
	n := lists(t)
	const text = "\nThe men said that Ada Quell and the police left for Goma, where McAda of the UNX was. It rained in GOMA."
	for headline, want := range map[string]string{
		"POLICE LEAVE GOMA AFTER RAID":             "Police leave Goma after raid",
		"QUELL SAYS ARMY LEFT ZARVOK-NORD":         "Quell says army left Zarvok-Nord",
		"NATO, UNX LEAVE U.S. BORDER":              "NATO , UNX leave U.S. border",
		"Quell Says Army Leaves After Deadly Raid": "Quell says army leaves after deadly raid",
		"McAda Leaves the Army Police Says":        "McAda leaves the army police says",
		"The police leave the army after a raid":   "The police leave the army after a raid",
		"ARMY-POLICE RAIDS LEAVE BORDER":           "Army-Police raids leave border",
	} {
		var a Article
		a.Read(headline + text)
		a.Study(n)
		a.Recase(n)
		var got []string
		for _, w := range a.Sentence(0) {
			got = append(got, w.Text)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q is read as %q, want %q", headline, s, want)
		}
		last := a.Sentence(a.Sentences() - 1)
		if last[3].Text != "GOMA" {
			t.Errorf("prose has changed: %v", last[3].Text)
		}
	}
}

func TestHeadline(t *testing.T) {
	n := lists(t)
	for text, want := range map[string]bool{
		"POLICE LEAVE GOMA AFTER RAID":                     true,
		"Police Leave Goma After Deadly Army Raid":         true,
		"Police leave Goma after deadly army raid":         false,
		"UNHCR, UNICEF and the UNX agreed with the police": false,
		"Ada Quell, Tamar Ben-Ari and Yusuf Hadidi":        false,
		"NATO": false,
		"":     false,
	} {
		var a Article
		a.Read(text + "\nx")
		a.Study(n)
		if got := a.Headline(0); got != want {
			t.Errorf("%q: headline %v", text, got)
		}
	}
}

func TestSkipped(t *testing.T) {
	var a Article
	a.Read("the University of the North met in town , he said to Ada")
	want := []int{1, 2, 3, 4, 12}
	var got []int
	for i := range a.Sentence(0) {
		if !Skipped(a.Sentence(0), i) {
			got = append(got, i)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("tokens %v are looked at, want %v", got, want)
	}
}

func TestLabels(t *testing.T) {
	got := Labels(7, []Name{{From: 0, To: 1, Type: Person}, {From: 1, To: 3, Type: Org}, {From: 4, To: 7, Type: Other}})
	want := []Label{label(Person, whole), label(Org, begins), label(Org, ends), Outside,
		label(Other, begins), label(Other, inside), label(Other, ends)}
	if !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
	before := Outside
	for _, l := range got {
		if !l.Follows(before) {
			t.Errorf("%d may not follow %d", l, before)
		}
		before = l
	}
	for _, c := range [][2]Label{{Outside, label(Org, ends)}, {label(Org, begins), Outside}, {label(Org, begins), label(Person, ends)},
		{label(Org, inside), label(Org, whole)}, {label(Org, whole), label(Org, inside)}} {
		if c[1].Follows(c[0]) {
			t.Errorf("%d may follow %d", c[1], c[0])
		}
	}
}

func TestResetForgets(t *testing.T) {
	n := lists(t)
	var a, b Article
	a.Read("The men said that the Army met in Goma. GOMA")
	a.Study(n)
	a.Reset()
	for _, x := range []*Article{&a, &b} {
		x.Read("ARMY LEAVE GOMA BORDER\nthe men")
		x.Study(n)
		x.Recase(n)
	}
	for i := range b.Sentences() {
		if !slices.Equal(a.Sentence(i), b.Sentence(i)) {
			t.Errorf("sentence %d is read otherwise: %v, %v", i, a.Sentence(i), b.Sentence(i))
		}
	}
}
