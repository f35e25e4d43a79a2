package values

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/search"
)

// Load reads the table that Save wrote into dir, naming and nesting by r. Its
// errors name the file that is missing or damaged.
func Load(dir string, r *Resolver) (*Table, error) {
	files, err := readList(dir)
	if err != nil {
		return nil, err
	}
	if err := checkNames(dir, files); err != nil {
		return nil, err
	}
	t := NewTable(r)
	for _, f := range files {
		if err := t.readFile(filepath.Join(dir, f.name), f); err != nil {
			return nil, err
		}
	}
	t.saved = saved{files, map[search.Field]int{}}
	for field, c := range t.columns {
		t.saved.counts[field] = len(c.ids)
		clear(c.renamed)
		for ord := range c.ids {
			c.show(Ord(ord), r.fixedName(field, c.ids[ord]))
		}
	}
	if c := t.columns[search.Place]; c != nil {
		parent := remembered(r.Parent)
		for ord := range t.saved.counts[search.Place] {
			t.nest(c, Ord(ord), parent)
		}
	}
	return t, nil
}

// remembered returns f, which is then asked once for each id: places have most of
// those that they lie in in common.
func remembered(f func(id string) string) func(id string) string {
	known := map[string]string{}
	return func(id string) string {
		out, ok := known[id]
		if !ok {
			out = f(id)
			known[id] = out
		}
		return out
	}
}

// readList reads the file TABLE in dir.
func readList(dir string) ([]savedFile, error) {
	name := filepath.Join(dir, listName)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	body := strings.TrimPrefix(string(data), listHead+"\n")
	if len(body) == len(data) {
		return nil, fmt.Errorf("%s is no list of values, or one of a newer version", name)
	}
	var s saved
	for line := range strings.Lines(body) {
		var f savedFile
		_, err := fmt.Sscanf(line, "%s %d %x\n", &f.name, &f.size, &f.crc)
		if err != nil || f.name != filepath.Base(f.name) {
			break
		}
		s.files = append(s.files, f)
	}
	if string(s.list()) != string(data) {
		return nil, damaged(name)
	}
	return s.files, nil
}

func damaged(name string) error { return fmt.Errorf("%s is damaged", name) }

// checkNames refuses files in dir that its list does not have.
func checkNames(dir string, files []savedFile) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		listed := func(f savedFile) bool { return f.name == e.Name() }
		if e.Name() != listName && !slices.ContainsFunc(files, listed) {
			return fmt.Errorf("%s is no part of the table of values",
				filepath.Join(dir, e.Name()))
		}
	}
	return nil
}

// readFile reads a file of values into t, which has those of the files before.
func (t *Table) readFile(name string, f savedFile) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if int64(len(data)) != f.size || checksum(data) != f.crc {
		return damaged(name)
	}
	if err := t.decode(&decoder{rest: string(data)}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// decode appends and names the values that d holds.
func (t *Table) decode(d *decoder) error {
	for d.rest != "" && !d.bad {
		field := search.Field(d.string())
		first, n := d.number(), d.number()
		if d.bad {
			break
		}
		c := t.columns[field]
		if c == nil {
			c = newColumn(field)
			t.columns[field] = c
		}
		if first != uint64(len(c.ids)) {
			return fmt.Errorf("%ss from number %d on, where %d was to follow", field, first, len(c.ids))
		}
		c.grow(min(n, uint64(len(d.rest))/2))
		for ; n > 0 && !d.bad; n-- {
			id, name := d.string(), d.string()
			c.restore(c.push(id, ""), name)
		}
		for m := d.number(); m > 0 && !d.bad; m-- {
			ord, name := d.number(), d.string()
			if ord >= first {
				return fmt.Errorf("a better name for %s %d, of %d", field, ord, first)
			}
			c.restore(Ord(ord), name)
		}
	}
	if d.bad {
		return errors.New("it ends within a value")
	}
	return nil
}

// grow makes room for n values more.
func (c *column) grow(n uint64) {
	if len(c.ids) > 0 {
		return // the first file has nearly all
	}
	c.ids = make([]string, 0, n)
	c.names = make([]string, 0, n)
	c.shown = make([]string, 0, n)
}

// A decoder reads numbers and strings.
type decoder struct {
	rest string
	bad  bool // it has not held what it should
}

func (d *decoder) number() uint64 {
	head := d.rest[:min(len(d.rest), binary.MaxVarintLen64)]
	n, size := binary.Uvarint([]byte(head))
	if size <= 0 {
		d.bad = true
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

func (d *decoder) string() string {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.bad = true
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}
