package places

import (
	"strings"
	"testing"
)

// Each case: a text with its names in square brackets (demonyms in angle
// brackets), what they mean in their order, and the rule of each.
func TestRules(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a town before the division of its name", "Shells fell on [Homs].", "Syria/Homs/Homs gazetteer"},
		{"a division that the text says is one", "Shells fell in [Homs] province.", "Syria/Homs gazetteer"},
		{"both in one article", "[Idlib] city, in [Idlib] province, [Syria]",
			"Syria/Idlib/Idlib containment; Syria/Idlib containment; Syria gazetteer"},
		{"province of", "the province of [Hama] in [Syria]", "Syria/Hama containment; Syria gazetteer"},
		{"in a country", "a raid in [Tripoli], northern [Lebanon]",
			"Lebanon/North Lebanon/Tripoli containment; Lebanon gazetteer"},
		{"a town in between", "[Tripoli], a city in northern [Lebanon]",
			"Lebanon/North Lebanon/Tripoli containment; Lebanon gazetteer"},
		{"three in a chain", "[Paris], [Lamar County], [Texas]",
			"United States/Texas/Paris containment; United States/Texas/Lamar County containment; " +
				"United States/Texas same-division"},
		{"a list is no chain", "ministers of [Niger], [Nigeria] and [Chad] met",
			"Niger gazetteer; Nigeria gazetteer; Chad gazetteer"},
		{"an alternative parent", "[Sevastopol], [Russia]",
			"Ukraine/Sevastopol City/Sevastopol containment; Russia gazetteer"},
		{"a region is a parent", "[El Geneina], [Darfur]",
			"Sudan/West Darfur/El Geneina containment; Sudan/Darfur gazetteer"},
		{"what lies in it tells Georgia", "[Valdosta], [Georgia]",
			"United States/Georgia/Valdosta containment; United States/Georgia same-division"},
		{"others nearby", "[Athens] and [Huntsville] and [Decatur] in [Alabama]",
			"United States/Alabama/Athens same-division; United States/Alabama/Huntsville same-division"},
		{"a metonym", "[Moscow] denied it; [Kyiv] agreed.",
			"Russia/Moscow/Moscow metonym; Ukraine/Kyiv City/Kyiv metonym"},
		{"spelt otherwise, in a country of the article", "[Syria]: shells fell on [Khaan Shaykhoon].",
			"Syria gazetteer; Syria/Idlib/Khan Sheikhoun sound"},
		{"doubled letters and the article", "[Syria]: shells fell on [Al-Marrayan].",
			"Syria gazetteer; Syria/Idlib/Marayan spelling"},
		{"elsewhere its sound is no evidence", "[France]: [Khaan Shaykhoon]", "France gazetteer;  "},
		{"as written elsewhere, though much here sounds alike", "[Syria]: a man from [Marib] fell in [Damascus].",
			"Syria gazetteer; Yemen/Marib/Marib gazetteer; Syria/Damascus Governorate/Damascus capital"},
		{"Russian for Ukrainian", "[Ukraine]: shells fell on [Novosyolovka Pervaya].",
			"Ukraine gazetteer; Ukraine/Donetsk/Novoselivka Persha sound"},
		{"villages of other countries are not meant", "[Germany]: they met in [Kafranbel].", "Germany gazetteer"},
		{"of two names by a slash", "[Tadmur/Palmyra] in [Syria]", "Syria/Homs/Palmyra containment; Syria gazetteer"},
		{"a suffix", "[Zaatari refugee camp]", "Jordan/Mafraq/Zaatari gazetteer"},
		{"a possessive", "[Syria's]", "Syria gazetteer"},
		{"a list of divisions", "farms in [Ohio], [Georgia] and [Texas]",
			"United States/Ohio gazetteer; United States/Georgia same-country; United States/Texas same-country"},
		{"a capital in a list of divisions", "farms in [Ohio], [Washington] and [Texas]",
			"United States/Washington same-country"},
		{"a capital beside one division", "talks in [Washington] and [Texas]",
			"United States/District of Columbia/Washington"},
		{"provinces of", "the provinces of [Hama] and [Idlib] in [Syria]",
			"Syria/Hama same-country; Syria/Idlib containment"},
		{"a plural is said of all", "raids in [Hama] and [Idlib] provinces",
			"Syria/Hama same-country; Syria/Idlib gazetteer"},
		{"counties", "floods in [Walker] and [Harris] counties, [Texas]",
			"United States/Texas/Walker County same-division; United States/Texas/Harris County same-division"},
		{"a governor's", "the [New York] governor and [Buffalo], [New York]", "United States/New York same-division; " +
			"United States/New York/Buffalo containment; United States/New York same-division"},
		{"a country's border is its own", "the [Mexico] border", "Mexico gazetteer"},
		{"a country before its division of the name", "in [Taiwan], [Taipei] said", "Taiwan gazetteer"},
		{"a town that has a country's name", "the town of [Malta], near [Chicago]",
			"United States/Illinois/Malta same-division; United States/Illinois/Chicago"},
		{"links with a word between", "[Douma] town, [Markaz Rif Dimashq] district, [Rif Dimashq] Governorate, [Syria]",
			"Syria/Rif Dimashq/Douma containment"},
		{"far from where the text says it lies", "[Al Mansoura] town, [Raqqa] Governorate, [Syria]",
			"Syria/Raqqa/Al Mansurah sound; Syria/Raqqa containment"},
		{"a city's own name", "[Bakhmut], [Avdiivka], [Donetsk] in [Ukraine]; [Odesa] and [Mykolaiv]",
			"Ukraine/Mykolaiv/Mykolaiv"},
		{"a quarter elsewhere", "a bomb in [Mosul] in [Iraq] hit the [Old City]",
			"Iraq gazetteer;  "},
		{"a republic's short form", "the [Republic of Congo]", "Republic of the Congo gazetteer"},
		{"a capital before a village of its name", "[Nablus], [Jenin] and [Tulkarem]; talks in [Doha]",
			"Qatar/Baladiyat ad Dawhah/Doha capital"},
		{"great cities beside states", "from [Ohio] and [Texas] to [London] and [Warsaw]",
			"United Kingdom/England/London capital; Poland/Mazovia/Warsaw capital"},
		{"a namesake that the text says", "[London], [Ontario]", "Canada/Ontario/London containment"},
		{"a namesake among its neighbours", "[Athens], [Watkinsville] and [Winder] in [Georgia], [Alabama] and [Ohio]",
			"United States/Georgia/Athens"},
		{"a great city of another name abroad", "[Canton] and [Massillon] in [Ohio]", "United States/Ohio/Canton"},
		{"a short form", "banks in [Frankfurt]", "Germany/Hesse/Frankfurt"},
		{"the Gulf", "tankers in the [Gulf], off [Iran]", "Persian Gulf"},
		{"the Gulf of a coast", "rigs in the [Gulf], off [Louisiana] and [Texas]", "United States/US Gulf Coast"},
		{"Jerusalem among towns of the West Bank", "[Jerusalem], [Hebron], [Nablus] and [Jenin]", "Israel/Jerusalem "},
		{"East Jerusalem", "[East Jerusalem] and [Jerusalem], [Israel]",
			"Palestinian Territory/West Bank/East Jerusalem capital; Israel/Jerusalem containment"},
		{"a district of a town", "the Saltivka district of [Kharkiv] in [Ukraine]", "Ukraine/Kharkiv Oblast/Kharkiv"},
		{"a region of first order", "the region of [Kharkiv] in [Ukraine]", "Ukraine/Kharkiv Oblast containment"},
		{"a state beside others", "[Florida] was hit, then [Alabama]. It rained in [Georgia].",
			"United States/Alabama same-country; United States/Georgia"},
		{"a country beside others", "[Russia] and [Armenia] border [Georgia].", "Armenia gazetteer; Georgia gazetteer"},
		{"a province and its town", "[Khost] province in [Afghanistan]", "Afghanistan/Khowst containment"},
		{"oil fields", "[Al-Omar] oil fields in [Syria]", "Syria"},
		{"a saint", "[Saint Louis], [Missouri]",
			"United States/Missouri/St. Louis containment; United States/Missouri gazetteer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, m := range meanings(t, c.text) {
				got = append(got, Default().Path(m.ID)+" "+m.Rule)
			}
			if s := strings.Join(got, "; "); !strings.Contains(s, c.want) {
				t.Errorf("%s:\n got %s\nwant %s", c.text, s, c.want)
			}
		})
	}
}
