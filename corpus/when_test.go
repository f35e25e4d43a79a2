package corpus

import (
	"strings"
	"testing"
	"time"
)

func TestReadDate(t *testing.T) {
	for in, want := range map[string]Date{
		"":                                    "",
		" 2024-03-27 ":                        "2024-03-27",
		"2024":                                "2024",
		"2024-03":                             "2024-03",
		"2024-W13":                            "2024-W13",
		"2024-Q1":                             "2024-Q1",
		"20240327":                            "2024-03-27",
		"20240327T101500Z":                    "2024-03-27",
		"2024/03/27":                          "2024-03-27",
		"2024/3/7":                            "2024-03-07",
		"2024.03.27":                          "2024-03-27",
		"2024-03-27T23:59:59-11:00":           "2024-03-27",
		"2024-03-27T00:30:00+03:00":           "2024-03-27",
		"2024-03-27T10:15:00.000Z":            "2024-03-27",
		"2024-03-27 10:15":                    "2024-03-27",
		"Wed, 27 Mar 2024 23:30:00 -0500":     "2024-03-27",
		"Wed, 27 Mar 2024 10:30:00 GMT":       "2024-03-27",
		"Wednesday, 27-Mar-2024 10:30:00 UTC": "2024-03-27",
		"Wed Mar 27 14:30:00 2024":            "2024-03-27",
		"Wed Mar 27 14:30:00 UTC 2024":        "2024-03-27",
		"27 March 2024":                       "2024-03-27",
		"27th of March, 2024":                 "2024-03-27",
		"27 MAR 2024":                         "2024-03-27",
		"March 27, 2024":                      "2024-03-27",
		"Mar. 27 2024":                        "2024-03-27",
		"Sept 1, 2024":                        "2024-09-01",
		"March 27th, 2024 10:30 AM EST":       "2024-03-27",
		"Wednesday 27 March 2024 10.30 BST":   "2024-03-27",
		"Published on 27 March 2024 at 10:30": "2024-03-27",
		"March 2024":                          "2024-03",
		"27/03/2024":                          "2024-03-27",
		"03/27/2024":                          "2024-03-27",
		"27.03.2024":                          "2024-03-27",
		"13/04/2024":                          "2024-04-13",
		"04/04/2024":                          "2024-04-04",
		"29 February 2024":                    "2024-02-29",
		"27 mars 2024":                        "2024-03-27",
		"1er avril 2024":                      "2024-04-01",
		"27 de marzo de 2024":                 "2024-03-27",
		"27. März 2024":                       "2024-03-27",
		"27 марта 2024 года":                  "2024-03-27",
		"27 березня 2024":                     "2024-03-27",
		"27 مارس 2024":                        "2024-03-27",
		"27 במרץ 2024":                        "2024-03-27",
		"1455-02-23":                          "1455-02-23",
	} {
		if got, err := to2027.readDate(in); got != want || err != nil {
			t.Errorf("readDate(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestReadDateRefuses(t *testing.T) {
	for in, why := range map[string]string{
		"03/04/2024":                        "may be",
		"03-04-2024":                        "may be",
		"03.04.2024":                        "may be",
		"13/13/2024":                        "calendar",
		"30 February 2024":                  "calendar",
		"2024-02-30":                        "calendar",
		"20241301":                          "calendar",
		"2023-02-29":                        "calendar",
		"1399-12-31":                        "years",
		"2200-01-01":                        "years",
		"2200":                              "years",
		"0024-03-27":                        "years",
		"27/03/24":                          "not a date",
		"24-03-27":                          "not a date",
		"1711540000":                        "not a date",
		"202":                               "not a date",
		"Wednesday":                         "not a date",
		"yesterday":                         "not a date",
		"27 Foo 2024":                       "not a date",
		"27 March":                          "not a date",
		"27 March 2024, 28 March 2024":      "not a date",
		"the truce of 27 March 2024":        "not a date",
		strings.Repeat("27 March 2024 ", 9): "not a date",
	} {
		got, err := to2027.readDate(in)
		if got != "" || err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("readDate(%q) = %q, %v; want an error with %q", in, got, err, why)
		}
	}
}

// to2027 reads dates as in the year 2026.
const to2027 lastYear = 2027

func TestDateRangeEndsNextYear(t *testing.T) {
	r := Reader{now: func() time.Time { return time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC) }}
	articles, _ := read(t, &r, `{"text":"A","date":"2027-12-31"}`+"\n"+`{"text":"B","date":"2028-01-01"}`, "-")
	if len(articles) != 2 || articles[0].Date == nil || articles[0].Date.Value != "2027-12-31" {
		t.Fatalf("next year is not taken: %+v", articles)
	}
	if late := articles[1]; late.Date != nil || len(late.Notes) != 1 {
		t.Errorf("the year after next is taken: %+v", late)
	}
	if got, want := (&Reader{}).lastYear(), lastYear(time.Now().Year()+1); got != want && got != want-1 {
		t.Errorf("by its own clock a reader takes dates to %d, want %d", got, want)
	}
}

func TestDateInURL(t *testing.T) {
	for in, want := range map[string]Date{
		"https://example.org/2024/03/27/rafah":            "2024-03-27",
		"https://example.org/news/2024/3/27":              "2024-03-27",
		"https://example.org/world/2024/mar/27/rafah":     "2024-03-27",
		"https://example.org/world/2024/March/27/rafah":   "2024-03-27",
		"https://example.org/news/2024-03-27-rafah":       "2024-03-27",
		"https://example.org/rafah-2024-03-27.html?x=1":   "2024-03-27",
		"https://example.org/2024/03/rafah":               "",
		"https://example.org/2024/13/27/rafah":            "",
		"https://example.org/2024/02/30/rafah":            "",
		"https://example.org/1024/02/20/rafah":            "",
		"https://example.org/2024/foo/27/rafah":           "",
		"https://example.org/12024-03-27":                 "",
		"https://example.org/rafah?date=2024-03-27":       "",
		"https://2024-03-27.example.org/rafah":            "",
		"https://example.org/id/20240327/x":               "",
		"":                                                "",
		"://":                                             "",
		"https://example.org/%zz/2024/03/27/":             "",
		"https://example.org/9/2024/03/27-rafah/comments": "2024-03-27",
	} {
		if got, err := to2027.dateInURL(in); got != want || err != nil {
			t.Errorf("dateInURL(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestDateInName(t *testing.T) {
	for in, want := range map[string]Date{
		"2024-03-28-rafah.txt":           "2024-03-28",
		"rafah_2024_03_28.html":          "2024-03-28",
		"20240328.txt":                   "2024-03-28",
		"rafah20240328b.txt":             "2024-03-28",
		"20240328-1530.txt":              "2024-03-28",
		"lw-20240328-2024-03-28.txt":     "2024-03-28",
		"rafah.txt":                      "",
		"20241332.txt":                   "",
		"2024-02-30.txt":                 "",
		"12340101.txt":                   "",
		"120240328.txt":                  "",
		"2024032.txt":                    "",
		"2024-3-28.txt":                  "",
		"2024.txt":                       "",
		"":                               "",
		"report-99999999-2024-03-28.txt": "2024-03-28",
	} {
		if got, err := to2027.dateInName(in); got != want || err != nil {
			t.Errorf("dateInName(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	if got, err := to2027.dateInName("20240301-20240331.txt"); got != "" || err == nil {
		t.Errorf("two dates in a name give %q, %v", got, err)
	}
}

func TestDateline(t *testing.T) {
	for in, want := range map[string]Date{
		"GENEVA, 27 March 2024 (Agency) — Talks began.":         "2024-03-27",
		"GENEVA, March 27, 2024 (Agency) - Talks began.":        "2024-03-27",
		"GENEVA, March 27, 2024 -- Talks began.":                "2024-03-27",
		"GENEVA (Agency), 27 March 2024 – Talks began.":         "2024-03-27",
		"GENEVA, Wednesday, 27 March 2024 — Talks began.":       "2024-03-27",
		"KYIV/GENEVA, 27 March 2024 — Talks began.":             "2024-03-27",
		"AL-ARISH, Egypt, March 27, 2024 (Agency) — Talks.":     "2024-03-27",
		"Geneva, 27 March 2024 (Agency) – Talks began.":         "2024-03-27",
		"GENEVA—27 March 2024—Talks began.":                     "2024-03-27",
		"ХАРЬКОВ, 14 ноября 2023 года — Начались занятия.":      "2023-11-14",
		"حلب، 20 فبراير 2025 — سلّم":                            "2025-02-20",
		"GENEVA, March 27 — Talks began.":                       "",
		"KHARTOUM, March 3 (AFP) - Talks began.":                "",
		"OIL PRICES--FINAL--APRIL 7 1745 EST":                   "",
		"LONDON, April 7 1200 GMT - Talks began.":               "",
		"GENEVA, Feb 26 - Talks began on 2 May 2023 — at last.": "",
		"On Wednesday, 27 March 2024 — the day of the talks —":  "",
		"Talks in Geneva on 27 March 2024 — the third — began.": "",
		"The truce of 27 March 2024 (the third) — held.":        "",
		"27 March 2024 — Talks began.":                          "",
		"GENEVA, 27 March 2024 was a day of talks.":             "",
		"": "",
	} {
		if got, err := to2027.dateline(in + "\nSecond paragraph."); got != want || err != nil {
			t.Errorf("dateline(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestReadDateLine(t *testing.T) {
	for in, want := range map[string]struct {
		date   Date
		author string
	}{
		"Published 27 Mar 2024":                                {"2024-03-27", ""},
		"Published: March 27, 2024 10:30 AM EST":               {"2024-03-27", ""},
		"First published on Wed 27 Mar 2024 10.30 GMT":         {"2024-03-27", ""},
		"Date: 2024-03-27":                                     {"2024-03-27", ""},
		"March 27, 2024":                                       {"2024-03-27", ""},
		"Wednesday, 27 March 2024":                             {"2024-03-27", ""},
		"2024-03-27T10:15:00Z":                                 {"2024-03-27", ""},
		"By Leila Rahimi | 27 March 2024":                      {"2024-03-27", "Leila Rahimi"},
		"By Leila Rahimi, 27 March 2024":                       {"2024-03-27", "Leila Rahimi"},
		"By Leila Rahimi — 27 March 2024":                      {"2024-03-27", "Leila Rahimi"},
		"27 March 2024 | By Leila Rahimi and Ada Quell":        {"2024-03-27", "Leila Rahimi and Ada Quell"},
		"Last updated 28 March 2024":                           {"2024-03-28", ""},
		"Updated 28 March 2024, published 27 March 2024":       {"2024-03-27", ""},
		"Published 27 March 2024 | Last updated 28 March 2024": {"2024-03-27", ""},
		"World | 27 March 2024 | News":                         {"2024-03-27", ""},
		"Goma, 27 March 2024":                                  {"2024-03-27", ""},
		"Publié le 27 mars 2024":                               {"2024-03-27", ""},
	} {
		d, ok := to2027.readDateLine(in)
		if !ok || d.date != want.date || d.author != want.author || d.err != nil {
			t.Errorf("%q: %q by %q, %v, %v; want %v", in, d.date, d.author, d.err, ok, want)
		}
	}
	for _, in := range []string{
		"The truce of 27 March 2024 held",
		"Published reports of 27 March 2024 said otherwise",
		"By 27 March 2024 the army had left",
		"27 March 2024 – Two soldiers are killed near Goma",
		"On 27 March 2024, the council met.",
		"March 2024", "27 March", "Wednesday", "",
		"From 27 March 2024 to 2 April 2024 to 3 April 2024",
	} {
		if d, ok := to2027.readDateLine(in); ok {
			t.Errorf("%q is taken as a date line: %+v", in, d)
		}
	}
}

// The sources of a date in the order of trust: with each one gone, the next.
func TestDateOfPublicationOrder(t *testing.T) {
	const (
		meta   = "---\ndate: 2024-01-01\n---\n"
		url    = "https://example.org/2024/01/02/x\n"
		name   = "2024-01-03.txt"
		byline = "Published 4 January 2024\n"
		body   = "\n-----\n\nGENEVA, 5 January 2024 (Agency) — Talks began on 7 October 2023.\n"
	)
	for _, c := range []struct {
		name, content string
		date          Date
		source        DateSource
	}{
		{name, meta + "Title\n" + url + byline + body, "2024-01-01", FromMetadata},
		{name, "Title\n" + url + byline + body, "2024-01-02", FromURL},
		{name, "Title\n" + byline + body, "2024-01-03", FromFileName},
		{"x.txt", "Title\n" + byline + body, "2024-01-04", FromByline},
		{"x.txt", "Title\n" + body, "2024-01-05", FromDateline},
	} {
		a := one(t, c.name, c.content)
		if a.Date == nil || *a.Date != (Dated{c.date, c.source}) || a.Title != "Title" {
			t.Errorf("%q: title %q, date %v; want %s from %s", c.content, a.Title, a.Date, c.date, c.source)
		}
		mustContain(t, "a dateline stays", a.Text, "GENEVA, 5 January 2024 (Agency) — Talks")
	}
	prose := one(t, "x.txt", "Title\n\nThe truce of 27 March 2024 held.\n")
	if prose.Date != nil {
		t.Errorf("prose gives the date %v", prose.Date)
	}
}

func TestTakenLinesLeaveTheText(t *testing.T) {
	a := one(t, "x.txt", "Title\nBy Leila Rahimi | 27 March 2024\nhttps://example.org/rafah\n\nFirst.\nSecond.\n")
	if a.Title != "Title" || a.Text != "First.\nSecond." || a.Author != "Leila Rahimi" ||
		a.URL != "https://example.org/rafah" {
		t.Errorf("got %+v", a)
	}
	kept := one(t, "2024-03-28.txt", "Title\nPublished 27 March 2024\n\nFirst.\n")
	if kept.Text != "Published 27 March 2024\nFirst." {
		t.Errorf("a line that was not taken is gone: %q", kept.Text)
	}
}

func TestChronologyIsNoDate(t *testing.T) {
	a := one(t, "x.txt", "Timeline of the talks\n\n7 October 2023\n\nTalks begin.\n\n8 October 2023\n\nTalks end.\n")
	if a.Date != nil {
		t.Errorf("a chronology has the date %v", a.Date)
	}
	mustContain(t, "text", a.Text, "7 October 2023\nTalks begin.")
	dated := one(t, "x.txt", "Timeline\n\nPublished 9 October 2023\n\n7 October 2023\n\nBegin.\n\n8 October 2023\n\nEnd.\n")
	if dated.Date == nil || dated.Date.Value != "2023-10-09" {
		t.Errorf("a dated chronology has the date %v", dated.Date)
	}
}

func TestDoubtfulDateIsNoted(t *testing.T) {
	for name, content := range map[string]string{
		"front.txt": "---\ndate: 03/04/2024\n---\nTitle\n\nText.",
		"line.txt":  "Title\nPublished 03/04/2024\n\nText.",
		"late.txt":  "---\ndate: 2200-01-01\n---\nTitle\n\nText.",
	} {
		a := one(t, name, content)
		if a.Date != nil || len(a.Notes) != 1 {
			t.Errorf("%s: date %v, notes %q; want no date and one note", name, a.Date, a.Notes)
		}
	}
}
