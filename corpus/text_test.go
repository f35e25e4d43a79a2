package corpus

import (
	"slices"
	"strings"
	"testing"
)

func TestLayout(t *testing.T) {
	const wrapped = "The delegation that was to meet in Geneva on Monday will now wait until\n" +
		"the end of the week, two officials said, because a very first cease-\n" +
		"fire that both sides had announced was broken within an hour of its\nstart."
	const joined = "The delegation that was to meet in Geneva on Monday will now wait until " +
		"the end of the week, two officials said, because a very first cease-" +
		"fire that both sides had announced was broken within an hour of its start."
	long := strings.Repeat("A paragraph is a line however long it may become. ", 6)
	for _, c := range []struct{ name, in, title, text string }{
		{"rule", "Title\n\n-----\n\nFirst.\nSecond.\n\n", "Title", "First.\nSecond."},
		{"rule, no empty lines", "Title\n-----\nFirst.", "Title", "First."},
		{"standfirst above the rule", "Title\n\nStandfirst.\n\n-----\n\nFirst.", "Title", "Standfirst.\nFirst."},
		{"rule in the text", "Title\n\nFirst.\n" + long + "\n-----\nSecond.", "Title",
			"First.\n" + strings.TrimSpace(long) + "\n-----\nSecond."},
		{"curly quotes", "“We’ll go”\n\n-----\n\n“Yes”.", "“We’ll go”", "“Yes”."},
		{"empty line", "Title\n\nFirst.\n\nSecond.", "Title", "First.\nSecond."},
		{"short and no sentence", "Title of the report\nFirst sentence.\nSecond.", "Title of the report", "First sentence.\nSecond."},
		{"ends as a sentence", "It began on Monday.\nIt ended on Friday.", "", "It began on Monday.\nIt ended on Friday."},
		{"abbreviation", "A week in the U.S.\nIt began.", "A week in the U.S.", "It began."},
		{"paragraph first", long + "\n\nSecond.", "", strings.TrimSpace(long) + "\nSecond."},
		{"heading", "# Title.\nFirst.", "Title.", "First."},
		{"title alone", "Talks resume", "Talks resume", ""},
		{"dateline first", "GENEVA, 27 March 2024 (Agency) — Talks began\n\nThey end.", "",
			"GENEVA, 27 March 2024 (Agency) — Talks began\nThey end."},
		{"wrapped", "Title\n\n" + wrapped + "\n\n" + wrapped, "Title", joined + "\n" + joined},
		{"wrapped without a title", wrapped + "\n\n" + wrapped, "", joined + "\n" + joined},
		{"list", "Title\n\n- one\n- two\n- three", "Title", "- one\n- two\n- three"},
		{"rule above all", "\n-----\n\nFirst sentence.\nSecond.", "", "First sentence.\nSecond."},
		{"rules around the title", "-----\nTitle\n-----\nFirst.", "Title", "First."},
		{"rule alone", "-----", "", ""},
		{"spaces", "  Title \t\n\n  First.  \n", "Title", "First."},
		{"empty", "", "", ""},
	} {
		if title, text := to2027.layout(c.in, ""); title != c.title || text != c.text {
			t.Errorf("%s: title %q, text %q\nwant %q, %q", c.name, title, text, c.title, c.text)
		}
	}
}

func TestLayoutKeepsAGivenTitle(t *testing.T) {
	for in, want := range map[string]string{
		"Title\n\nFirst.":          "First.",
		"# title\nFirst.":          "First.",
		"Other\n\nFirst.":          "Other\nFirst.",
		"Title\n\n-----\n\nFirst.": "First.",
	} {
		if title, text := to2027.layout(in, "Title"); title != "Title" || text != want {
			t.Errorf("%q: title %q, text %q; want %q", in, title, text, want)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	const text = "\nFirst line of the text.\n\nSecond.\n"
	for name, head := range map[string]string{
		"yaml": "---\nTitle: \"A: title\"\ndate: 2024-03-27T23:00:00-08:00\nid: 007\nauthor: [A. Quell, B. Omondi]\n" +
			"source: Wire # comment\nurl: https://example.org/x\nlang: English\nother: {a: [1, 2]}\n---\n",
		"yaml with dots": "---\ntitle: 'A: title'\ndate: 27 March 2024\nid: '007'\nauthor: A. Quell, B. Omondi\n" +
			"source: Wire\nurl: https://example.org/x\nlang: en\n...\n",
		"toml": "+++\ntitle = \"A: title\"\ndate = 2024-03-27T23:00:00-08:00\nid = \"007\"\n" +
			"author = [\"A. Quell\", \"B. Omondi\"]\nsource = 'Wire'\nurl = 'https://example.org/x'\nlang = 'EN-gb'\n[other]\na = 1\n+++\n",
		"crlf": "---\r\ntitle: \"A: title\"\r\ndate: 2024-03-27\r\nid: \"007\"\r\nauthor: A. Quell, B. Omondi\r\n" +
			"source: Wire\r\nurl: https://example.org/x\r\nlang: en\r\n---\r\n",
	} {
		a := one(t, "x.md", head+text)
		if a.Title != "A: title" || a.ID != "007" || a.Author != "A. Quell, B. Omondi" || a.Source != "Wire" ||
			a.URL != "https://example.org/x" || a.Lang != "en" || a.Text != "First line of the text.\nSecond." {
			t.Errorf("%s: %+v", name, a)
		}
		if a.Date == nil || *a.Date != (Dated{"2024-03-27", FromMetadata}) {
			t.Errorf("%s: date %v", name, a.Date)
		}
	}
}

func TestRuleBelowFrontMatter(t *testing.T) {
	const long = "It was the first paragraph, and it was long enough to be no title of anything that was in the paper."
	for name, c := range map[string]struct{ content, title, text string }{
		"yaml":               {"---\ntitle: A title\n---\n-----\n\n" + long + "\n\nSecond.\n", "A title", long + "\nSecond."},
		"toml":               {"+++\ntitle = 'A title'\n+++\n\n-----\n" + long + "\nSecond.\n", "A title", long + "\nSecond."},
		"yaml, no title":     {"---\nlang: en\n---\n\n-----\n\n" + long + "\nSecond.\n", "", long + "\nSecond."},
		"toml, no title":     {"+++\nlang = 'en'\n+++\n-----\n" + long + "\nSecond.\n", "", long + "\nSecond."},
		"title in the text":  {"---\nlang: en\n---\nA title\n\n-----\n\nFirst.\n", "A title", "First."},
		"title said twice":   {"---\ntitle: A title\n---\nA title\n\n-----\n\nFirst.\n", "A title", "First."},
		"another rule below": {"---\ntitle: A title\n---\n-----\n" + long + long + long + "\n-----\nSecond.", "A title", long + long + long + "\n-----\nSecond."},
	} {
		if a := one(t, "x.md", c.content); a.Title != c.title || a.Text != c.text {
			t.Errorf("%s: title %q, text %q\nwant %q, %q", name, a.Title, a.Text, c.title, c.text)
		}
	}
}

func TestFrontMatterThatIsNone(t *testing.T) {
	for _, in := range []string{"---\nText without an end.\n", "----\na: b\n----\nText.", "--- \n", "Text.\n---\na: b\n---\n"} {
		if f, body, err := frontMatter(in); err != nil || f != (fields{}) || body != in {
			t.Errorf("%q: %+v, %q, %v", in, f, body, err)
		}
	}
	for _, in := range []string{"---\na: " + strings.Repeat("[", 9000) + "\n---\nText.", "---\na: [b\n---\nText.", "---\nonly words\n---\nText.", "+++\na = \n+++\nText."} {
		mustContain(t, in, refused(t, "x.md", in).Error(), "front matter")
	}
}

func TestDecode(t *testing.T) {
	const russian = "Под станцией метро начались занятия в школе. Это уже девятая подземная школа в городе."
	const arabic = "سلّم نحو مئتي مقاتل أسلحتهم في مدينة حلب يوم الأربعاء بموجب عفو ينتهي في آخر الشهر"
	const french = "À Bukavu, le café « Chez Zoé » a rouvert – l’été dernier déjà…"
	bytesOf := func(table map[rune]byte, first rune, at byte, n rune, s string) string {
		var out []byte
		for _, r := range s {
			switch b, ok := table[r]; {
			case ok:
				out = append(out, b)
			case r >= first && r < first+n:
				out = append(out, at+byte(r-first))
			default:
				out = append(out, byte(r))
			}
		}
		return string(out)
	}
	cyrillic := bytesOf(nil, 'А', 0xc0, 64, russian)
	latin := bytesOf(map[rune]byte{'–': 0x96, '’': 0x92, '…': 0x85}, 0xa0, 0xa0, 96, french)
	for _, c := range []struct {
		name, in, want string
		notes          int
	}{
		{"utf-8", french, french, 0},
		{"utf-8 with a mark", bom + french, french, 0},
		{"utf-16 le", "\xff\xfeA\x00\xe9\x00\n\x00", "Aé\n", 0},
		{"utf-16 be", "\xfe\xff\x00A\x00\xe9\x00\n", "Aé\n", 0},
		{"windows-1251", cyrillic, russian, 1},
		{"windows-1252", latin, french, 1},
		{"quotes of windows-1252", "He said \x93it\x92s over\x94 \x96 again", "He said “it’s over” – again", 1},
		{"stray bytes", "The caf\xff of “Goma” \xc3 reopened", "The caf\ufffd of “Goma” \ufffd reopened", 1},
		{"stray byte in ascii", "The sold\xffiers left \xfe today", "The sold\ufffdiers left \ufffd today", 1},
		{"mixed", "“Zoé” and “Chloé” met Ren\xe9 in Goma", "“Zoé” and “Chloé” met Ren\ufffd in Goma", 1},
		{"ends of lines", "a\r\nb\rc\u0085d\ne", "a\nb\nc\nd\ne", 0},
		{"controls", "a\x01b\tc\u009bd\x7f\x0ce", "ab\tcde", 0},
	} {
		got, notes, err := decode([]byte(c.in))
		if got != c.want || len(notes) != c.notes || err != nil {
			t.Errorf("%s: %q, notes %q, %v; want %q", c.name, got, notes, err, c.want)
		}
	}
	encoded, err := windows1256(arabic)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _ := decode([]byte(encoded)); got != arabic {
		t.Errorf("windows-1256: %q", got)
	}
}

func TestWordsBehindStrayBytesSurvive(t *testing.T) {
	a := one(t, "x.txt", "Title\n\nThe first “paragraph”.\nThen \xff\xfe bytes.\nThe last ceasefire.\n")
	if !strings.HasSuffix(a.Text, "The last ceasefire.") || len(a.Notes) != 1 {
		t.Errorf("text %q, notes %q", a.Text, a.Notes)
	}
}

func TestDetectLang(t *testing.T) {
	for want, text := range map[string]string{
		"en": "The delegation that was to meet in Geneva on Monday will now wait until the end of the week.",
		"fr": "Le pont de la ville a été rouvert mardi aux camions, onze semaines après l’explosion qui avait emporté un pilier.",
		"es": "El enviado de las Naciones Unidas anunció el miércoles que la tregua en la carretera se prolonga hasta abril.",
		"pt": "O enviado das Nações Unidas disse que a trégua na estrada vai durar até abril, mas não foi aceita por todos.",
		"it": "Il ponte della città è stato riaperto martedì ai camion, dopo undici settimane, ma non per gli autobus della regione.",
		"de": "Die Brücke in der Stadt wurde am Dienstag wieder für Lastwagen geöffnet, aber nicht für Busse, sagte der Minister.",
		"nl": "De brug in de stad is op dinsdag weer open voor vrachtwagens, maar niet voor bussen, zei een woordvoerder van het leger.",
		"pl": "Most w mieście został otwarty we wtorek dla ciężarówek, ale nie dla autobusów, jak podało wojsko, które go zajęło i nie odda.",
		"tr": "Kentteki köprü salı günü kamyonlar için açıldı, ancak otobüsler için değil, dedi ordu sözcüsü ve bu karar çok yeni bir adım olarak görüldü.",
		"id": "Jembatan di kota itu dibuka untuk truk pada hari Selasa, tetapi tidak untuk bus, kata juru bicara yang juga akan datang ke ibu kota.",
		"sw": "Daraja la mji huo lilifunguliwa kwa malori siku ya Jumanne, lakini si kwa mabasi, alisema msemaji wa jeshi katika mkutano na watu wa kijiji.",
		"ru": "Под станцией метро на прошлой неделе начались занятия в школе, это уже девятая школа.",
		"uk": "Під станцією метро минулого тижня почалися заняття у школі, це вже дев’ята школа.",
		"ar": "سلّم نحو مئتي مقاتل أسلحتهم في مدينة حلب يوم الأربعاء بموجب عفو ينتهي في آخر الشهر",
		"fa": "نمایندگان دو طرف گفتگو در ژنو گفتند که آتش‌بس تا پایان هفته ادامه می‌یابد",
		"ur": "جنیوا میں ہونے والے مذاکرات کے بعد دونوں فریقوں نے کہا ہے کہ جنگ بندی جاری رہے گی",
		"he": "צוות של אחד עשר בודקים ממתין בקהיר לתאריך חדש",
		"el": "Η γέφυρα της πόλης άνοιξε ξανά την Τρίτη για φορτηγά",
		"zh": "代表团表示停火协议将持续到本周末双方将继续谈判",
		"ja": "代表団は停戦が今週末まで続くと述べ、双方は協議を続ける",
		"ko": "대표단은 휴전이 이번 주말까지 계속될 것이라고 밝혔다",
		"":   "Ceasefire holds in Goma",
	} {
		if got := detectLang(text); got != want {
			t.Errorf("%q is in %q, want %q", text, got, want)
		}
	}
	for _, s := range []string{"", "12 345,6 cts vs 12 cts loss 34 dlrs profit 12 mln revs 3.4 vs 4 mln note qtr ended", "Alpha Beta Gamma Delta " +
		"Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho"} {
		if got := detectLang(s); got != "" {
			t.Errorf("%q is in %q, want unknown", s, got)
		}
	}
}

// News of two or three sentences have few of the commonest words.
func TestDetectLangOfShortArticles(t *testing.T) {
	for _, c := range []struct{ want, text string }{
		{"en", "Shelling killed three people near Goma on Tuesday, local officials said. Rebels denied responsibility. " +
			"Residents fled toward Rwanda, carrying mattresses, cooking pots and goats, while peacekeepers closed two " +
			"roads and hospitals treated dozens of wounded civilians, mostly children, doctors said late Wednesday."},
		{"en", "Gunmen attacked two villages near Gao overnight. Soldiers repelled them after clashes lasting three hours. " +
			"Army spokesman Colonel Idris Saleh said twelve fighters died. Four civilians were hurt. Schools stayed " +
			"closed Thursday. Bamako deployed helicopters and extra troops along roads leading north."},
		{"en", "Talks resumed Tuesday. Envoy Marta Quell met rebel leaders Yunus Saleh, Idris Omondi. Mediators want " +
			"prisoners freed before Ramadan begins. Both delegations declined comment. Diplomats expect progress by " +
			"Friday, though fighting continued near Rafah, Khan Younis, Deir al-Balah, where hospitals received wounded."},
		{"", "Shr 34 cts vs 12 cts Net 3.4 mln vs 4.1 mln Revs 56 mln vs 48 mln Nine mths Shr 99 cts vs 61 cts Net " +
			"9.9 mln vs 6.2 mln Avg shrs 10.1 mln vs 9.8 mln Note year ago net includes gain of 2 mln dlrs from sale " +
			"of unit and tax credit qtly div record date payable cts per share prior pct"},
		{"", "Goma Bukavu Uvira Butembo Beni Bunia Kindu Kisangani Rutshuru Masisi Walikale Minova Sake Kirumba Lubero " +
			"Nyiragongo Karisimbi Virunga Ituri Tshopo Maniema Tanganyika Kalemie Kongolo Manono Moba Pweto Kasenga " +
			"Likasi Kolwezi Dilolo Kamina"},
		{"sv", "Bron i staden är åter öppen för lastbilar, men inte för bussar, sade en talesman för armén som har stått " +
			"vid den sedan i mars och som ska vara kvar där till slutet av året."},
	} {
		if got := detectLang(c.text); got != c.want {
			t.Errorf("%q is in %q, want %q", c.text, got, c.want)
		}
	}
}

func TestNormalLang(t *testing.T) {
	for in, want := range map[string]string{
		"en": "en", "EN-us": "en", "en_GB": "en", "english": "en", " English ": "en", "eng": "en",
		"Arabic": "ar", "fra": "fr", "zh-Hant-TW": "zh", "": "", "klingonese": "", "x": "", "und": "", "1": "",
	} {
		if got := LangCode(in); got != want {
			t.Errorf("LangCode(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOtherLanguagesAreNoted(t *testing.T) {
	for lang, want := range map[string]string{
		"fr": "the article is in French (fr): people, places and dates are found only in English so far",
		"fa": "the article is in Persian (fa): people, places and dates are found only in English so far",
		"yo": "the article is in yo: people, places and dates are found only in English so far",
	} {
		a := one(t, "x.jsonl", `{"title":"T","text":"Le texte.","lang":"`+lang+`"}`)
		if a.Lang != lang || !slices.Equal(a.Notes, []string{want}) {
			t.Errorf("lang %q, notes %q", a.Lang, a.Notes)
		}
	}
}

// Every language that is detected has a name.
func TestNamesOfLanguages(t *testing.T) {
	codes := []string{"ja", "zh"}
	for _, l := range scriptLangs {
		codes = append(codes, l.lang)
	}
	for _, l := range letterLangs {
		codes = append(codes, l.lang)
	}
	for _, l := range functionWords {
		codes = append(codes, l.lang)
	}
	for _, code := range codes {
		if nameOfLang(code) == code {
			t.Errorf("%s has no name", code)
		}
	}
}
