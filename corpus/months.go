package corpus

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// monthsByLang are the names of the months, and their usual abbreviations
// behind "/", in languages of the articles that a newsroom keeps. An English
// name may be cut to three letters.
var monthsByLang = []string{
	"january february march april may june july august september/sept october november december",
	"janvier/janv février/févr/fevrier mars avril mai juin juillet/juil août/aout septembre octobre novembre décembre/decembre/déc",
	"enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre noviembre diciembre/dic",
	"januar februar märz/maerz/mär april mai juni juli august september oktober/okt november dezember/dez",
	"gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/set ottobre/ott novembre dicembre",
	"janeiro fevereiro/fev março/marco abril maio/mai junho julho agosto setembro/set outubro/out novembro dezembro",
	"januari februari maart/mrt april mei juni juli augustus september oktober november december",
	"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
	"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
	"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
	"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
	"يناير فبراير مارس أبريل/ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"בינואר/ינואר בפברואר/פברואר במרץ/מרץ באפריל/אפריל במאי/מאי ביוני/יוני ביולי/יולי באוגוסט/אוגוסט " +
		"בספטמבר/ספטמבר באוקטובר/אוקטובר בנובמבר/נובמבר בדצמבר/דצמבר",
}

var months = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	for i, lang := range monthsByLang {
		for m, names := range strings.Fields(lang) {
			for name := range strings.SplitSeq(names, "/") {
				out[name] = m + 1
			}
			if i == 0 {
				out[names[:3]] = m + 1
			}
		}
	}
	return out
})

// monthOf returns the number of a month by its name, 0 for any other word.
func monthOf(name string) int {
	if utf8.RuneCountInString(name) > 12 {
		return 0
	}
	return months()[strings.ToLower(name)]
}
