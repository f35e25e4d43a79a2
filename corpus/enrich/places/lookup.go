package places

import (
	"slices"
	"strings"
)

// found is what a name may mean.
type found struct {
	found    []ref
	key      string // what of the name was looked up last
	division bool   // the name says that it is a division: "Aleppo province"
	town     bool   // "Aleppo city"
}

// lookup finds what a name may mean. Where the gazetteer does not have it as it
// is, words are taken off it.
func (g *Gazetteer) lookup(name string) found {
	key := Fold(name)
	if s, ok := strings.CutPrefix(key, "republic of "); ok {
		if refs := g.find("republic of the " + s); refs != nil {
			return found{found: refs, key: key}
		}
	}
	if refs := g.find(key); refs != nil {
		return found{found: refs, key: key}
	}
	if one, other, ok := strings.Cut(name, "/"); ok {
		if f := g.lookup(one); f.found != nil {
			return f
		}
		return g.lookup(other)
	}
	for _, owns := range []string{"'s", "’s"} {
		if s, ok := strings.CutSuffix(name, owns); ok {
			return g.lookup(s)
		}
	}
	division, town := false, false
	for _, a := range affixes {
		s, ok := strings.CutSuffix(key, a.after)
		if !ok || a.after == "" {
			if s, ok = strings.CutPrefix(key, a.before); !ok || a.before == "" {
				continue
			}
		}
		if s == "" {
			continue
		}
		key, division, town = s, a.division, a.town
		if refs := g.find(key); refs != nil {
			return found{refs, key, division, town}
		}
	}
	return found{g.spelt(key), key, division, town}
}

// An affix is what may stand before or after a name as part of it.
type affix struct {
	before, after  string
	division, town bool
}

var affixes = []affix{
	{after: " governorate", division: true}, {after: " province", division: true},
	{after: " region", division: true}, {after: " state", division: true},
	{after: " oblast", division: true}, {after: " district", division: true},
	{after: " county", division: true}, {after: " department", division: true},
	{after: " prefecture", division: true}, {after: " raion", division: true},
	{after: " parish", division: true}, {after: " township", town: true},
	{after: " subdistrict", division: true}, {after: " sub district", division: true},
	{after: " countryside", division: true}, {after: " suburbs"}, {after: " outskirts"},
	{after: " suburb", town: true}, {after: " farms", town: true}, {after: " farm", town: true},
	{after: " oil fields", town: true}, {after: " gas fields", town: true},
	{after: " oil field", town: true}, {after: " oilfield", town: true}, {after: " gas field", town: true},
	{after: " hill", town: true}, {after: " dam", town: true}, {after: " checkpoint", town: true},
	{after: " city", town: true}, {after: " town", town: true}, {after: " village", town: true},
	{after: " refugee camp", town: true}, {after: " camp", town: true},
	{after: " neighborhood", town: true}, {after: " neighbourhood", town: true},
	{after: " quarter", town: true}, {after: " area"}, {after: " municipality"},
	{after: " international airport", town: true}, {after: " military airport", town: true},
	{after: " airport", town: true}, {after: " airbase", town: true}, {after: " air base", town: true},
	{after: " military base", town: true}, {after: " crossing", town: true},
	{before: "province of ", division: true}, {before: "state of ", division: true},
	{before: "district of ", division: true}, {before: "region of "},
	{before: "republic of "}, {before: "city of ", town: true}, {before: "town of ", town: true},
	{before: "village of ", town: true}, {before: "greater "}, {before: "downtown ", town: true},
	{before: "central "}, {before: "northern "}, {before: "southern "}, {before: "eastern "},
	{before: "western "}, {before: "north "}, {before: "south "}, {before: "east "}, {before: "west "},
	{before: "northeastern "}, {before: "northwestern "}, {before: "southeastern "},
	{before: "southwestern "}, {before: "upper "}, {before: "lower "}, {before: "rural "},
}

// spelt finds a name by the ways that its first word is written in.
func (g *Gazetteer) spelt(key string) []ref {
	first, rest, many := strings.Cut(key, " ")
	if many {
		if full := abbreviated[first]; full != "" {
			return g.find(full + " " + rest)
		}
		if articles[first] {
			return g.find(rest)
		}
	}
	return g.find("al " + key)
}

var abbreviated = map[string]string{"st": "saint", "saint": "st", "ste": "sainte", "ft": "fort",
	"mt": "mount", "mount": "mt", "pt": "point"}

// sounding finds a name by its sound in these countries, and tells how: nothing
// else than the finer sound where that finds some.
func (g *Gazetteer) sounding(key string, countries []ref) (refs []ref, by string) {
	var tried []script
	var coarse, fine []ref
	for _, c := range countries {
		s := scripts[g.place(c).ID]
		if s == "" || slices.Contains(tried, s) {
			continue
		}
		tried = append(tried, s)
		want, ok := soundOf(s, key)
		if !ok {
			continue
		}
		for i := range g.layers {
			coarse, fine = g.layers[i].sounding(want, coarse, fine)
		}
	}
	elsewhere := func(r ref) bool { return !contains(countries, g.country(r)) }
	if fine = slices.DeleteFunc(fine, elsewhere); len(fine) > 0 {
		return fine, RuleSpelling
	}
	if coarse = slices.DeleteFunc(coarse, elsewhere); len(coarse) > 0 {
		return coarse, RuleSound
	}
	return nil, ""
}

// country returns the country that a place lies in, itself where it is one.
func (g *Gazetteer) country(r ref) ref {
	for n := 0; r != none && n < MaxDepth; r, n = g.parent(r), n+1 {
		if g.kind(r) == Country {
			return r
		}
	}
	return none
}
