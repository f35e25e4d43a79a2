package values

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"dateline/search"
)

// keysOfEntries are the keys of an entry, each with what its value is.
var keysOfEntries = map[string]string{
	"id": "text", "name": "text", "same": listOfTexts, "find": listOfTexts, "none": "true or false",
	"source": listOfTexts, "article": listOfTexts,
	"parent": "text", "lat": "a number", "lon": "a number",
}

const listOfTexts = "a list of texts"

// checkForm tells where a file has something else than entries, a key that is
// unknown, or a value of another type than it should be, and on which line.
func checkForm(data []byte, file map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(file)) {
		if !isCurated(search.Field(strings.ToLower(name))) {
			return fmt.Errorf("%s%w", lineOfKey(data, name), unknownKey(name))
		}
		list, ok := tablesOf(file[name])
		if !ok {
			return fmt.Errorf("%s%s is %s, where entries were expected: write [[%s]] above each",
				lineOfKey(data, name), name, called(file[name]), name)
		}
		parts := partsOf(data, name, len(list))
		for i, e := range list {
			if err := checkEntry(parts[i], name, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkEntry checks the keys of an entry, which stands in a part of the file.
func checkEntry(in part, section string, e map[string]any) error {
	for _, key := range slices.Sorted(maps.Keys(e)) {
		want := keysOfEntries[strings.ToLower(key)]
		if want == "" {
			return fmt.Errorf("%s%w", in.line(key), unknownKey(section+"."+key))
		}
		got, hint := called(e[key]), ""
		if got == want {
			continue
		}
		if want == listOfTexts {
			hint = fmt.Sprintf(`: write %s = ["A", "B"]`, key)
		}
		return fmt.Errorf("%s%s is %s, where %s was expected%s", in.line(key), key, got, want, hint)
	}
	return nil
}

func unknownKey(key string) error {
	return fmt.Errorf("unknown key %q; entries are [[person]], [[org]] and [[place]], "+
		"with id, name, same, find, none, source, article, parent, lat, lon", key)
}

// tablesOf returns a value as entries, if it is that.
func tablesOf(value any) (list []map[string]any, ok bool) {
	switch v := value.(type) {
	case []map[string]any:
		return v, true
	case []any:
		for _, one := range v {
			table, ok := one.(map[string]any)
			if !ok {
				return nil, false
			}
			list = append(list, table)
		}
		return list, true
	default:
		return nil, false
	}
}

// called says what a value of TOML is, for people.
func called(value any) string {
	switch v := value.(type) {
	case string:
		return "text"
	case bool:
		return "true or false"
	case int64, float64:
		return "a number"
	case time.Time:
		return "a date"
	case []any:
		for _, one := range v {
			if what := called(one); what != "text" {
				return "a list with " + what + " in it"
			}
		}
		return listOfTexts
	default:
		return "a table"
	}
}

// A part is an entry in a file: its bytes, and where they begin; or how errors
// call an entry that was not found.
type part struct {
	data  []byte
	first int // its line
	entry string
}

// partsOf returns the parts of a file that are the n entries of a section.
func partsOf(data []byte, section string, n int) []part {
	found := heading(section).FindAllIndex(data, -1)
	line, begin, before := 1, 0, ""
	if len(found) != n {
		before = lineOfKey(data, section)
	}
	out := make([]part, n)
	for i := range out {
		if len(found) != n {
			out[i].entry = fmt.Sprintf("%s%s entry %d: ", before, section, i+1)
			continue
		}
		end := len(data)
		if i+1 < n {
			end = found[i+1][0]
		}
		line += bytes.Count(data[begin:found[i][0]], []byte("\n"))
		begin = found[i][0]
		out[i] = part{data[begin:end], line, ""}
	}
	return out
}

// line returns the line of a key in a part, or that of the part, as errors begin.
func (p part) line(key string) string {
	if p.entry != "" {
		return p.entry
	}
	at := max(0, indexOfKey(p.data, key))
	return fmt.Sprintf("line %d: ", p.first+bytes.Count(p.data[:at], []byte("\n")))
}

// lineOfKey is line for a key of the whole file, empty where it is not found.
func lineOfKey(data []byte, key string) string {
	if indexOfKey(data, key) < 0 {
		return ""
	}
	return part{data, 1, ""}.line(key)
}

// indexOfKey returns where a line begins that gives key a value, or is a heading
// with it, else -1.
func indexOfKey(data []byte, key string) int {
	line := regexp.MustCompile(`(?m)^[ \t]*\[{0,2}[ \t]*["']?` + regexp.QuoteMeta(key) +
		`["']?[ \t]*[.=\]]`)
	if found := line.FindIndex(data); found != nil {
		return found[0]
	}
	return -1
}

// heading finds the lines that an entry of a section begins with.
func heading(section string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)^[ \t]*\[\[[ \t"']*` + regexp.QuoteMeta(section) + `[ \t"']*\]\]`)
}
