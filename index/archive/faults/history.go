package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A history is what was done to the files below a folder, one thing after the other, as strace
// told it. Files are known by number, not by name, as a name may lead to one after the other.
type history struct {
	top   string
	now   int // counts changes, syncs and acknowledgements
	all   []change
	nodes []*node // nodes[0] is the folder
}

// A node is a file or folder as it is while the history is read.
type node struct {
	number  int
	data    []byte
	entries map[string]*node // nil: a file
	loose   []int            // indexes of the changes that were not synced
}

// A change is one to the content of a file, or to the entries of a folder.
type change struct {
	node   int // whose content is changed
	at     int // when
	synced int // when it was certain to be on disk; 0: never

	// Of a file: data at an offset, or where data is nil the size.
	data   []byte
	offset int

	// Of a folder: name leads to entry; -1 to nothing. What was called from in folder is it no more.
	name, from string
	entry      int
	folder     int
}

// A kept is a change that a power cut leaves, and the sectors that it leaves of it; nil: all.
type kept struct {
	change
	sectors []bool
}

func newHistory(top string) *history {
	h := &history{top: top}
	h.add(true)
	return h
}

func (h *history) add(folder bool) *node {
	n := &node{number: len(h.nodes)}
	if folder {
		n.entries = map[string]*node{}
	}
	h.nodes = append(h.nodes, n)
	return n
}

// below tells whether a path lies below the folder.
func (h *history) below(path string) bool { return strings.HasPrefix(path, h.top+"/") }

// find returns what a path leads to; nil: nothing.
func (h *history) find(path string) *node {
	n := h.nodes[0]
	if path == h.top {
		return n
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(path, h.top+"/"), "/") {
		if n = n.entries[name]; n == nil {
			return nil
		}
	}
	return n
}

func (h *history) note(n *node, c change) {
	h.now++
	c.node, c.at = n.number, h.now
	n.loose = append(n.loose, len(h.all))
	h.all = append(h.all, c)
}

// enter gives what n is a name.
func (h *history) enter(path string, n *node) error {
	folder := h.find(filepath.Dir(path))
	if folder == nil {
		return fmt.Errorf("there is no folder for %s", path)
	}
	name := filepath.Base(path)
	c := change{name: name, entry: -1}
	if delete(folder.entries, name); n != nil {
		folder.entries[name], c.entry = n, n.number
	}
	h.note(folder, c)
	return nil
}

func (h *history) rename(from, to string) error {
	a, b, n := h.find(filepath.Dir(from)), h.find(filepath.Dir(to)), h.find(from)
	if a == nil || b == nil || n == nil {
		return fmt.Errorf("rename of %s, which is unknown", from)
	}
	delete(a.entries, filepath.Base(from))
	b.entries[filepath.Base(to)] = n
	h.note(b, change{name: filepath.Base(to), entry: n.number, from: filepath.Base(from), folder: a.number})
	return nil
}

func (h *history) write(n *node, offset int, data []byte) {
	n.data = put(n.data, offset, data)
	h.note(n, change{data: data, offset: offset})
}

func (h *history) truncate(n *node, size int) {
	if len(n.data) != size {
		n.data = resize(n.data, size)
		h.note(n, change{offset: size})
	}
}

// sync notes that what was done to n before a moment is on disk now.
func (h *history) sync(n *node, began int) {
	h.now++
	n.loose = slices.DeleteFunc(n.loose, func(i int) bool {
		if h.all[i].at > began {
			return false
		}
		h.all[i].synced = h.now
		return true
	})
}

func put(to []byte, offset int, data []byte) []byte {
	if len(to) < offset+len(data) {
		to = resize(to, offset+len(data))
	}
	copy(to[offset:], data)
	return to
}

func resize(data []byte, size int) []byte {
	if len(data) >= size {
		return slices.Clone(data[:size])
	}
	return append(data, make([]byte, size-len(data))...)
}

// synced keeps what was synced when the power was cut.
func (h *history) synced(at int, _ *rand.Rand) (all []kept) {
	for _, c := range h.before(at) {
		if c.synced != 0 && c.synced <= at {
			all = append(all, kept{change: c})
		}
	}
	return all
}

// prefix keeps all to a moment between the last sync and the cut.
func (h *history) prefix(at int, random *rand.Rand) (all []kept) {
	last := 0
	for _, c := range h.before(at) {
		if c.synced <= at {
			last = max(last, c.synced)
		}
	}
	for _, c := range h.before(last + random.IntN(at-last+1)) {
		all = append(all, kept{change: c})
	}
	return all
}

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// sectors keeps what was synced, and of the rest some entries of folders, in the order in which
// they were made, and some writes to files, of which some are torn.
func (h *history) sectors(at int, random *rand.Rand) (all []kept) {
	left := map[int]int{} // how many entries that were not synced are kept of a folder
	for _, c := range h.before(at) {
		switch {
		case c.synced != 0 && c.synced <= at:
			all = append(all, kept{change: c})
		case h.nodes[c.node].entries != nil:
			n, ok := left[c.node]
			if !ok {
				n = max(0, random.IntN(24)-12)
			}
			if n > 0 {
				all = append(all, kept{change: c})
			}
			left[c.node] = max(0, n-1)
		case random.IntN(3) > 0:
			k := kept{change: c}
			if random.IntN(2) > 0 {
				k.sectors = make([]bool, 2+len(c.data)/sector)
				for i := range k.sectors {
					k.sectors[i] = random.IntN(2) > 0
				}
			}
			all = append(all, k)
		}
	}
	return all
}

func (h *history) before(at int) []change {
	end, _ := slices.BinarySearchFunc(h.all, at+1, func(c change, at int) int { return c.at - at })
	return h.all[:end]
}

// rebuild makes the folder that some changes make, in dir.
func (h *history) rebuild(dir string, changes []kept) error {
	data := map[int][]byte{}
	entries := map[int]map[string]int{}
	in := func(folder int) map[string]int {
		if entries[folder] == nil {
			entries[folder] = map[string]int{}
		}
		return entries[folder]
	}
	for _, c := range changes {
		switch {
		case h.nodes[c.node].entries != nil:
			if c.from != "" && in(c.folder)[c.from] == c.entry {
				delete(in(c.folder), c.from)
			}
			if c.entry < 0 {
				delete(in(c.node), c.name)
			} else {
				in(c.node)[c.name] = c.entry
			}
		case c.data == nil:
			data[c.node] = resize(data[c.node], c.offset)
		default:
			data[c.node] = c.applied(data[c.node])
		}
	}
	return h.lay(dir, 0, data, entries, map[int]string{})
}

// applied returns content after the sectors of a write that are kept.
func (k kept) applied(data []byte) []byte {
	if k.sectors == nil {
		return put(data, k.offset, k.data)
	}
	for i := 0; i < len(k.data); {
		end := min(len(k.data), i+sector-(k.offset+i)%sector)
		if k.sectors[(k.offset%sector+i)/sector] {
			data = put(data, k.offset+i, k.data[i:end])
		}
		i = end
	}
	return data
}

func (h *history) lay(path string, n int, data map[int][]byte, entries map[int]map[string]int, laid map[int]string) error {
	if h.nodes[n].entries == nil {
		if first := laid[n]; first != "" {
			return os.Link(first, path)
		}
		laid[n] = path
		return os.WriteFile(path, data[n], 0o644)
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		return err
	}
	for name, entry := range entries[n] {
		if err := h.lay(filepath.Join(path, name), entry, data, entries, laid); err != nil {
			return err
		}
	}
	return nil
}

// compare holds the end of the history against the folder: nothing was missed.
func (h *history) compare() error { return h.same(h.nodes[0], h.top) }

func (h *history) same(n *node, path string) error {
	if n.entries == nil {
		data, err := os.ReadFile(path)
		if err == nil && !bytes.Equal(data, n.data) {
			err = fmt.Errorf("the record of %s is not what is there", path)
		}
		return err
	}
	there, err := os.ReadDir(path)
	if err == nil && len(there) != len(n.entries) {
		err = fmt.Errorf("the record of %s has %d entries, and %d are there", path, len(n.entries), len(there))
	}
	for name, entry := range n.entries {
		if err == nil {
			err = h.same(entry, filepath.Join(path, name))
		}
	}
	return err
}

// A handle is an open file.
type handle struct {
	append bool
	at     int
}

// A tracer reads one file that strace wrote.
type tracer struct {
	*history
	handles map[int]*handle
	open    map[string]begun // the call that a thread is in
	other   func(data string)
}

// A begun is the first part of a call that other threads interrupted.
type begun struct {
	text string
	at   int
}

// read adds what strace wrote into a file; other sees what was written elsewhere than below the folder.
func (h *history) read(file string, other func(data string)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	t := &tracer{h, map[int]*handle{}, map[string]begun{}, other}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		if err := t.line(lines.Text()); err != nil {
			return fmt.Errorf("%w, in %.200s", err, lines.Text())
		}
	}
	return lines.Err()
}

func (t *tracer) line(line string) error {
	pid, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimLeft(rest, " ")
	began := t.now
	if text, ok := strings.CutSuffix(rest, " <unfinished ...>"); ok {
		t.open[pid] = begun{text, t.now}
		return nil
	}
	if strings.HasPrefix(rest, "<... ") {
		_, tail, ok := strings.Cut(rest, " resumed>")
		b := t.open[pid]
		if !ok || b.text == "" {
			return nil
		}
		rest, began = b.text+tail, b.at
	}
	end := strings.LastIndex(rest, ") ")
	name, args, ok := strings.Cut(rest, "(")
	if !ok || end < 0 || strings.HasPrefix(rest, "+++") || strings.HasPrefix(rest, "---") {
		return nil
	}
	_, result, _ := strings.Cut(rest[end:], "= ")
	result, _, _ = strings.Cut(result, " ")
	result, _, _ = strings.Cut(result, "<")
	ret, err := strconv.Atoi(result)
	if err != nil || ret < 0 {
		return nil // it failed, or its thread was ended
	}
	return t.call(name, split(args[:end-len(name)-1]), ret, began)
}

// call adds one call.
func (t *tracer) call(name string, args []string, ret, began int) error {
	switch name {
	case "openat":
		return t.openat(join(args[0], args[1]), args[2], ret)
	case "mkdirat":
		if path := join(args[0], args[1]); t.below(path) {
			return t.enter(path, t.add(true))
		}
	case "unlinkat":
		if path := join(args[0], args[1]); t.below(path) {
			return t.enter(path, nil)
		}
	case "renameat", "renameat2":
		if from := join(args[0], args[1]); t.below(from) {
			return t.rename(from, join(args[2], args[3]))
		}
	case "linkat":
		if to := join(args[2], args[3]); t.below(to) {
			return t.enter(to, t.find(join(args[0], args[1])))
		}
	case "copy_file_range":
		return t.copied(args, ret)
	default:
		return t.filed(name, args, ret, began)
	}
	return nil
}

// copied adds the copy of a part of one file into another, at the offsets of both.
func (t *tracer) copied(args []string, size int) error {
	in, from := named(args[0])
	out, to := named(args[2])
	if !t.below(to) {
		return nil
	}
	a, b, n, source := t.handles[in], t.handles[out], t.find(to), t.find(from)
	if a == nil || b == nil || n == nil || source == nil || args[1] != "NULL" || args[3] != "NULL" {
		return fmt.Errorf("a copy of %s is not known to the recorder", from)
	}
	if size > 0 {
		t.write(n, b.at, bytes.Clone(source.data[a.at:a.at+size]))
	}
	a.at, b.at = a.at+size, b.at+size
	return nil
}

// named returns the number and the path of an open file.
func named(arg string) (fd int, path string) {
	number, path, _ := strings.Cut(arg, "<")
	fd, _ = strconv.Atoi(number)
	return fd, strings.TrimSuffix(path, ">")
}

func (t *tracer) openat(path, flags string, fd int) error {
	delete(t.handles, fd)
	if !t.below(path) || strings.Contains(flags, "O_DIRECTORY") {
		return nil
	}
	t.handles[fd] = &handle{append: strings.Contains(flags, "O_APPEND")}
	n := t.find(path)
	if n == nil && strings.Contains(flags, "O_CREAT") {
		n = t.add(false)
		if err := t.enter(path, n); err != nil {
			return err
		}
	}
	if n != nil && strings.Contains(flags, "O_TRUNC") {
		t.truncate(n, 0)
	}
	return nil
}

// filed adds a call on an open file.
func (t *tracer) filed(name string, args []string, ret, began int) error {
	fd, path := named(args[0])
	if path != t.top && !t.below(path) {
		if name == "write" && t.other != nil {
			t.now++
			t.other(text(args[1]))
		}
		return nil
	}
	n := t.find(path)
	if n == nil {
		if strings.HasSuffix(path, "(deleted)") || name == "lseek" {
			return nil
		}
		return fmt.Errorf("%s is unknown", path)
	}
	switch name {
	case "write":
		at := t.handles[fd]
		if at == nil {
			return fmt.Errorf("%s was never opened", path)
		}
		if at.append {
			at.at = len(n.data)
		}
		t.write(n, at.at, []byte(text(args[1]))[:ret])
		at.at += ret
	case "pwrite64":
		offset, err := strconv.Atoi(args[3])
		if err != nil {
			return err
		}
		t.write(n, offset, []byte(text(args[1]))[:ret])
	case "ftruncate":
		size, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		t.truncate(n, size)
	case "fsync", "fdatasync":
		t.sync(n, began)
	case "lseek":
		if at := t.handles[fd]; at != nil {
			at.at = ret
		}
	default:
		return fmt.Errorf("%s is not known to the recorder", name)
	}
	return nil
}

// join returns the path that a folder, as strace tells it, and a name below it are.
func join(folder, name string) string {
	name = text(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	_, dir := named(folder)
	return filepath.Join(dir, name)
}

// split splits the arguments of a call.
func split(args string) (all []string) {
	quoted, start := false, 0
	for i := 0; i < len(args); i++ {
		switch {
		case quoted && args[i] == '\\':
			i++
		case args[i] == '"':
			quoted = !quoted
		case args[i] == ',' && !quoted:
			all = append(all, strings.TrimSpace(args[start:i]))
			start = i + 1
		}
	}
	return append(all, strings.TrimSpace(args[start:]))
}

// text returns the bytes that strace tells in quotes.
func text(quoted string) string {
	s := strings.Trim(quoted, `"`)
	if strings.HasSuffix(quoted, `\""`) {
		s += `"`
	}
	if !strings.Contains(s, `\`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		if at := strings.IndexByte("nrtvf", s[i]); at >= 0 {
			out = append(out, "\n\r\t\v\f"[at])
			continue
		}
		end := i
		for end < len(s) && end < i+3 && s[end] >= '0' && s[end] <= '7' {
			end++
		}
		if end == i {
			out = append(out, s[i]) // a quote or a backslash
			continue
		}
		b, _ := strconv.ParseUint(s[i:end], 8, 8)
		out = append(out, byte(b))
		i = end - 1
	}
	return string(out)
}
