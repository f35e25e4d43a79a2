package people

import (
	"slices"
	"strings"
	"sync"
)

// A sex is that of a person, as far as an article tells it.
type sex byte

const (
	unknown sex = iota
	man
	woman
)

// titled are titles that tell the sex.
var titled = sexes(
	"mr sir lord king prince father brother baron duke emperor sultan monsieur congressman spokesman",
	"mrs ms miss lady dame queen princess sister baroness duchess empress madam madame congresswoman spokeswoman",
)

// kinship are words for members of a family.
var kinship = sexes(
	"husband father son brother uncle nephew grandfather grandson widower stepfather stepson fiance "+
		"half-brother father-in-law son-in-law brother-in-law twin-brother",
	"wife mother daughter sister aunt niece grandmother granddaughter widow stepmother stepdaughter fiancee "+
		"half-sister mother-in-law daughter-in-law sister-in-law twin-sister",
)

func sexes(men, women string) map[string]sex {
	out := map[string]sex{}
	for w := range strings.FieldsSeq(men) {
		out[w] = man
	}
	for w := range strings.FieldsSeq(women) {
		out[w] = woman
	}
	return out
}

// men and women are given names that are known as a man's and as a woman's
// alone. They were collected for this project from common knowledge.
const men = `
aaron abdel abdullah abraham adam adel adil adnan ahmed alan albert alejandro alexander alexei alfred
ali allen ammar amir anatoly andrei andrew andriy anthony antonio anwar arkady arthur ayman aziz
barry bashar bashir benjamin bernard bilal bill bob boris brad brandon brian bruce carl carlos
charles christopher clive colin craig daniel david dennis derek diego dmitry donald douglas
eduardo edward edwin elias emmanuel enrique eric ernest essam ethan eugene fadi fahd faisal
farid farouk fares felipe fernando frank franklin fred frederick fuad gary gennady geoffrey george
georgy gerald ghassan giovanni giuseppe gordon graham greg gregory grigory gustavo guy habib hamed
hamid hamza hani harold haroun harry hashem hassan haitham hector henry herbert hisham howard
hussein ibrahim igor imad isaac ismail issa ivan jack jacob jaber jafar jalal jamal james jason javier jeff jeffrey
jeremy jerome jerry jihad jim joe joel john jonathan jorge jose joseph joshua juan julian kamal
karim karl keith kenneth kevin khaled khalil khalid konstantin kurt lawrence leon leonard lloyd louis luis
mahdi mahmoud majid malik manuel mario mark marcus martin marwan masoud matthew max maxim mazen michael
miguel mike mikhail mohammed mohsen moshe mourad moussa muammar mustafa mykola nabil nader
nasser nathan nathaniel neil nicholas nikolai norman oleg oleksandr oleksiy omar oscar osama othman
pablo patrick paul pavel pavlo pedro peter philip pierre qasim rachid rafael rafiq ralph ramon
raymond reza ricardo richard robert roberto roger roland ronald rostislav russell ryan saad saddam saeed
saleh salem salim salman sami samir samuel scott sean sebastian sergei sergio serhiy simon stanislav
stanley stephen steve steven stuart suleiman taher tariq thomas tim timothy tom tony vadim valery
vasily viktor victor vincent vitaly vladimir volodymyr walid walter wael wayne william yahya yasser
yaroslav yevgeny yevhen yitzhak youssef yuri yusuf zachary zaid ziad hafez hadi hatem khamis rami raed tamer tamir
`

const women = `
abigail agnes aisha alice alina alison amal amanda amelia amina amira amy anastasia ann anna anne
annette barbara beatrice bethany betty brenda carmen carol caroline catherine charlotte christina
christine claire clara claudia cynthia dalia daniela daria deborah diana dina donna doris dorothy
elena eleanor elisabeth elizabeth ella ellen emily emma esther eva evelyn fadwa farah fatima fiona
florence frances galina ghada gloria grace habiba hala halima halyna hanan hannah hayat heather
helen helena heba hind huda ilana ines inna irene irina iryna isabel isabella jacqueline jane janet
jennifer jessica jill joan joanna josephine joumana joyce judith julia julie karen karima kate katherine
kathleen kateryna khadija ksenia lamia larisa larysa latifa laura leila lena lillian lina linda lisa
louise lucia lucy ludmila lyudmila maha maha majida manal margaret maria marianne marie marina martha
mary maryam maya melissa michelle miriam mona monica mouna nabila nada nadia nadezhda najwa
nancy naomi natalia natalie natasha nawal nina nadine nisreen noura oksana olena olga olha pamela
patricia paula polina rachel rana rania rasha rebecca reem rima rosa rosemary ruth sabah sally samar samira
sandra sara sarah sawsan shirin sharon sheila shireen sofia sonia sophia sophie soraya stephanie
suad suha susan suzanne svetlana svitlana tamara tatiana teresa tetiana theresa umm valentina valeria
vera veronica victoria virginia wafa wendy yasmin yekaterina yelena yulia yvonne zahra zainab
`

// givenSex leads from given names, spelled as all their variants are, to a sex.
var givenSex = sync.OnceValue(func() map[string]sex {
	out := map[string]sex{}
	for n, s := range sexes(men, women) {
		out[Spelling(n)] = s
	}
	return out
})

// A hint is what a mention tells of a person's sex and family.
type hint struct {
	sex  sex
	sure bool // by a title or given name
	kin  bool // introduced as a relative of somebody: "his wife, Ada Quell"
	late bool // "the younger Quell"
}

// hintOf reads what stands about a name: a title, which says most, then the given
// name, then the word for a relative.
func hintOf(name Name, n *name) hint {
	own := written(name.Text)
	before := append(strings.Fields(name.Before), own[:min(len(own), untitled(own))]...)
	var h hint
	for len(before) > 0 && isTitle(before[len(before)-1]) {
		if s := titled[lower(before[len(before)-1])]; s != unknown && !h.sure {
			h.sex, h.sure = s, true
		}
		before = before[:len(before)-1]
	}
	if !h.sure && len(n.words) > 1 {
		h.sex = sexOf(n.words[0])
		h.sure = h.sex != unknown
	}
	s, kin := relativeBefore(before, n.full())
	if s == unknown && n.full() {
		s, kin = relativeBehind(strings.Fields(strings.TrimPrefix(name.After, ".")))
	}
	h.late = len(before) > 0 && before[len(before)-1] == "younger"
	if s != unknown && (!h.sure || s == h.sex) {
		h.sex, h.kin = s, kin
	}
	return h
}

// isTitle tells a title from the word for a relative, "Father Ada" from "her
// father Ada".
func isTitle(field string) bool {
	w := lower(field)
	return leads(w) && !strings.HasSuffix(field, ",") && kinship[strings.TrimRight(field, ",")] == unknown
}

// sexOf is that of the bearers of a given name.
func sexOf(given word) sex {
	if strings.HasPrefix(given.text, "abdul") {
		return man
	}
	return givenSex()[given.text]
}

// relativeBefore reads "his wife" before a name; a comma between them only where
// the name is a full one, since "he killed his wife, Quell said".
func relativeBefore(fields []string, full bool) (s sex, kin bool) {
	if len(fields) == 0 {
		return unknown, false
	}
	last := fields[len(fields)-1]
	w := strings.TrimSuffix(last, ",")
	if w != last && !full {
		return unknown, false
	}
	s = kinship[w]
	return s, s != unknown
}

// relativeBehind reads ", his wife," and ", son of Ada" behind a name. A father
// "of two" is nobody's relative here, and ", his wife Ada Quell" another person.
func relativeBehind(fields []string) (s sex, kin bool) {
	if len(fields) < 3 || fields[0] != "," {
		return unknown, false
	}
	fields = fields[1:]
	switch fields[0] {
	case "his", "her", "their", "the":
		fields, kin = fields[1:], true
	}
	w := strings.TrimRight(fields[0], ".,;")
	switch of := len(fields) > 2 && fields[1] == "of"; {
	case of:
		return kinship[w], kin || isCapital(fields[2])
	case kin && w != fields[0] && (len(fields) == 1 || !isCapital(fields[1]) || strings.HasSuffix(fields[0], ".")):
		return kinship[w], true
	default:
		return unknown, false
	}
}

func isCapital(s string) bool { return strings.ToLower(s) != s }

// fitting returns those whom a name may mean. By a sex it is those of this sex,
// else those of whom it is not known, else of whom it is not sure. Without one it
// is all but those who were introduced as relatives of another, or they where the
// younger is meant.
func fitting(bearers []*person, h hint) []*person {
	if h.sex == unknown {
		first := heads(bearers)
		if h.late && len(first) < len(bearers) {
			return slices.DeleteFunc(slices.Clone(bearers), func(p *person) bool { return slices.Contains(first, p) })
		}
		return first
	}
	var ranks [3][]*person
	for _, p := range bearers {
		switch {
		case p.hint.sex == h.sex:
			ranks[0] = append(ranks[0], p)
		case p.hint.sex == unknown:
			ranks[1] = append(ranks[1], p)
		case !p.hint.sure:
			ranks[2] = append(ranks[2], p)
		}
	}
	for _, r := range ranks {
		if len(r) > 0 {
			return r
		}
	}
	return nil
}

// heads returns those who were not introduced as a relative behind another.
func heads(bearers []*person) []*person {
	if len(bearers) < 2 {
		return bearers
	}
	first := slices.MinFunc(bearers, func(a, b *person) int { return a.from() - b.from() })
	return slices.DeleteFunc(slices.Clone(bearers), func(p *person) bool { return p.hint.kin && p != first })
}

// from is where a person is first named in full.
func (p *person) from() int {
	if len(p.at) == 0 {
		return 0
	}
	return p.at[0]
}

// learn adds what a mention tells of a person, of which the first is believed
// but for one that is sure.
func (p *person) learn(h hint, at int) {
	if h.sex != unknown && (p.hint.sex == unknown || h.sure && !p.hint.sure) {
		p.hint.sex, p.hint.sure = h.sex, h.sure
	}
	if at == p.from() {
		p.hint.kin = h.kin
	}
}
