package people

import (
	"strings"
	"sync"
)

// languages are given names that Russian, Ukrainian and Belarusian have each in
// its own form, one name a line. Newsrooms write one man's name in any of them, so
// that within an article they are one. Across articles they stay two: they are no
// spellings of one another, and to a reader say which country's a man is. They were collected for
// this project from common knowledge of the languages.
const languages = `
alexander oleksandr aliaksandr
alexandra oleksandra aliaksandra
alexei oleksiy aliaksei
anastasia anastasiia anastasiya
andrei andriy
daniil danylo
darya daria
dmitry dmytro dzmitry
fyodor fedir
galina halyna
georgy heorhiy
grigory hryhoriy ryhor
igor ihor ihar
ilya illia
irina iryna
kirill kyrylo
konstantin kostiantyn kostyantyn
larisa larysa
maxim maksym
mikhail mykhailo mikhas
nadezhda nadiia nadiya
nikita mykyta
nikolai mykola mikalai
oleg oleh aleh
pavel pavlo
pyotr petro piotr
sergei serhiy siarhei siarhey
svetlana svitlana sviatlana
tatiana tetiana tetyana
timofey tymofiy
valery valeriy
vasily vasyl
vera vira
viktor viktar
vladimir volodymyr uladzimir
yekaterina kateryna
yelena olena alena
yevgeny yevhen yauhen
`

// given leads from the forms of a given name to the first of them.
var given = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(languages) {
		names := strings.Fields(line)
		for _, n := range names {
			out[Spelling(n)] = Spelling(names[0])
		}
	}
	return out
})
