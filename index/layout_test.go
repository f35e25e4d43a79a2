package index

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// Sentences are parted by |, and begin at a word.
func TestBeginsSentence(t *testing.T) {
	for _, want := range []string{
		"Shells fell. |The crossing was shut. |Nobody spoke.",
		"Who fell? |Nobody! |He ran.",
		"He fell… |She ran. . . |They hid.",
		"Waiting ... and waiting...|",
		"It cost 3.5 million. |In 2024. |2,000 died.",
		"On Sept. 5 he left. |In Sept. |Officials left. |On Feb. 26 too.",
		"Lt. Gen. Omar Haddad, Mr. and Mrs. Okoro, Dr. A. Smith and J. A. Okoro met.",
		"U.S. troops of the U.S. Army left the U.S. |The army of the U.N. |A man stayed.",
		"He left at 5 p.m. |They came at 6 a.m. on Friday.",
		"Hope Inc. said so. |So did Hope Ltd. |Others did not.",
		"“It is war,” he said. |“We go.” |They went. |(All of them.) |“Stop!” he said.",
		"It was war. |He ran. |So it is. |We go now.",
		"Article No. 5 of Vol. 2 etc. was read. |No. |He said no. |Yes.",
		"See example.org or a.b for more. |It is U.S.-backed.",
		"Pourquoi ? |Il est parti.",
		"Обстрел кончился. |Люди ждут. |В 2024 г. Москва ждала.",
		"هدأت غزة. |عاد الناس. |من عاد؟ |لا أحد",
		"战争结束。|他们回家！|好。",
		"first line\n|second line\n\n|Third line. |Fourth",
		"one: two; three – four",
	} {
		s := strings.ReplaceAll(want, "|", "")
		words := text.Analyze(s, false)
		var b strings.Builder
		at := 0
		for i, w := range words {
			b.WriteString(s[at:w.Start])
			if i > 0 && beginsSentence(s, words, i) {
				b.WriteByte('|')
			}
			at = w.Start
		}
		b.WriteString(s[at:])
		// A bracket or quote before the word is of the sentence that it begins.
		got := strings.NewReplacer("“|", "|“", "(|", "|(").Replace(b.String())
		if got != strings.TrimSuffix(want, "|") {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestLayout(t *testing.T) {
	d := naming("en", "<Okoro>. In {Gaza City}", "<?Okoro's> men\nof {al}-Shifa. Spoke on [Wednesday] at {—}.")
	d.Mentions = append(d.Mentions,
		corpus.Mention{Kind: corpus.Duration, Field: "text", Start: 0, End: 5, Value: "P1D"},
		corpus.Mention{Kind: corpus.DateKind, Field: "text", Start: 6, End: 11, Value: "P1D"},
		corpus.Mention{Kind: corpus.DateKind, Field: "text", Start: 9, End: 10, Value: "XXXX-WXX-3",
			Anchor: corpus.Unanchored, Confidence: 0.6},
		corpus.Mention{Kind: corpus.Org, Field: "text", Start: 0, End: 10_000, Value: "All", Confidence: 0.8},
	)
	r := NewRecord(Entry{Document: *d})
	title := Layout{Sentences: []int{1}, Mentions: []Named{
		{search.Person, corpus.High, Span{0, 0}}, {search.Place, corpus.High, Span{2, 3}},
	}}
	body := Layout{Sentences: []int{2, 5}, Paragraphs: []int{2}, Mentions: []Named{
		{search.Person, corpus.Low, Span{0, 0}},
		{search.Org, corpus.High, Span{0, 8}},
		{search.Mentioned, corpus.Medium, Span{1, 1}},
		{search.Place, corpus.High, Span{3, 3}},
		{search.Mentioned, corpus.High, Span{7, 7}},
	}}
	if !reflect.DeepEqual(r.TitleLayout, title) {
		t.Errorf("the title is %+v,\nwant %+v", r.TitleLayout, title)
	}
	if !reflect.DeepEqual(r.TextLayout, body) {
		t.Errorf("the text is %+v,\nwant %+v", r.TextLayout, body)
	}
}

func TestSentences(t *testing.T) {
	for _, want := range [][]string{
		nil,
		{"One."},
		{"Shells fell.", "The crossing was shut!", "Nobody spoke"},
		{"“It is war,” he said.", "“We go.”", "They went.", "(All of them.)", "“Stop!” he said."},
		{"On Sept. 5 Lt. Gen. Omar Haddad left the U.S. Army.", "He ran."},
		{"战争结束。", "他们回家！", "好。"},
		{"Said \xff nobody.", "So \xe2\x82 it is."},
	} {
		for _, between := range []string{" ", "\n", " \n\n — "} {
			s := strings.Join(want, between)
			if len(want) > 1 {
				s = " \n" + s + "\n "
			}
			spans, err := Sentences(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, at := range spans {
				got = append(got, strings.TrimPrefix(s[at[0]:at[1]], "— "))
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%q:\n got %q\nwant %q", s, got, want)
			}
		}
	}
}

func TestNoSentences(t *testing.T) {
	if got, err := Sentences(t.Context(), " — … \n"); len(got) > 0 || err != nil {
		t.Errorf("without words: %v, %v", got, err)
	}
}

// TestSentencesAreThoseOfNear: a word is in another sentence than the one before where
// w/s says so.
func TestSentencesAreThoseOfNear(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	parts := []string{"He", "ran", "U.S", "Lt", "5", "战", "no", ".", ".", "!", "…", "。", "”", "“", "(", " ", " ", "\n", "\xff"}
	for range 3000 {
		var s string
		for range r.IntN(20) {
			s += parts[r.IntN(len(parts))]
		}
		words := text.Analyze(s, false)
		spans, err := Sentences(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for i, w := range words {
			if i > 0 && beginsSentence(s, words, i) {
				n++
			}
			if n >= len(spans) || w.Start < spans[n][0] || w.End > spans[n][1] {
				t.Fatalf("seed %d: %q: the word at %d is not in sentence %d of %v", seed, s, w.Start, n, spans)
			}
		}
		if len(words) > 0 && n != len(spans)-1 {
			t.Fatalf("seed %d: %q: %d sentences, want %d", seed, s, len(spans), n+1)
		}
	}
}
