package people

import (
	"slices"
	"strings"
	"sync"
)

// shortForms are given names with what their bearers are also called.
const shortForms = `
abigail abby
abraham abe
albert al bert
alexander alex sasha sandy aleksander oleksandr sander
alexandra alex sasha sandra oleksandra
alexei alyosha alex
alfred al fred
amanda mandy
andrew andy drew
andrei andriy
anthony antony tony
antonio tony toni
arthur art
barbara barb
benjamin ben bibi benny
bernard bernie
catherine cathy kate
charles charlie chuck chas
christina chris tina
christine chris tina
christopher chris kit
clifford cliff
cynthia cindy
daniel dan danny
david dave davy
deborah debbie deb
dmitry dima dmytro
donald don donnie
dorothy dot
douglas doug
edward ed eddie ted teddy ned
edwin ed
eleanor ellie nell
elizabeth liz beth betty lisa eliza bess
eugene gene
evelyn eve
ezekiel zeke
frances fran
francis frank
franklin frank
frederick fred freddie
gabriel gabe
geoffrey geoff jeff
gerald gerry jerry
gregory greg
harold harry hal
henry harry hank
herbert herb
hillary hilary
howard howie
hugo hugh
irving irv
isaac ike
jacob jake
jacqueline jackie
james jim jimmy jamie
janet jan
jeffrey jeff geoff
jennifer jen jenny
jeremy jerry
jerome jerry
jessica jess
john jack johnny jon
jonathan jon
jose pepe
joseph joe joey
joshua josh
judith judy
katherine kate kathy katie kathleen
kenneth ken kenny
konstantin kostya
lawrence larry lorenz
leonard len leo
leonardo leo
lewis lew
louis lou
luiz lula
manuel manny
margaret maggie meg peggy
martin marty
matthew matt
maxim max maksym
maxwell max
michael mike mick mickey misha
mikhail misha mykhailo
mitchell mitch
nathan nate
nathaniel nate
nicholas nick nico
nikolai mykola kolya
norman norm
oleg oleh
igor ihor
pamela pam
patricia pat patty trish
patrick pat paddy
pavel pasha pavlo
peter pete
petro pyotr petr
philip phil
rachel rae
randolph randy
raymond ray
rebecca becky
reginald reg reggie
richard dick rick rich ricky
robert bob rob bobby robbie bert
rodney rod
roland rolly
ronald ron ronnie
russell russ
samantha sam
samuel sam sammy
sergei serhiy
sidney sid
silvester sly
solomon sol
stanley stan
stephanie steph
stephen steve steven
steven steve
stuart stu
susan sue suzy
terence terry
theodore ted teddy theo
theresa terry tess
thomas tom tommy
timothy tim
valentina valya
valery valerii
victoria vicky
vincent vince vinny
vladimir volodymyr vova volodya
volodymyr vova
walter walt wally
wesley wes
william bill billy will willie liam
yekaterina katya
yelena lena
yevgeny yevhen zhenya
yitzhak isaac bougie
yosef joseph yossi
zachary zach zack
`

// called leads from a short form to the names that it stands for.
var called = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(shortForms) {
		names := strings.Fields(line)
		for _, n := range names {
			if n = Spelling(n); !slices.Contains(out[n], names[0]) {
				out[n] = append(out[n], names[0])
			}
		}
	}
	return out
})

// sameGiven tells whether two given names may be one person's: alike, one name in
// two languages, or one of them or both the short form of one name. An initial
// stands for all names that begin with it.
func sameGiven(a, b word) bool {
	if a.initial || b.initial {
		return strings.HasPrefix(a.text, b.text) || strings.HasPrefix(b.text, a.text)
	}
	if alike(a, b) {
		return true
	}
	if g, ok := given()[a.text]; ok && g == given()[b.text] {
		return true
	}
	known := called()
	for _, n := range known[a.text] {
		if slices.Contains(known[b.text], n) {
			return true
		}
	}
	return false
}

// isShortForm tells whether a given name is known only as that of others.
func isShortForm(given word) bool {
	names := called()[given.text]
	return len(names) > 0 && !slices.Contains(names, given.text)
}
