package httpapi

import (
	"cmp"
	"strconv"
	"strings"

	"dateline/corpus"
)

// number writes n with a comma between thousands.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// articles writes a number of articles.
func articles(n int) string {
	if n == 1 {
		return "1 article"
	}
	return number(n) + " articles"
}

// titled returns an article's title, or what stands for one.
func titled(title string) string { return cmp.Or(title, "Article without a title") }

// pathText writes the path of a place for people.
func pathText(path string) string { return strings.ReplaceAll(path, "/", " › ") }

// dateText writes a date for people.
func dateText(d corpus.Date) string { return d.Words() }

// dateFilterText writes the value of a date's filter for people, of which
// "2024..2025-03" is a range.
func dateFilterText(s string) string {
	from, to, isRange := strings.Cut(s, "..")
	switch {
	case !isRange:
		return dateText(corpus.Date(s))
	case from == "":
		return "until " + dateText(corpus.Date(to))
	case to == "":
		return "from " + dateText(corpus.Date(from))
	default:
		return dateText(corpus.Date(from)) + " to " + dateText(corpus.Date(to))
	}
}

// machineDate returns d for the attribute datetime, empty where HTML has no
// such date.
func machineDate(d corpus.Date) string {
	switch d.Precision() {
	case corpus.Year, corpus.Month, corpus.Week, corpus.ToDay:
		return string(d.Calendar())
	default:
		return ""
	}
}

// sourceWords say what a date of publication was read from.
var sourceWords = map[corpus.DateSource]string{
	corpus.FromMetadata: "from the article’s metadata",
	corpus.FromURL:      "from its address",
	corpus.FromFileName: "from its file name",
	corpus.FromByline:   "from a line in the article",
	corpus.FromDateline: "from its dateline",
	corpus.FromOption:   "as given when it was indexed",
	corpus.FromFileTime: "from the time of its file",
}

// ruleWords say by what rules names are found and placed, and dates read. A key that
// ends with a hyphen is for all rules that begin so and have no words of their own.
var ruleWords = map[string]string{
	"model":    "by the trained model",
	"headline": "by the trained model, in a headline",
	"acronym":  "as letters that the article explains, or of a known organisation",
	"compound": "as one of several names in one word, as in “Israel-Hamas”",
	"said":     "by the text, which says that it is one, as in “Khan Tuman village”",
	"known":    "as a known name",
	"namesake": "as part of the name of a person in this article",
	"signed":   "as an agency’s name behind the last sentence",
	"demonym":  "by the word for its people, or for what is of it, as in “Syrian”",
	"curation": "by the newsroom’s corrections",

	"surname":    "by the surname of a person whom the article names in full",
	"first-name": "by the first name of a person whom the article names in full",
	"part":       "by part of the name of a person whom the article names in full",

	"gazetteer":     "as a country, or the only place of note of this name",
	"containment":   "by the text, which says what it lies in",
	"capital":       "as the capital of a country",
	"metonym":       "as a capital that stands for its government",
	"same-division": "as the place of this name in a province of others in the article",
	"nearby":        "as the place of this name near others in the article",
	"same-country":  "as the place of this name in a country that the article speaks of",
	"population":    "as the largest place of this name, with nothing else to go by",
	"village":       "as a small place, in a country that the article does not speak of",
	"spelling":      "by another spelling, in a country that the article speaks of",
	"sound":         "by its sound, in a country that the article speaks of",

	"full-date":     "as a day with its year",
	"numeric-date":  "as a date in figures, of which it is inferred which is the day",
	"ambiguous":     "as the year of a date in figures that may be day or month first",
	"month-day":     "as a day without its year",
	"month-year":    "as a month with its year",
	"month":         "as a month without its year",
	"month-of-year": "as a month, with words for its year",
	"year":          "as a year",
	"short-year":    "as a year in two figures",
	"decade":        "as a decade",
	"short-decade":  "as a decade without its century",
	"century":       "as a century",
	"season":        "as a season",
	"part-of-year":  "as a part of a year",
	"holiday":       "by the name of a holiday",
	"known-day":     "as a day that goes by its date alone, as in “9/11”",
	"weekday":       "by its weekday",
	"ordinal-day":   "by its number in a month spoken of before, as in “on the 5th”",
	"relative-":     "by words such as “yesterday” and “last week”",
	"tonight":       "by the word “tonight”",
	"the-":          "as a time that is spoken of, as in “the month”",
	"same":          "as a time that the text just spoke of, as in “that day”",
	"edge":          "as the end of a year, month or other span",
	"counted":       "by counting, as in “two days ago”",
	"clock":         "as a time of day",
	"vague":         "as a word for a time that no calendar tells, as in “recently”",
	"duration":      "as a length of time",
	"age":           "as an age",
	"set":           "as what happens again and again, as in “every week”",
	"weekdays":      "as what happens on a weekday again and again",

	"hijri":       "by the Islamic calendar",
	"solar-hijri": "by the calendar of Iran",
	"ethiopian":   "by the calendar of Ethiopia",
}
