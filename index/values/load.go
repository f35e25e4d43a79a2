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
	files, err := filesIn(dir)
	if err != nil {
		return nil, err
	}
	data, err := contents(dir, files)
	if err != nil {
		return nil, err
	}
	t := NewTable(r)
	if err := t.decode(dir, files, data); err != nil {
		return nil, err
	}
	t.settle(files)
	return t, nil
}

// Follow reads what the table that Save wrote into dir has beyond t, and tells
// whether t is that table now: where it was the same or an earlier state. It is not
// so where a value is gone in the later state, which those who read the earlier still
// find. Else t is as it was.
func (t *Table) Follow(dir string) (bool, error) {
	files, err := filesIn(dir)
	if err != nil {
		return false, err
	}
	t.saving.Lock()
	defer t.saving.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for n < min(len(files), len(t.saved.files)) && files[n] == t.saved.files[n] {
		n++
	}
	if len(t.saved.files) == 0 || !t.isSaved() {
		return false, nil
	}
	if n == len(files) {
		return n == len(t.saved.files), nil
	}
	later, err := contents(dir, files[n:])
	if err != nil {
		return false, err
	}
	for _, f := range t.saved.files[n:] {
		if int64(len(later[0])) < f.size || !f.holds(later[0][:f.size]) {
			return false, nil
		}
		later[0] = later[0][f.size:]
	}
	if takesAway(later) {
		return false, nil
	}
	if err := t.decode(dir, files[n:], later); err != nil {
		return false, err
	}
	t.settle(files)
	return true, nil
}

// CheckFile holds a file of values against the checksum in the list of its folder.
func CheckFile(path string) error {
	dir, name := filepath.Split(path)
	files, err := filesIn(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.name == name {
			_, err := f.read(dir)
			return err
		}
	}
	return fmt.Errorf("%s is not in the list of its folder", path)
}

// isSaved tells whether t has nothing but what is in its files.
func (t *Table) isSaved() bool {
	for field, c := range t.columns {
		if len(c.ids) != t.saved.counts[field] || len(c.renamed) > 0 {
			return false
		}
	}
	return true
}

// takesAway tells whether by data, which files hold, values are gone that were there.
func takesAway(data [][]byte) bool {
	for _, file := range data {
		d := &decoder{rest: string(file)}
		for d.rest != "" && !d.bad {
			d.string() // the field
			d.number() // the first of the new values
			for n := d.number(); n > 0 && !d.bad; n-- {
				d.string()
				d.string()
			}
			for m := d.number(); m > 0 && !d.bad; m-- {
				d.number()
				if d.string() == goneMark {
					return true
				}
			}
		}
	}
	return false
}

// filesIn returns the files of the table in dir.
func filesIn(dir string) ([]savedFile, error) {
	files, err := readList(dir)
	if err != nil {
		return nil, err
	}
	return files, checkNames(dir, files)
}

// contents returns what files in dir hold.
func contents(dir string, files []savedFile) ([][]byte, error) {
	out := make([][]byte, len(files))
	for i, f := range files {
		var err error
		if out[i], err = f.read(dir); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// settle names and nests what was read of files, which are all that t has now.
func (t *Table) settle(files []savedFile) {
	before := t.saved
	t.saved = saved{files, map[search.Field]int{}}
	parent := remembered(t.resolver.Parent)
	for field, c := range t.columns {
		n := len(c.ids)
		t.saved.counts[field] = n
		for ord := range c.renamed {
			if c.gone[ord] {
				c.words.blank(ord)
				continue
			}
			c.show(ord, t.resolver.fixedName(field, c.ids[ord]))
			c.words.stale = c.words.stale || int(ord) < len(c.words.ends)
		}
		clear(c.renamed)
		for ord := Ord(before.counts[field]); int(ord) < n; ord++ {
			c.show(ord, t.resolver.fixedName(field, c.ids[ord]))
			if field == search.Place {
				t.nest(c, ord, parent)
			}
		}
	}
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
		return nil, fmt.Errorf("%s is no list of values of this version: "+
			"dateline index --rebuild makes it anew", name)
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

// decode takes in data, which files in dir hold, behind what t has.
func (t *Table) decode(dir string, files []savedFile, data [][]byte) error {
	for i, f := range files {
		if err := t.take(&decoder{rest: string(data[i])}); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(dir, f.name), err)
		}
	}
	return nil
}

// take appends and names the values that d holds.
func (t *Table) take(d *decoder) error {
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
			c.renamed[Ord(ord)] = true
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
