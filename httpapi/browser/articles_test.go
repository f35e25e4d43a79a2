package browser

import (
	"fmt"
	"strings"
)

// An article is a line of JSONL.
type article struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Date   string `json:"date,omitempty"`
	Source string `json:"source"`
	Lang   string `json:"lang"`
}

// The articles of tests are invented, as are the people, outlets and events in
// them: those of the sample archive, and these.
func articles() []article {
	return append(convoys(), specials()...)
}

var (
	cast = []string{
		"Leila Rahimi", "Yusuf al-Hadidi", "Oleksandr Hrytsenko", "Salma Bashari", "Daniel Paris",
		"Hope Marsh", "Tamar Ben-Ari", "Samir Abu-Nuwayr", "Amina Warsan", "Marta Quell",
		"Jonathan London", "Grace Field",
	}
	towns   = []string{"Rafah", "Goma", "Aleppo", "Kharkiv", "Khan Younis", "Aden"}
	outlets = []string{"Meridian", "Harbour Post", "Lakeside Wire"}
)

// convoys are enough articles for several pages, with more people than a facet
// shows. The first person is in every other of them.
func convoys() []article {
	var out []article
	for i := range 60 {
		town, first, second := towns[i%len(towns)], cast[0], cast[1+i%(len(cast)-1)]
		if i%2 == 1 {
			first = cast[1+(i+5)%(len(cast)-1)]
		}
		date := fmt.Sprintf("%d-%02d-%02d", 2023+i/30, 1+i/2%12, 1+i%28)
		out = append(out, article{fmt.Sprintf("convoy-%02d", i), fmt.Sprintf("Convoy %d waits outside %s", i, town),
			fmt.Sprintf("A convoy of %d lorries waited outside %s on Monday, although a ceasefire had been agreed in March 2024.\n\n"+
				"%s told %s in %s that the truce would hold. The road has been shut since 7 October 2023.\n\n"+
				"%s is to return next week.", 3+i, town, first, second, town, second),
			date, outlets[i%len(outlets)], "en"})
	}
	return out
}

// Names of a length that a page must bear.
const (
	longPerson = "Maximiliana Konstantinopolitanskaya-Oberammergau al-Muhammadiyya bint Abd al-Rahman"
	longWord   = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
)

// specials are an article each of what pages may stumble over.
func specials() []article {
	return []article{
		{"arabic", "كتيبة في حلب تسلم سلاحها بعد هدنة طويلة",
			"حلب — قال القائد يوسف الحديدي (Yusuf al-Hadidi) إن الهدنة ستبدأ غدا في 27 March 2024.\n\n" +
				"وقالت ليلى رحيمي إن الطريق إلى رفح مغلق منذ ثلاثة أسابيع.", "2024-03-27", "صحيفة الميناء", "ar"},
		{"hebrew", "שיירה ממתינה ברפיח לאחר הפסקת אש",
			"רפיח — הדוברת תמר בן־ארי אמרה כי הפסקת האש תחל מחר.\n\nהדרך סגורה כבר שלושה שבועות (Rafah).", "2024-03-28", "Meridian", "he"},
		{"russian", "Колонна ждёт под Харьковом",
			"ХАРЬКОВ — Александр Гриценко сказал, что перемирие начнётся завтра.\n\nДорога закрыта три недели.", "2024-03-29", "Meridian", "ru"},
		{"long-names", longWord + " opens a depot in Goma",
			longPerson + " opened a depot of the " + longWord + " in Goma on 27 March 2024.\n\n" +
				longPerson + " said that the truce would hold.", "2024-03-27",
			"The Combined Provincial Gazette and Harbour Intelligencer of the Northern Lakes", "en"},
		{"undated", "Border opens on Wednesday",
			"GOMA — The border opens on Wednesday, Leila Rahimi said. It was last open in May.", "", "Lakeside Wire", "en"},
		{"sentences", "Two envoys meet in Rafah",
			"Nothing was agreed at first.\n\nLeila Rahimi met Yusuf al-Hadidi in Rafah on 3 March 2024 to talk about the truce.\n\n" +
				"Daniel Paris was not there.", "2024-03-04", "Meridian", "en"},
		{"other-source", "Leila Rahimi calls for calm in Rafah",
			"Leila Rahimi called for calm in Rafah on Tuesday.", "2024-03-06", "Harbour Post", "en"},
		{"million", "Proceedings of the commission on Goma",
			strings.Repeat("The commission heard that the road to Goma was shut.\n\n"+
				strings.Repeat("The secretary read the minutes, and nobody objected to any of them. ", 20)+"\n\n", 1_000_000/1400), "2024-04-01", "Lakeside Wire", "en"},
	}
}
