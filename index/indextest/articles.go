package indextest

import (
	"strings"
	"sync"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index/values"
)

// world is a gazetteer with the places of the articles below. Two places are
// named Gaza.
var world = sync.OnceValue(func() *places.Gazetteer {
	return places.New([]places.Place{
		{ID: "gn:1", Name: "Palestinian Territory", Kind: places.Country},
		{ID: "gn:2", Name: "Gaza Strip", Kind: places.Division, Parent: "gn:1"},
		{ID: "gn:3", Name: "Rafah", Kind: places.Town, Parent: "gn:2"},
		{ID: "gn:4", Name: "Gaza", Kind: places.Town, Parent: "gn:2"},
		{ID: "gn:5", Name: "Mozambique", Kind: places.Country},
		{ID: "gn:6", Name: "Gaza", Kind: places.Division, Parent: "gn:5"},
		{ID: "gn:7", Name: "Ukraine", Kind: places.Country},
		{ID: "gn:8", Name: "Kharkiv", Kind: places.Town, Parent: "gn:7"},
		{ID: "gn:9", Name: "Syria", Kind: places.Country},
		{ID: "gn:10", Name: "Aleppo", Kind: places.Town, Parent: "gn:9"},
		{ID: "gn:11", Name: "Turkey", Kind: places.Country},
		{ID: "gn:12", Name: "Sirnak", Kind: places.Town, Parent: "gn:11"},
	}, nil)
})

// corrections join, split and leave out values that the articles below do not
// have.
const corrections = `
[[person]]
id = "Leila Rahimi"
same = ["L. Rahimi"]

[[person]]
id = "Ramadan"
none = true

[[person]]
name = "Omar Haddad"
same = ["Haddad"]
source = ["Wire"]
article = ["r007"]

[[org]]
id = "Hope Relief"
same = ["Relief"]

[[place]]
id = "gn:3"
same = ["Rafah town"]

[[place]]
id = "gn:8"
same = ["Old Town"]
source = ["Herald"]
article = ["r003"]

[[place]]
id = "Old Town"
none = true
article = ["r005", "old"]

[[place]]
id = "gn:10"
same = ["gn:4"]
article = ["r009", "r010"]
`

func resolver() *values.Resolver {
	c, err := values.ParseCuration([]byte(corrections))
	if err != nil {
		panic(err)
	}
	return values.NewResolver(world(), c)
}

// A find is a mention to be: article looks for where it stands.
type find struct {
	written string
	corpus.Mention
}

func who(written, full string, confidence float64) find {
	return find{written, corpus.Mention{
		Kind: corpus.Person, ID: values.NameKey(full), Value: full, Name: full,
		Confidence: confidence,
	}}
}

func org(written, full string, confidence float64) find {
	return find{written, corpus.Mention{
		Kind: corpus.Org, ID: values.NameKey(full), Value: full, Name: full, Confidence: confidence,
	}}
}

// where is a place by its gazetteer id, or by its name where it has none.
func where(written, id string, confidence float64) find {
	m := corpus.Mention{Kind: corpus.Place, ID: id, Value: id, Name: id, Confidence: confidence}
	if p, ok := world().Place(id); ok {
		m.Value, m.Name = world().Path(id), p.Name
	} else {
		m.ID = values.NameKey(id)
	}
	return find{written, m}
}

// when is a date, unanchored where its value names no span of the calendar.
func when(written string, value corpus.Date, confidence float64) find {
	m := corpus.Mention{
		Kind: corpus.DateKind, Type: "DATE", ID: string(value), Value: string(value),
		Precision: value.Precision(), Anchor: corpus.Explicit, Confidence: confidence,
	}
	if _, ok := value.Span(); !ok {
		m.Anchor = corpus.Unanchored
	}
	return find{written, m}
}

// article returns a document whose mentions stand where their words first do.
func article(
	id, lang string, date corpus.Date, source, title, text string, finds ...find,
) corpus.Document {
	d := corpus.Document{Article: corpus.Article{
		ID: id, Lang: lang, Source: source, Title: title, Text: text,
		URL: "https://news.example/" + id,
	}}
	if date != "" {
		d.Date = &corpus.Dated{Value: date, Source: corpus.FromMetadata}
	}
	for _, f := range finds {
		m := f.Mention
		m.Text, m.Rule = f.written, "test"
		m.Field, m.Start = "title", strings.Index(title, f.written)
		if m.Start < 0 {
			m.Field, m.Start = "text", strings.Index(text, f.written)
		}
		if m.Start < 0 {
			panic("article " + id + " does not have the words " + f.written)
		}
		m.End = m.Start + len(f.written)
		d.Mentions = append(d.Mentions, m)
	}
	return d
}

const (
	sure     = 0.9
	likely   = 0.6
	doubtful = 0.3
)

// articles are those that the fixed requests are asked of.
func articles() []corpus.Document {
	return []corpus.Document{
		article("veto", "en", "2024-03-27", "Wire", "Ceasefire veto shakes council",
			"Leila Rahimi, the envoy, said the veto of a ceasefire resolution was a blow.\n"+
				"Shelling of Rafah went on on 7 October 2023, the council heard.",
			who("Leila Rahimi", "Leila Rahimi", sure), where("Rafah", "gn:3", sure),
			when("7 October 2023", "2023-10-07", sure)),
		article("visit", "en", "2024-03-28", "Wire", "Cancelled visit to Gaza",
			"Rahimi cancelled a visit to Gaza because shells fell near al-Shifa hospital.\n"+
				"The visit, cancelled on Wednesday, was to begin at a hospital.",
			who("Rahimi", "Leila Rahimi", likely), where("Gaza", "gn:4", likely),
			when("Wednesday", "2024-03-27", likely)),
		article("truce", "en", "2024-03", "Herald", "Truce holds",
			"A truce held in Kharkiv for the whole of March 2024, Benjamin Okoro of Hope Relief said.",
			who("Benjamin Okoro", "Benjamin Okoro", sure), where("Kharkiv", "gn:8", sure),
			when("March 2024", "2024-03", sure), org("Hope Relief", "Hope Relief", sure)),
		article("maputo", "en", "2023", "Herald", "Floods in Gaza province, Mozambique",
			"Ana Okoro said floods in Gaza left 2,000 homeless.",
			who("Ana Okoro", "Ana Okoro", sure), where("Gaza", "gn:6", sure), where("Mozambique", "gn:5", sure)),
		article("russian", "ru", "2024-02-29", "Вестник", "Обстрел Харькова",
			"Обстрелы не прекращались. Беженцы ждут.", where("Харькова", "gn:8", sure)),
		article("arabic", "ar", "", "Sada", "هدنة في غزة", "قالت ليلى رحيمي إن الهدنة في غزة لم تصمد",
			where("غزة", "gn:4", sure), who("ليلى رحيمي", "ليلى رحيمي", likely)),
		article("capitals", "en", "2024-01-15", "Wire", "REBELS SEIZE ALEPPO",
			"REBELS SEIZED ALEPPO ON MONDAY, TWO WITNESSES SAID.",
			where("ALEPPO", "gn:10", sure), org("REBELS", "Sana'a Rebels", doubtful), when("MONDAY", "XXXX-WXX-1", likely)),
		article("undated", "", "", "", "", "A note without a headline: the strike killed two on Friday.",
			when("Friday", "XXXX-WXX-5", sure)),
		article("sirnak", "tr", "1999-12-31", "Gazete", "Şırnak'ta çatışma",
			"Şırnak yakınlarında çatışma sürüyor.", where("Şırnak", "gn:12", sure)),
		article("german", "de", "2024-W13", "Herald", "Die Lage in Rafah",
			"Die Waffenruhe hielt nicht. Der Arzt war in Rafah.", where("Rafah", "gn:3", doubtful)),
		article("history", "en", "1948-05", "Chronicle", "The war of 1948",
			"In the 1940s, and in the 20th century at large, Palestinian Territory saw war.",
			when("1948", "1948", sure), when("1940s", "194", sure), when("20th century", "19", likely),
			where("Palestinian Territory", "gn:1", sure)),
		article("epoch", "en", "1969-12-31", "Chronicle", "Last day of the sixties",
			"Nothing happened near Wadi Sumsum.", where("Wadi Sumsum", "Wadi Sumsum", likely)),
		article("who", "en", "2024-03-27", "Herald", "The Who and the what",
			"To be or not to be, said nobody."),
		article("quarter", "en", "2024-Q1", "Herald", "Aid in the first quarter",
			"Hope Relief brought aid to Rafah and Gaza in winter.",
			where("Rafah", "gn:3", likely), where("Gaza", "gn:4", sure),
			org("Hope Relief", "Hope Relief", doubtful), when("winter", "2023-WI", likely)),
		article("okoro", "en", "2024-04-01", "Wire", "Okoro resigns",
			"Okoro has resigned, two officials said.", who("Okoro", "Okoro", likely)),
		article("twin-a", "en", "2024-04-02", "Wire", "Drone strikes", "Drone strikes hit a hospital."),
		article("twin-b", "en", "2024-04-02", "Wire", "Drone strikes", "Drone strikes hit a hospital."),
		article("repeat", "en", "2024-04-03", "Wire", "Strike", "Strike strike strike. A strike it was."),
		article("both", "en", "2024-04-03", "Herald", "Rahimi meets Okoro",
			"Leila Rahimi met Benjamin Okoro in Aleppo, Syria. Shelling was heard in Gaza Strip.",
			who("Rahimi", "Leila Rahimi", sure), who("Okoro", "Benjamin Okoro", sure),
			where("Aleppo", "gn:10", sure), where("Syria", "gn:9", sure), where("Gaza Strip", "gn:2", likely)),
		article("tregua", "pt-BR", "2024-04-04", "Jornal", "Trégua em Gaza",
			"A trégua foi cancelada, disse Leila Rahimi.",
			where("Gaza", "gn:4", sure), who("Leila Rahimi", "Leila Rahimi", sure)),
		article("photo", "en", "2024-04-05", "Wire", "Photo", ""),
		article("decade", "en", "2024-12-31", "Chronicle", "A decade of drones", "The 2020s are the decade of drones.",
			when("2020s", "202", sure)),
	}
}
