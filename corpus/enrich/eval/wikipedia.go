package eval

import (
	"strconv"
	"strings"

	"dateline/corpus/enrich/places"
)

// GeoVirus and others give places as pages of Wikipedia. Countries and
// continents, which have no point to measure from, are told by their page.

// pages are those named otherwise than the country is in the gazetteer, with
// its GeoNames id, and those of continents.
var pages = map[string]string{
	"Africa": "6255146", "Asia": "6255147", "Europe": "6255148", "North America": "6255149",
	"South America": "6255150", "Oceania": "6255151", "Antarctica": "6255152",
	"Georgia (country)":                "614540",
	"Netherlands":                      "2750405",
	"Republic of Ireland":              "2963597",
	"Republic of Macedonia":            "718075",
	"Macedonia":                        "718075",
	"Burma":                            "1327865",
	"Czech Republic":                   "3077311",
	"Swaziland":                        "934841",
	"Cape Verde":                       "3374766",
	"East Timor":                       "1966436",
	"The Gambia":                       "2413451",
	"The Bahamas":                      "3572887",
	"Federated States of Micronesia":   "2081918",
	"State of Palestine":               "6254930",
	"Republic of China":                "1668284",
	"People's Republic of China":       "1814991",
	"Democratic Republic of the Congo": "203312",
	"Congo":                            "203312",
	"Republic of the Congo":            "2260494",
	"São Tomé and Príncipe":            "2410758",
	"Saint Martin":                     "3578421",
	"U.S. Virgin Islands":              "4796775",
	"United States of America":         "6252001",
	"Macau":                            "1821275",
	"Vatican City":                     "3164670",
	"Côte d'Ivoire":                    "2287781",
}

// idOfPage returns the GeoNames id of a country in gaz or of a continent, else "".
func idOfPage(gaz *places.Gazetteer, url string) string {
	page := strings.ReplaceAll(url[strings.LastIndex(url, "/")+1:], "_", " ")
	if id, ok := pages[page]; ok {
		return id
	}
	for _, p := range gaz.Find(page) {
		if p.Kind == places.Country && p.Name == page {
			return idText(p.GeoNames())
		}
	}
	return ""
}

func idText(id int) string { return strconv.Itoa(id) }
