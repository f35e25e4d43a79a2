package dates

import (
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
)

// found writes what a text has as "27 March=2024-03-27".
func found(published corpus.Date, text string) string {
	var out []string
	for _, m := range Tag("", published, text)[0] {
		out = append(out, text[m.Start:m.End]+"="+m.Value)
	}
	return strings.Join(out, "; ")
}

func TestTag(t *testing.T) {
	const published = "2024-03-28" // a Thursday
	for _, c := range []struct{ text, dated, undated string }{
		// explicit: the same with and without a date of publication
		{"on 27 March 2024", "27 March 2024=2024-03-27", ""},
		{"March 27, 2024, was", "March 27, 2024=2024-03-27", ""},
		{"the 27th of March, 2024", "the 27th of March, 2024=2024-03-27", ""},
		{"on 2024-03-27 and 2024/03/27", "2024-03-27=2024-03-27; 2024/03/27=2024-03-27", ""},
		{"on 27/03/2024 and 03/27/2024", "27/03/2024=2024-03-27; 03/27/2024=2024-03-27", ""},
		{"on 03/04/2024", "03/04/2024=2024", ""},
		{"in March 2024", "March 2024=2024-03", ""},
		{"in early March 2024", "early March 2024=2024-03", ""},
		{"in 1987 and since the 1990s", "1987=1987; the 1990s=199", ""},
		{"in the 19th century", "the 19th century=18", ""},
		{"in the summer of 2012", "the summer of 2012=2012-SU", ""},
		{"the third quarter of 2012", "the third quarter of 2012=2012-Q3", ""},
		{"the first half of 2012", "the first half of 2012=2012-H1", ""},
		{"the end of March 2024", "the end of March 2024=2024-03", ""},
		{"Wednesday, 27 March 2024", "Wednesday, 27 March 2024=2024-03-27", ""},
		{"Wednesday, March 27, 2024", "Wednesday, March 27, 2024=2024-03-27", ""},
		{"31 February 2024", "February 2024=2024-02", ""},
		// relative to the publication
		{"He said on Wednesday", "Wednesday=2024-03-27", "Wednesday=XXXX-WXX-3"},
		{"He said on Thursday", "Thursday=2024-03-28", "Thursday=XXXX-WXX-4"},
		{"It will meet on Monday", "Monday=2024-04-01", "Monday=XXXX-WXX-1"},
		{"It was on Wednesday night", "Wednesday night=2024-03-27TNI", "Wednesday night=XXXX-WXX-3TNI"},
		{"last Wednesday, next Friday", "last Wednesday=2024-03-27; next Friday=2024-03-29",
			"last Wednesday=XXXX-WXX-3; next Friday=XXXX-WXX-5"},
		{"yesterday and tomorrow", "yesterday=2024-03-27; tomorrow=2024-03-29", "yesterday=XXXX-XX-XX; tomorrow=XXXX-XX-XX"},
		{"today, tonight", "today=2024-03-28; tonight=2024-03-28TNI", "today=XXXX-XX-XX; tonight=XXXX-XX-XXTNI"},
		{"the day before yesterday", "the day before yesterday=2024-03-26", "the day before yesterday=XXXX-XX-XX"},
		{"Last week and next week", "Last week=2024-W12; next week=2024-W14", "Last week=XXXX-WXX; next week=XXXX-WXX"},
		{"this weekend", "this weekend=2024-W13-WE", "this weekend=XXXX-WXX-WE"},
		{"last month, this year", "last month=2024-02; this year=2024", "last month=XXXX-XX; this year=XXXX"},
		{"earlier this month", "earlier this month=2024-03", "earlier this month=XXXX-XX"},
		{"last summer", "last summer=2023-SU", "last summer=XXXX-SU"},
		{"last winter", "last winter=2023-WI", "last winter=XXXX-WI"},
		{"this decade", "this decade=202", "this decade=XXX"},
		{"He left on 27 March", "27 March=2024-03-27", "27 March=XXXX-03-27"},
		{"He left on 27 December", "27 December=2023-12-27", "27 December=XXXX-12-27"},
		{"It will end on 3 January", "3 January=2025-01-03", "3 January=XXXX-01-03"},
		{"It was in December", "December=2023-12", "December=XXXX-12"},
		{"last March, next March", "last March=2023-03; next March=2025-03", "last March=XXXX-03; next March=XXXX-03"},
		{"in April last year", "April last year=2023-04", "April last year=XXXX-04"},
		{"two days ago, three weeks ago", "two days ago=2024-03-26; three weeks ago=2024-W10",
			"two days ago=XXXX-XX-XX; three weeks ago=XXXX-WXX"},
		{"two years from now", "two years from now=2026", "two years from now=XXXX"},
		{"at 10 p.m. on Wednesday", "10 p.m. on Wednesday=2024-03-27T22:00", "10 p.m. on Wednesday=XXXX-WXX-3T22:00"},
		// counted from a date that the text tells
		{"On 7 October 2023 it began. Two days later it ended.",
			"7 October 2023=2023-10-07; Two days later=2023-10-09", ""},
		{"On 7 October 2023 it began. The following day it ended.",
			"7 October 2023=2023-10-07; The following day=2023-10-08", ""},
		{"On 7 October 2023 it began. That day it ended.", "7 October 2023=2023-10-07; That day=2023-10-07", ""},
		{"On 7 October 2023 it began. He spoke on Wednesday.",
			"7 October 2023=2023-10-07; Wednesday=2024-03-27", "7 October 2023=2023-10-07; Wednesday=XXXX-WXX-3"},
		// no span of the calendar
		{"now, recently, in the future", "now=PRESENT_REF; recently=PAST_REF; the future=FUTURE_REF", ""},
		// durations and sets
		{"for three days", "three days=P3D", ""},
		{"for two and a half", "", ""},
		{"twenty-five years, a 51-year-old", "twenty-five years=P25Y; 51-year-old=P51Y", ""},
		{"half an hour, several weeks", "half an hour=PT30M; several weeks=PXW", ""},
		{"in the last three days", "the last three days=P3D", ""},
		{"every week, daily, on Fridays", "every week=P1W; daily=P1D; Fridays=XXXX-WXX-5", ""},
		{"twice a week", "twice a week=P1W", ""},
		// what is no date
		{"May I march? They may.", "", ""},
		{"some 2000 soldiers at 1900 km", "", ""},
		{"a score of 12:30, $2012, room 4", "", ""},
		{"the second shot", "", ""},
	} {
		if got := found(published, c.text); got != c.dated {
			t.Errorf("%q, dated:\n got %s\nwant %s", c.text, got, c.dated)
		}
		want := c.undated
		if want == "" {
			want = c.dated
		}
		if got := found("", c.text); got != want {
			t.Errorf("%q, undated:\n got %s\nwant %s", c.text, got, want)
		}
	}
}

// The tense of a clause tells the year of a day and month.
func TestYearByTense(t *testing.T) {
	for _, c := range []struct {
		published corpus.Date
		text      string
		want      string
	}{
		{"2024-04-02", "A third lane will be opened in Rafah on 8 April, she said.", "8 April=2024-04-08"},
		{"2024-04-02", "A third lane is to be opened on 8 April.", "8 April=2024-04-08"},
		{"2024-04-02", "A third lane was to be opened on 8 April.", "8 April=2024-04-08"},
		{"2024-04-02", "The lane will have been repaired by 8 April.", "8 April=2024-04-08"},
		{"2024-04-02", "A storm will hit Rafah on 8 April.", "8 April=2024-04-08"},
		{"2024-04-02", "It would, she said, be reopened on 8 April.", "8 April=2024-04-08"},
		{"2024-04-02", "The council plans to meet those accused on 8 April.", "8 April=2024-04-08"},
		{"2024-04-02", "The lane is due to be officially opened on 8 April.", "8 April=2024-04-08"},
		{"2024-04-02", "On 8 April, the lane will be opened.", "8 April=2024-04-08"},
		{"2024-04-02", "On 8 April, officials said, the lane will be opened.", "8 April=2024-04-08"},
		{"2024-12-20", "The lane will be opened on 8 January.", "8 January=2025-01-08"},
		{"2024-12-20", "The lane shall be closed on 27 December.", "27 December=2024-12-27"},
		{"2024-04-02", "The lane was opened on 27 December.", "27 December=2023-12-27"},
		{"2024-04-02", "The lane has been opened since 27 December.", "27 December=2023-12-27"},
		{"2024-04-02", "The man who would lead them was shot on 27 December.", "27 December=2023-12-27"},
		{"2024-04-02", "On 27 December he left a city that he will miss.", "27 December=2023-12-27"},
		{"2024-04-02", "The lane (8 April)", "8 April=2024-04-08"},
		{"2024-01-05", "The lane (20 December)", "20 December=2023-12-20"},
		{"2024-12-20", "The lane (8 January)", "8 January=2025-01-08"},
	} {
		if got := found(c.published, c.text); got != c.want {
			t.Errorf("published %s, %q:\n got %s\nwant %s", c.published, c.text, got, c.want)
		}
	}
}

func TestNumericOrder(t *testing.T) {
	for _, c := range []struct{ source, text, want string }{
		{"", "on 03/04/2023", "2023"},
		{"", "on 03/04/2023 and 27/04/2023", "2023-04-03 2023-04-27"},
		{"", "on 03/04/2023 and 04/27/2023", "2023-03-04 2023-04-27"},
		{"", "on 03/04/2023, 27/04/2023 and 04/27/2023", "2023 2023-04-27 2023-04-27"},
		{"", "on 03/28/2024 and on 04/02/2024", "2024-03-28 2024-04-02"},
		{"", "on 12/11/2023", "2023-12-11"}, // of the publication
		{"example.co.uk", "on 03/04/2023", "2023-04-03"},
		{"https://www.example.in/news", "on 03/04/2023", "2023-04-03"},
		{"example.gov", "on 03/04/2023", "2023-03-04"},
		{"example.gov", "on 03/04/2023 and 27/04/2023", "2023-04-03 2023-04-27"},
		{"example.org", "on 03/04/2023", "2023"},
		{"The Example", "on 03/04/2023", "2023"},
		{"", "on 3/4/23", "2023"},
		{"example.us", "on 3/4/23", "2023-03-04"},
	} {
		var got []string
		for _, m := range Tag(c.source, "2023-12-11", c.text)[0] {
			got = append(got, m.Value)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s, %q: got %s, want %s", c.source, c.text, s, c.want)
		}
	}
}

func TestOtherCalendars(t *testing.T) {
	for text, want := range map[string]string{
		"on 1 Farvardin 1399":              "1 Farvardin 1399=2020-03-20",
		"on 1 Farvardin 1400":              "1 Farvardin 1400=2021-03-21",
		"on 1 Farvardin 1403":              "1 Farvardin 1403=2024-03-20",
		"on 1 Farvardin 1404":              "1 Farvardin 1404=2025-03-21",
		"on 30 Esfand 1403":                "30 Esfand 1403=2025-03-20",
		"on 22 Bahman 1357":                "22 Bahman 1357=1979-02-11",
		"on Mehr 15, 1402, he":             "Mehr 15, 1402=2023-10-07",
		"in Mordad 1401":                   "Mordad 1401=2022",
		"on 15 Ramadan 1445 AH":            "15 Ramadan 1445 AH=2024-03",
		"on 1 Muharram 1446":               "1 Muharram 1446=2024-07",
		"on 10 Dhu al-Hijjah 1444":         "10 Dhu al-Hijjah 1444=2023-06",
		"on 12 Rabi al-Awwal 1445":         "12 Rabi al-Awwal 1445=2023-09",
		"on 5 Jumada II 1445":              "5 Jumada II 1445=2023-12",
		"on 22 Ramadan 1445":               "22 Ramadan 1445=2024",
		"in Ramadan 1445":                  "Ramadan 1445=2024",
		"on Meskerem 1, 2013 E.C., it":     "Meskerem 1, 2013 E.C.=2020-09-11",
		"on 25 Tikimt 2013":                "25 Tikimt 2013=2020-11-04",
		"on 1 Meskerem 2016":               "1 Meskerem 2016=2023-09-12",
		"in Hidar 2013":                    "Hidar 2013=2020",
		"said Ramadan, 15, and Rajab 2023": "2023=2023",
	} {
		if got := found("2024-04-20", text); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestPartialDateOfPublication(t *testing.T) {
	const text = "yesterday, last month, last year, in December, on Wednesday"
	for published, want := range map[corpus.Date]string{
		"2024-03":  "yesterday=XXXX-XX-XX; last month=2024-02; last year=2023; December=2023-12; Wednesday=XXXX-WXX-3",
		"2024":     "yesterday=XXXX-XX-XX; last month=XXXX-XX; last year=2023; December=XXXX-12; Wednesday=XXXX-WXX-3",
		"2024-W13": "yesterday=XXXX-XX-XX; last month=XXXX-XX; last year=XXXX; December=XXXX-12; Wednesday=XXXX-WXX-3",
	} {
		if got := found(published, text); got != want {
			t.Errorf("published %s:\n got %s\nwant %s", published, got, want)
		}
	}
}

func TestRanges(t *testing.T) {
	for text, want := range map[string]string{
		"from 24 to 26 February":               "24=2024-02-24=1; 26 February=2024-02-26=1",
		"between 24 and 26 February 2023":      "24=2023-02-24=1; 26 February 2023=2023-02-26=1",
		"March 3-5, 2023":                      "March 3=2023-03-03=1; 5, 2023=2023-03-05=1",
		"2003–2010 and from 2013 to 2016":      "2003=2003=1; 2010=2010=1; 2013=2013=2; 2016=2016=2",
		"from 1 June 2023 to 31 July 2023":     "1 June 2023=2023-06-01=1; 31 July 2023=2023-07-31=1",
		"between March 2022 and November 2023": "March 2022=2022-03=1; November 2023=2023-11=1",
		"on June 29-31":                        "June 29=2024-06-29=0",
		"24 and 26 February":                   "26 February=2024-02-26=0",
		"on 1 June 2023 and on 2 June 2023":    "1 June 2023=2023-06-01=0; 2 June 2023=2023-06-02=0",
	} {
		var got []string
		for _, m := range Tag("", "2024-03-28", text)[0] {
			got = append(got, fmt.Sprintf("%s=%s=%d", text[m.Start:m.End], m.Value, m.Range))
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%q:\n got %s\nwant %s", text, s, want)
		}
	}
}

func TestNarrative(t *testing.T) {
	const text = "In 1914 war began. On 28 June 1914 shots were fired. By 1915 it spread. In March it grew. " +
		"In 1916, 1917 and 1918 it went on, and on 11 November 1918 it ended. The next day was quiet."
	got := found("2010-05-01", text)
	for _, want := range []string{"March=1915-03", "The next day=1918-11-12"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

// What comes later is told later; a year in passing and today's custom move
// nothing; and a report of now that looks back is no narrative.
func TestNarrativeTime(t *testing.T) {
	const years = "In 1901, 1902, 1903, 1904, 1905, 1906, 1907, 1908, 1910, 1911, 1912 and 1913 it rained. "
	for text, want := range map[string]string{
		"On 3 December 1914 it began. In January it spread.":                   "January=1915-01",
		"On 3 March 1914 it began, as planned for 1916. On 5 March it spread.": "5 March=1914-03-05",
		"On 3 March 1914 it began. Today it is remembered.":                    "Today=PRESENT_REF",
		"In 1914 it began. He spoke on Monday.":                                "Monday=2010-04-26",
	} {
		if got := found("2010-05-01", years+text); !strings.Contains(got, want) {
			t.Errorf("%q: %s is not in %s", text, want, got)
		}
	}
	const news = years + "In 1914 it began. He said on Monday that it was yesterday, or Tuesday. In March it rained."
	if got := found("2010-05-01", news); !strings.Contains(got, "March=2010-03") {
		t.Errorf("news is read as a narrative: %s", got)
	}
}

func TestFields(t *testing.T) {
	const text = "27 March 2024, in March, on Wednesday, now, for three days"
	want := []corpus.Mention{
		{Kind: corpus.DateKind, Type: "DATE", Precision: corpus.ToDay, Anchor: corpus.Explicit},
		{Kind: corpus.DateKind, Type: "DATE", Precision: corpus.Month, Anchor: corpus.Unanchored},
		{Kind: corpus.DateKind, Type: "DATE", Precision: corpus.ToDay, Anchor: corpus.Unanchored},
		{Kind: corpus.DateKind, Type: "DATE"},
		{Kind: corpus.Duration, Type: "DURATION"},
	}
	got := Tag("", "", text)[0]
	if len(got) != len(want) {
		t.Fatalf("%d mentions, want %d: %+v", len(got), len(want), got)
	}
	for i, m := range got {
		w := want[i]
		if m.Kind != w.Kind || m.Type != w.Type || m.Precision != w.Precision || m.Anchor != w.Anchor {
			t.Errorf("%q: %+v, want %+v", text[m.Start:m.End], m, w)
		}
	}
	if Tag("", "2024-03-28", text)[0][2].Anchor != corpus.Resolved {
		t.Error("a weekday of a dated article is not resolved")
	}
}

// What takes longer than the text is long would not end here.
func TestLongTexts(t *testing.T) {
	for _, s := range []string{"1", "-", " ", "Monday ", "12:30 ", "1.", "a.", "'", "'8", "1990 ", "1/2/", "the end of ", "early ",
		"late 1990s ", "mid-", "a few ", "May 3 and ", "the ", "recent ", "two and a half ", "the same ", "10 a.m. on ", "\n", "é",
		"in the year ", "first quarter of ", "27 March ", "on the 14th of ", "year-", "New Year's ", "last last "} {
		Tag("", "2024-03-28", strings.Repeat(s, 1<<18/len(s)))
	}
}

// A value that claims an anchor names a span of the calendar, and none other.
func FuzzTag(f *testing.F) {
	f.Add("On Wednesday, 27 March 2024, at 10:30 p.m. GMT", "2024-03-28")
	f.Add("from 24 to 26 February; the end of the next decade; 99 centuries ago", "2024-03")
	f.Add("9999 years later, 31 Feb 2023, last last week", "0001-01-01")
	f.Add("the day the 31st of\nJune 1000000000 years from now", "9999-12-31")
	f.Add("JAn1", "9999-10")
	f.Add("\xff Sept. a.m. 1,000.5th", "")
	f.Add("last Feb, Christmas, '99 and the 90s, 1/2/03, the year before, last winter", "0001-01-01")
	f.Add("the third quarter, the same month a year ago, the 14th, next Christmas, 9/9/99", "9999-12-31")
	f.Fuzz(func(t *testing.T, text, published string) {
		last := 0
		for _, m := range Tag("", corpus.Date(published), text)[0] {
			if m.Start < last || m.End <= m.Start || m.End > len(text) {
				t.Fatalf("mention %+v behind %d", m, last)
			}
			last = m.End
			_, ok := corpus.Date(m.Value).Span()
			if anchored := m.Anchor == corpus.Explicit || m.Anchor == corpus.Resolved; anchored != (ok && m.Kind == corpus.DateKind) {
				t.Fatalf("%q of %q, published %q: %+v", text[m.Start:m.End], text, published, m)
			}
		}
	})
}
