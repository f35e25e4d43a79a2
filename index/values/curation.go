package values

// The form of curation.toml
//
// A newsroom's corrections are entries of persons, orgs and places. Each entry
// says something of one value, whose id it gives: as the archive shows it
// ("benjamin-netanyahu", "gn:281102"), or as a name, from which the id follows.
//
//	# Shown under another name.
//	[[person]]
//	id = "benjamin-netanyahu"
//	name = "Binyamin Netanyahu"
//
//	# Merged: these names and ids are the same value. Old ids go on working.
//	[[person]]
//	id = "Benjamin Netanyahu"
//	same = ["Bibi", "binyamin-netanyahu"]
//
//	# Split: in these sources, and in these articles, the name is somebody else.
//	[[person]]
//	id = "john-smith-painter"
//	name = "John Smith (painter)"
//	same = ["John Smith"]
//	source = ["Art Weekly"]
//	article = ["a17"]
//
//	# Not a value: nowhere, or only in a source or an article.
//	[[person]]
//	id = "Ramadan"
//	none = true
//
//	[[person]]
//	id = "Jordan"
//	none = true
//	source = ["Sports Wire"]
//
//	# A place lies elsewhere than the gazetteer says; "" is nowhere.
//	[[place]]
//	id = "gn:281132"
//	parent = "gn:6254930"
//
//	# A place of the newsroom's own. Its id begins with "my:".
//	[[place]]
//	id = "my:north-camp"
//	name = "North Camp"
//	parent = "gn:281132"
//	lat = 31.53
//	lon = 34.49
//	same = ["Camp North"]
//
//	# What is so written is this place, whatever it was taken for: everywhere,
//	# or in a source or an article.
//	[[place]]
//	id = "gn:281102"
//	same = ["Rafah"]
//	source = ["Gaza Diary"]
//
//	# Names that are looked for in every text, since extraction does not find them.
//	[[person]]
//	name = "Abu Hamza"
//	find = ["Abu Hamza", "the Engineer"]
//
// Names stand for all their spellings. That of a place, as id or parent, is the
// place of the gazetteer that alone has it, or the end of its path; in same, and
// with none, it is what is so written. An entry without id takes it from its
// name, else from the first that is to be found. Merges may follow one another.
// An exception for an article goes before one for its source, and one for a value
// holds for all that is merged into it. An unknown key, and anything said twice,
// is an error.
//
// Names in find, and those of the newsroom's own places, are found where a text
// has them letter for letter or all in capitals, but for those that are part of a
// longer name. They have 250 bytes and 20 words at most. They are the same as the
// entry's value. Articles are extracted again only where they contain such a name
// that has come or gone. Names of common words alone can't be looked for.

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/search"
)

// A Curation is a newsroom's corrections, as read from curation.toml. Its zero
// value corrects nothing.
type Curation struct {
	fields map[search.Field]*corrections
	places map[string]places.Place // the newsroom's own
	names  []Name                  // to be found, in the order of the file
}

// A Name is one that extraction is to find in every text.
type Name struct {
	Kind corpus.Kind
	Text string
	ID   string // of the place that it names; empty for others
}

// Names returns the names that extraction is to find, each once, sorted.
func (c *Curation) Names() []Name {
	out := slices.Clone(c.names)
	slices.SortFunc(out, func(a, b Name) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text), cmp.Compare(a.ID, b.ID))
	})
	return slices.Compact(out)
}

// String names the place in the archive for people.
func (at At) String() string {
	if at.Article != "" {
		return fmt.Sprintf("article %q", at.Article)
	}
	return fmt.Sprintf("source %q", at.Source)
}

// curated are the fields that can be corrected.
var curated = []search.Field{search.Person, search.Org, search.Place}

func isCurated(field search.Field) bool { return slices.Contains(curated, field) }

// corrections are those of one field. All ids are in their final form.
type corrections struct {
	names      map[string]string      // of values, by id
	merged     map[string]string      // from an id to the one it was merged into
	none       map[string]bool        // ids that are no value
	parents    map[string]string      // of places; empty for none
	exceptions map[string][]exception // by id
	lines      map[string]string      // where in the file an id is spoken of first
	heads      map[string]bool        // ids that an entry is of
	notes      []string               // what is said to no effect, behind the line
	written    map[string]string      // ids of entries and parents, as they are written
}

// An exception says that in an article or a source an id is that of another
// value, or of none where to is empty.
type exception struct {
	at    At // one of the two is set
	to    string
	where string // in the file
}

func (c *Curation) of(field search.Field) *corrections {
	if f := c.fields[field]; f != nil {
		return f
	}
	return &corrections{}
}

// canonical follows merges from an id to their end.
func (c *corrections) canonical(id string) string {
	for to, ok := c.merged[id]; ok; to, ok = c.merged[id] {
		id = to
	}
	return id
}

// except returns what an id stands for at a place in the archive, where that is
// an exception. Articles go before sources.
func (c *corrections) except(id string, at At) (to string, ok bool) {
	for _, e := range c.exceptions[id] {
		switch e.at {
		case At{Article: at.Article}:
			return e.to, true
		case At{Source: at.Source}:
			to, ok = e.to, true
		}
	}
	return to, ok
}

// meaning returns what an id stands for at a place in the archive: itself where
// nothing is said of it, empty for no value. It tells whether an exception says so.
func (c *corrections) meaning(id string, at At) (to string, excepted bool) {
	to = id
	for from := id; from != ""; from = c.merged[from] {
		if other, ok := c.except(from, at); ok {
			to, excepted = other, true
			break
		}
	}
	if to = c.canonical(to); c.none[to] {
		return "", excepted
	}
	return to, excepted
}

// excepted tells whether what an id stands for depends on the place in the
// archive.
func (c *corrections) excepted(id string) bool {
	for ; id != ""; id = c.merged[id] {
		if len(c.exceptions[id]) > 0 {
			return true
		}
	}
	return false
}

// split returns the id of an article-level value before any correction, and of a
// place in the gazetteer that of its name as written, if anything is corrected.
func (c *corrections) split(field search.Field, key string) (id, text string) {
	key = strings.TrimSpace(key)
	if id = withoutText(field, key); len(id) < len(key) && c.speaks() {
		text = Key(field, key[len(id):])
	}
	return valueID(field, id), text
}

// speaks tells whether there is a correction of what ids stand for.
func (c *corrections) speaks() bool {
	return len(c.merged)+len(c.none)+len(c.exceptions) > 0
}

// asWritten returns an id as the file has it.
func (c *corrections) asWritten(id string) string { return cmp.Or(c.written[id], id) }

// used returns the ids that others stand for, lie in, or are moved.
func (c *corrections) used() []string {
	out := slices.Collect(maps.Values(c.merged))
	for id, parent := range c.parents {
		out = append(out, id, parent)
	}
	for _, list := range c.exceptions {
		for _, e := range list {
			out = append(out, e.to)
		}
	}
	return out
}

// line returns where an id is spoken of, as errors begin: "line 7: ".
func (c *corrections) line(id string) string {
	if where := c.lines[id]; where != "" {
		return where + ": "
	}
	return ""
}

// write writes c in a form that is the same for the same corrections.
func (c *Curation) write(w io.Writer) {
	for _, field := range curated {
		f := c.of(field)
		fmt.Fprintf(w, "%s %q %q %v %q\n", field, f.names, f.merged, f.none, f.parents)
		for _, id := range slices.Sorted(maps.Keys(f.exceptions)) {
			for _, e := range f.exceptions[id] {
				fmt.Fprintf(w, "%q %q %q %q\n", id, e.at.Article, e.at.Source, e.to)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.places)) {
		p := c.places[id]
		fmt.Fprintf(w, "%q %q %v %v\n", id, p.Name, p.Lat, p.Lon)
	}
	fmt.Fprintf(w, "%q\n", c.Names())
}
