package tag

import (
	_ "embed"
	"strings"
	"sync"

	"dateline/corpus/enrich/tag/crf"
)

// orgs.txt lists organisations that news speak of by name alone, by hand.
//
//go:embed orgs.txt
var orgsText string

// orgs leads from the names of known organisations to their usual ones.
type orgs struct {
	byName map[string]org // in lower case, words joined by spaces
}

// org is one name of a known organisation.
type org struct {
	caps bool   // counts in capitals only
	name string // its usual name
}

var known = sync.OnceValue(func() *orgs {
	o := &orgs{map[string]org{}}
	for line := range strings.Lines(orgsText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		usual, _, _ := strings.Cut(line, "|")
		for name := range strings.SplitSeq(line, "|") {
			name, marked := strings.CutPrefix(name, "!")
			caps := marked || len(name) <= 4 && strings.ToUpper(name) == name
			o.byName[strings.ToLower(name)] = org{caps, usual}
		}
	}
	return o
})

// usual returns the usual name of an organisation, empty for an unknown one.
func (o *orgs) usual(s []crf.Token) string {
	text := written(s)
	found := o.byName[strings.ToLower(text)]
	if found.caps && strings.ToUpper(text) != text {
		return ""
	}
	return found.name
}
