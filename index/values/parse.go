package values

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/people"
	"dateline/corpus/enrich/places"
	"dateline/index/text"
	"dateline/search"

	"github.com/BurntSushi/toml"
)

// An entry is an entry of curation.toml.
type entry struct {
	ID      string   `toml:"id"`
	Name    string   `toml:"name"`
	Same    []string `toml:"same"`
	Find    []string `toml:"find"`
	None    bool     `toml:"none"`
	Source  []string `toml:"source"`
	Article []string `toml:"article"`
	Parent  *string  `toml:"parent"`
	Lat     *float64 `toml:"lat"`
	Lon     *float64 `toml:"lon"`
}

// ParseCuration reads a newsroom's corrections. Its errors name the line of the
// entry that is wrong; a key that it does not know is one of them.
func ParseCuration(data []byte) (*Curation, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var file struct {
		Person []entry `toml:"person"`
		Org    []entry `toml:"org"`
		Place  []entry `toml:"place"`
	}
	var form map[string]any
	if _, err := toml.Decode(string(data), &form); err != nil {
		return nil, tomlError(data, err)
	}
	lines := tomlText.ReplaceAllFunc(data, withoutLines)
	if err := checkForm(lines, form); err != nil {
		return nil, err
	}
	if _, err := toml.Decode(string(data), &file); err != nil {
		return nil, tomlError(data, err)
	}
	p := &parser{
		data:     lines,
		Curation: &Curation{map[search.Field]*corrections{}, map[string]places.Place{}, nil},
		said:     map[string]string{},
		find:     map[string]string{},
	}
	for i, list := range [][]entry{file.Person, file.Org, file.Place} {
		if err := p.addAll(curated[i], list); err != nil {
			return nil, err
		}
	}
	if err := p.checkParents(); err != nil {
		return nil, err
	}
	return p.Curation, nil
}

// tomlError says what is wrong with the form of a file, and on which line.
func tomlError(data []byte, err error) error {
	var bad toml.ParseError
	if errors.As(err, &bad) {
		before := data[:max(0, min(bad.Position.Start, len(data)))] // it may be -1
		line, _, _ := strings.Cut(string(data[bytes.LastIndexByte(before, '\n')+1:]), "\n")
		return fmt.Errorf("line %d: %.60q cannot be read: %s", 1+bytes.Count(before, []byte("\n")), line, bad.Message)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "toml: "))
}

// A parser gathers corrections.
type parser struct {
	*Curation
	data []byte            // the file, without what stands in strings of several lines
	said map[string]string // what was said already, and where
	find map[string]string // names to be found, by their words, and where
}

func (p *parser) addAll(field search.Field, list []entry) error {
	c := &corrections{
		names: map[string]string{}, merged: map[string]string{}, none: map[string]bool{},
		parents: map[string]string{}, exceptions: map[string][]exception{},
		lines: map[string]string{}, heads: map[string]bool{}, written: map[string]string{},
	}
	p.fields[field] = c
	where := headings(p.data, field, len(list))
	for i, e := range list {
		if err := p.add(field, e, where[i]); err != nil {
			return fmt.Errorf("%s: %w", where[i], err)
		}
	}
	return p.checkMerges(field)
}

// headings tells for each of n entries on which line it begins, and its number
// where the entries are not written as [[field]].
func headings(data []byte, field search.Field, n int) []string {
	out := make([]string, n)
	for i, p := range partsOf(data, string(field), n) {
		out[i] = strings.TrimSuffix(p.entry, ": ")
		if p.entry == "" {
			out[i] = fmt.Sprintf("line %d", p.first)
		}
	}
	return out
}

// tomlText matches comments and strings, those of several lines first.
var tomlText = regexp.MustCompile(`#.*|"""(?s:.*?)"""|'''(?s:.*?)'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'`)

// withoutLines returns text of several lines with nothing on these.
func withoutLines(text []byte) []byte {
	if n := bytes.Count(text, []byte("\n")); n > 0 {
		return bytes.Repeat([]byte("\n"), n)
	}
	return text
}

// once records that an entry says something, and refuses to say it again.
func (p *parser) once(where, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if before, ok := p.said[what]; ok {
		return fmt.Errorf("%s is given by %s already; keep one of the two", what, before)
	}
	p.said[what] = where
	return nil
}

func (p *parser) add(field search.Field, e entry, where string) error {
	id, same, err := ids(field, e)
	if err != nil {
		return err
	}
	if err := consistent(field, e, id); err != nil {
		return err
	}
	p.locate(field, where, append(same, id)...)
	p.fields[field].heads[id] = true
	for _, name := range e.Same {
		if !e.None && valueID(field, strings.TrimSpace(name)) == id {
			p.fields[field].notes = append(p.fields[field].notes,
				fmt.Sprintf("%s: %q is %s %q already", where, name, field, id))
		}
	}
	p.fields[field].written[id] = cmp.Or(strings.TrimSpace(e.ID), strings.TrimSpace(e.Name))
	if e.Name = strings.TrimSpace(e.Name); e.Name != "" {
		if err := p.once(where, "the name of %s %q", field, id); err != nil {
			return err
		}
		p.fields[field].names[id] = e.Name
	}
	if e.Parent != nil {
		if err := p.addParent(id, strings.TrimSpace(*e.Parent), where); err != nil {
			return err
		}
	}
	if len(e.Source)+len(e.Article) > 0 {
		return p.addExceptions(field, e, id, same, where)
	}
	if err := p.addNames(field, e, id, where); err != nil {
		return err
	}
	return p.addMerges(field, e, id, same, where)
}

// locate notes where ids are spoken of.
func (p *parser) locate(field search.Field, where string, ids ...string) {
	lines := p.fields[field].lines
	for _, id := range ids {
		if lines[id] == "" {
			lines[id] = where
		}
	}
}

// ids returns the ids of an entry's value and of those that are the same.
func ids(field search.Field, e entry) (id string, same []string, err error) {
	if id = cmp.Or(strings.TrimSpace(e.ID), strings.TrimSpace(e.Name)); id == "" && len(e.Find) > 0 {
		id = e.Find[0]
	}
	list := slices.Concat([]string{id}, e.Same, e.Find)
	if own := isOwn(id) && len(e.Source)+len(e.Article) == 0; own && strings.TrimSpace(e.Name) != "" {
		list = append(list, e.Name)
	}
	seen := map[string]bool{}
	for i, name := range list {
		key := valueID(field, strings.TrimSpace(name))
		switch {
		case i == 0 && name == "":
			return "", nil, errors.New("say which value is meant: give id or name")
		case key == "":
			return "", nil, fmt.Errorf("%q is no id or name: it has neither letter nor digit", name)
		case i == 0:
			id = key
		case !seen[key]: // they may repeat one another
			same = append(same, key)
		}
		if err := formed(field, name); err != nil {
			return "", nil, err
		}
		seen[key] = true
	}
	return id, same, nil
}

// formed tells what is wrong with the form of what looks like the id of a place.
func formed(field search.Field, id string) error {
	id = strings.TrimSpace(id)
	switch {
	case field != search.Place || !idLike.MatchString(id):
		return nil
	case !isPlaceID(id):
		return fmt.Errorf(`%q is no id: behind ":" come letters, digits and hyphens`, id)
	case strings.HasPrefix(id, "gn:") && strings.Trim(id[len("gn:"):], "0123456789") != "":
		return fmt.Errorf(`%q is no id: behind "gn:" comes a number of GeoNames`, id)
	}
	return nil
}

var idLike = regexp.MustCompile(`^(gn|wof|dl|my):`)

// consistent tells what an entry lacks, or has too much.
func consistent(field search.Field, e entry, id string) error {
	geo := e.Parent != nil || e.Lat != nil || e.Lon != nil
	some := len(e.Source)+len(e.Article) > 0
	switch {
	case field != search.Place && geo:
		return fmt.Errorf("parent, lat and lon are for places, not for %q", id)
	case e.None && (e.Name != "" || geo || len(e.Find) > 0):
		return fmt.Errorf("%q is to be no value: it has no use for name, find, parent, lat and lon", id)
	case some && geo:
		return fmt.Errorf("a place lies where it does everywhere: give %q an entry for parent, lat and "+
			"lon without source and article", id)
	case some && len(e.Find) > 0:
		return fmt.Errorf("names to be found are found everywhere: give %q an entry for them "+
			"without source and article", id)
	case (e.Lat == nil) != (e.Lon == nil):
		return fmt.Errorf("%q has one of lat and lon: give both", id)
	case e.Lat != nil && !(isOwn(id) && e.Name != ""):
		return fmt.Errorf(`lat and lon are for named places of your own, whose id begins with "my:"`)
	case e.Lat != nil && !(*e.Lat >= -90 && *e.Lat <= 90 && *e.Lon >= -180 && *e.Lon <= 180):
		return fmt.Errorf("%v, %v is no point on earth", *e.Lat, *e.Lon)
	case !e.None && some && len(e.Same) == 0:
		return fmt.Errorf("say in same which names or ids are %q there", id)
	case !e.None && e.Name == "" && !geo && len(e.Same)+len(e.Find) == 0:
		return fmt.Errorf("nothing is said of %q: give name, same, find, none or parent", id)
	}
	for _, name := range e.Find {
		if field == search.Place && isPlaceID(strings.TrimSpace(name)) {
			return fmt.Errorf("find takes names as texts have them, and %q is an id", name)
		}
	}
	return nil
}

// The most bytes and words of a name that is to be found. Extraction finds no longer
// ones.
const (
	maxFind      = 250
	maxFindWords = 20
)

// addNames adds the names of an entry that extraction is to find, and its place
// where that is the newsroom's own.
func (p *parser) addNames(field search.Field, e entry, id, where string) error {
	find := slices.Clone(e.Find)
	if isOwn(id) && field == search.Place && e.Name != "" {
		p.places[id] = ownPlace(id, e)
		find = append(find, e.Name)
		for _, name := range e.Same {
			if !isPlaceID(strings.TrimSpace(name)) {
				find = append(find, name)
			}
		}
	}
	place := ""
	if field == search.Place && isPlaceID(id) {
		place = id
	}
	own := map[string]bool{}
	for _, name := range find {
		if name = people.Tidy(name); own[name] {
			continue
		}
		own[name] = true
		if words := strings.Count(name, " ") + 1; len(name) > maxFind || words > maxFindWords {
			return fmt.Errorf("a name to be found has at most %d bytes and %d words, and %.40q… has %d and %d",
				maxFind, maxFindWords, name, len(name), words)
		}
		if len(text.Analyze(name, false)) == 0 {
			return fmt.Errorf("%q cannot be found: it has no word", name)
		}
		if len(text.Analyze(name, true)) == 0 {
			return fmt.Errorf("%q cannot be found: its words are too common", name)
		}
		if err := p.foundOnce(where, name); err != nil {
			return err
		}
		p.names = append(p.names, Name{kindOf[field], name, place})
	}
	return nil
}

// foundOnce refuses to find a name, or one that is like it in all capitals or by
// another hyphen, as something else than an entry before.
func (p *parser) foundOnce(where, name string) error {
	alike := strings.Join(nameWords(name), " ")
	if before, ok := p.find[alike]; ok && before != where {
		return fmt.Errorf("what the name %q is to be found as is given by %s already; keep one of the two",
			name, before)
	}
	p.find[alike] = where
	return nil
}

// kindOf are the kinds of mentions that the fields hold.
var kindOf = map[search.Field]corpus.Kind{
	search.Person: corpus.Person, search.Org: corpus.Org, search.Place: corpus.Place,
}

func ownPlace(id string, e entry) places.Place {
	place := places.Place{ID: id, Name: e.Name, Kind: places.Town}
	if e.Parent != nil {
		place.Parent = strings.TrimSpace(*e.Parent)
	}
	if e.Lat != nil {
		place.Lat, place.Lon = *e.Lat, *e.Lon
	}
	return place
}

// isOwn tells whether an id is that of a place of the newsroom's own.
func isOwn(id string) bool { return strings.HasPrefix(id, "my:") }

func (p *parser) addParent(id, parent, where string) error {
	c := p.fields[search.Place]
	if written := parent; parent != "" {
		if parent = valueID(search.Place, parent); parent == "" {
			return fmt.Errorf("the parent of %q has neither letter nor digit", id)
		}
		if err := formed(search.Place, written); err != nil {
			return err
		}
		c.written[parent] = cmp.Or(c.written[parent], written)
	}
	c.parents[id] = parent
	p.locate(search.Place, where, parent)
	return p.once(where, "the parent of place %q", id)
}

func (p *parser) addExceptions(field search.Field, e entry, id string, keys []string,
	where string) error {
	to := id
	if e.None {
		to, keys = "", append([]string{id}, keys...)
	}
	var ats []At
	for _, source := range e.Source {
		ats = append(ats, At{Source: strings.TrimSpace(source)})
	}
	for _, article := range e.Article {
		ats = append(ats, At{Article: strings.TrimSpace(article)})
	}
	c := p.fields[field]
	for _, at := range ats {
		if at == (At{}) {
			return errors.New("a source or an article has no name")
		}
		for _, key := range keys {
			if err := p.once(where, "the meaning of %s %q in %s", field, key, at); err != nil {
				return err
			}
			c.exceptions[key] = append(c.exceptions[key], exception{at, to, where})
		}
	}
	return nil
}

func (p *parser) addMerges(field search.Field, e entry, id string, same []string,
	where string) error {
	c := p.fields[field]
	if e.None {
		same = append(same, id)
	}
	for _, key := range same {
		if key == id && !e.None {
			continue
		}
		if err := p.once(where, "the meaning of %s %q", field, key); err != nil {
			return err
		}
		if e.None {
			c.none[key] = true
			continue
		}
		c.merged[key] = id
	}
	return nil
}

// checkMerges refuses values that are merged into each other.
func (p *parser) checkMerges(field search.Field) error {
	merged := p.fields[field].merged
	return circle(merged, func(a, b string) error {
		return fmt.Errorf("%s: %s %q and %q are merged into each other",
			p.said[fmt.Sprintf("the meaning of %s %q", field, a)], field, a, b)
	})
}

// checkParents refuses places of the newsroom's own that have no name, and
// places that lie in each other by what curation alone says.
func (p *parser) checkParents() error {
	c := p.fields[search.Place]
	for _, id := range slices.Sorted(slices.Values(c.used())) {
		if isOwn(id) && p.places[id].Name == "" && c.merged[id] == "" {
			return fmt.Errorf("%splace %q has no entry that gives it a name", c.line(id), id)
		}
	}
	return circle(c.parents, func(a, b string) error {
		return fmt.Errorf("%s: places %q and %q lie in each other",
			p.said[fmt.Sprintf("the parent of place %q", a)], a, b)
	})
}

// circle returns what say says of two neighbours on a circle in next, nil where
// there is none.
func circle(next map[string]string, say func(a, b string) error) error {
	done := map[string]bool{}
	for _, start := range slices.Sorted(maps.Keys(next)) {
		path := map[string]bool{}
		for id := start; id != "" && !done[id]; id = next[id] {
			if path[next[id]] || next[id] == id {
				return say(id, next[id])
			}
			path[id] = true
		}
		maps.Copy(done, path)
	}
	return nil
}
