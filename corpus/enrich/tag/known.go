package tag

import (
	_ "embed"
	"strings"
	"sync"

	"dateline/corpus/enrich/tag/crf"
)

// orgs.txt lists organisations by their usual names, each with its other names.
//
//go:embed orgs.txt
var orgsText string

// orgs leads from the names of known organisations, in lower case and their
// words joined by single spaces, to their usual ones.
type orgs map[string]org

// org is one name of a known organisation.
type org struct {
	usual string
	exact string // how it must be written; empty for in any case
}

var known = sync.OnceValue(func() orgs {
	o := orgs{}
	for line := range strings.Lines(orgsText) {
		class, names, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if class != "org" && class != "company" {
			continue
		}
		usual, _, _ := strings.Cut(names, "|")
		for name := range strings.SplitSeq(names, "|") {
			name, marked := strings.CutPrefix(name, "!")
			found := org{usual: strings.TrimPrefix(usual, "!")}
			if marked || len(name) <= 4 && strings.ToUpper(name) == name {
				found.exact = name
			}
			o[strings.ToLower(name)] = found
		}
	}
	return o
})

// usual returns the usual name of an organisation, empty for an unknown one.
func (o orgs) usual(s []crf.Token) string {
	text := strings.ReplaceAll(written(s), "’", "'")
	found := o[strings.ToLower(text)]
	if found.exact != "" && found.exact != text {
		return ""
	}
	return found.usual
}
