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
	vague bool   // an acronym that stands for others too
}

// vagueBelow stands in orgs.txt before organisations whose short acronyms are
// those of others as well, such as "NPA".
const vagueBelow = "# Those below"

var known = sync.OnceValue(func() orgs {
	o := orgs{}
	vague := false
	for line := range strings.Lines(orgsText) {
		vague = vague || strings.HasPrefix(line, vagueBelow)
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
			found.vague = isVague(name, vague)
			o[strings.ToLower(name)] = found
		}
	}
	return o
})

// usual returns the usual name of an organisation, empty for an unknown one.
func (o orgs) usual(s []crf.Token) string {
	usual, _ := o.named(written(s))
	return usual
}

func (o orgs) named(name string) (usual string, vague bool) {
	name = strings.ReplaceAll(name, "’", "'")
	found := o[strings.ToLower(name)]
	if found.exact != "" && found.exact != name {
		return "", false
	}
	return found.usual, found.vague
}

// isVague tells whether an acronym alone does not say which organisation is meant:
// of two letters, but for a few, and of three where below is set.
func isVague(name string, below bool) bool {
	switch {
	case strings.ToUpper(name) != name || name == "UN" || name == "EU" || name == "AU":
		return false
	default:
		return len(name) <= 2 || below && len(name) == 3
	}
}

// Known returns the usual name of the organisation that is called so, empty where
// none is known, and whether the name is one that stands for others too.
func Known(name string) (usual string, vague bool) { return known().named(name) }
