package corpus

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A tree is a folder, on disk or in a zip file.
type tree struct {
	fsys   fs.FS
	origin string // goes before a path in fsys to make its origin
	key    string // likewise, to make what ids are made from
	noKeys bool   // they are made from the content
	depth  int    // as in source
	ration *ration

	listed string        // the folder that is being read, all of which is known; empty: none
	names  []fs.DirEntry // what lies there, in order of name
}

// path reads what the caller named.
func (r *reading) path(name string) {
	abs, err := filepath.Abs(name)
	if err != nil {
		r.fail(&source{origin: name}, err)
		return
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		r.fail(&source{origin: abs}, err)
		return
	case !info.IsDir() && !info.Mode().IsRegular():
		err := fmt.Errorf("is %s: give it as standard input (-)", special(info.Mode()))
		r.fail(&source{origin: abs}, err)
		return
	}
	t, rel, closing := r.tree(abs)
	defer closing()
	if info.IsDir() {
		r.folder(t, rel)
	} else {
		r.file(t, rel, info)
	}
}

// tree returns the tree that abs lies in and its path there, and what closes it. Links lead
// out of it only where the caller named a path behind one.
func (r *reading) tree(abs string) (t *tree, rel string, closing func() error) {
	dir := filepath.Dir(abs)
	t, closing = &tree{}, func() error { return nil }
	if outer, ok := r.root(abs); ok {
		dir, t.key = outer, filepath.Base(outer)+"/"
	}
	t.origin = strings.TrimSuffix(dir, "/") + "/"
	rel = "."
	if abs != dir {
		rel = strings.TrimPrefix(abs, t.origin)
	}
	t.fsys = os.DirFS(dir)
	if root, err := os.OpenRoot(dir); err == nil {
		if _, err = root.Stat(rel); err == nil {
			t.fsys, closing = root.FS(), root.Close
		} else {
			root.Close()
		}
	}
	return t, filepath.ToSlash(rel), closing
}

// part reads what lies at abs in root, a path that the caller named, as reading all of root
// does: not if it is hidden, passed over or behind a link. What is gone is no error.
func (r *reading) part(root, abs string) {
	below, err := filepath.Rel(root, abs)
	if err != nil || below == "." {
		r.path(root)
		return
	}
	t, name, closing := r.tree(root)
	defer closing()
	steps := strings.Split(filepath.ToSlash(below), "/")
	for i, step := range steps {
		name = path.Join(name, step)
		info, err := fs.Lstat(t.fsys, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return
		case err != nil:
			r.fail(t.source(name), err)
			return
		case i == len(steps)-1:
			r.entry(t, name, fs.FileInfoToDirEntry(info))
		case Hidden(step) || !info.IsDir() || slices.Contains(r.Skip, t.origin+name):
			return
		}
	}
}

// root returns the outermost of the folders read before that holds abs: the
// innermost would change with each part that is read by itself.
func (r *reading) root(abs string) (string, bool) {
	best := ""
	for _, root := range r.roots {
		root = filepath.Clean(root)
		if within(abs, root) && (best == "" || len(root) < len(best)) {
			best = root
		}
	}
	return best, best != ""
}

// within tells whether a path is root or lies in it.
func within(abs, root string) bool {
	return abs == root || strings.HasPrefix(abs, strings.TrimSuffix(root, "/")+"/")
}

// folder reads all that lies in a folder of t.
func (r *reading) folder(t *tree, dir string) {
	entries, err := fs.ReadDir(t.fsys, dir)
	if err != nil {
		r.fail(t.source(dir), err) // and go on with those that could be listed
	}
	listed, names := t.listed, t.names
	defer func() { t.listed, t.names = listed, names }()
	if t.listed, t.names = dir, entries; err != nil {
		t.listed = ""
	}
	for _, e := range entries {
		if r.done || t.ration != nil && t.ration.spent {
			return
		}
		r.entry(t, path.Join(dir, e.Name()), e)
	}
}

// entry reads what lies in a folder of t.
func (r *reading) entry(t *tree, name string, e fs.DirEntry) {
	switch {
	case Hidden(e.Name()):
	case e.IsDir() && slices.Contains(r.Skip, t.origin+name):
	case e.IsDir():
		r.folder(t, name)
	case e.Type().IsRegular():
		info, err := e.Info()
		if err != nil {
			r.fail(t.source(name), err)
			return
		}
		r.file(t, name, info)
	case e.Type()&fs.ModeSymlink != 0:
		r.link(t, name)
	default:
		r.fail(t.source(name), fmt.Errorf("is %s, not a file", special(e.Type())))
	}
}

// Hidden tells whether a file or folder of this name is passed over in a folder. __MACOSX holds what
// macOS adds to the zip files it makes.
func Hidden(name string) bool { return strings.HasPrefix(name, ".") || name == "__MACOSX" }

func special(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	default:
		return "a device"
	}
}

// link passes over a symbolic link. What it leads to in the folder is read
// where it is.
func (r *reading) link(t *tree, name string) {
	if t.ration != nil {
		return // in a zip file it leads to nothing but a member
	}
	dir := strings.TrimSuffix(t.origin, "/")
	root, err := os.OpenRoot(dir)
	if err != nil {
		r.fail(t.source(name), err)
		return
	}
	defer root.Close()
	if _, err := root.Stat(filepath.FromSlash(name)); err != nil {
		r.fail(t.source(name), errors.New(
			"is a link out of the folder or to nothing: name what it leads to as a path of its own"))
	}
}

// source returns the source of a file of t.
func (t *tree) source(name string) *source {
	s := &source{
		origin: t.origin + filepath.FromSlash(name),
		key:    t.key + name,
		name:   path.Base(name),
		depth:  t.depth,
		ration: t.ration,
	}
	if t.noKeys {
		s.key = ""
	}
	if name == "." {
		s.origin = strings.TrimRight(t.origin, "/!")
	}
	return s
}

// file reads one file of a tree.
func (r *reading) file(t *tree, name string, info fs.FileInfo) {
	s := t.source(name)
	if owner := t.owner(name); owner != "" || r.isTable(t, name) {
		return
	}
	s.time = info.ModTime()
	r.sidecars(t, s, name)
	if encrypted(info) {
		r.fail(s, errors.New("is encrypted: unpack it with its password first"))
		return
	}
	f, err := t.fsys.Open(name)
	if err != nil {
		r.fail(s, err)
		return
	}
	defer f.Close()
	if t.ration == nil {
		s.file, _ = f.(io.ReaderAt)
		s.size = info.Size()
		r.stream(s, f)
	} else {
		r.stream(s, t.ration.out(f))
	}
}

// articleEndings are of files that NAME.json may be the sidecar of.
var articleEndings = []string{".txt", ".text", ".md", ".html", ".htm", ".eml",
	".txt.gz", ".html.gz", ".eml.gz", ".txt.zst", ".html.zst", ".eml.zst"}

// owner returns the file that name is the sidecar of, or nothing.
func (t *tree) owner(name string) string {
	stem, ok := strings.CutSuffix(name, ".json")
	if !ok {
		return ""
	}
	if path.Ext(stem) != "" && t.regular(stem) {
		return stem
	}
	i := slices.IndexFunc(articleEndings, func(end string) bool { return t.regular(stem + end) })
	if i < 0 {
		return ""
	}
	return stem + articleEndings[i]
}

// regular tells whether name is a file that is read as part of t.
func (t *tree) regular(name string) bool {
	if path.Dir(name) == t.listed { // asking the disk for each file takes as long as reading it
		i, ok := slices.BinarySearchFunc(t.names, path.Base(name), func(e fs.DirEntry, name string) int {
			return strings.Compare(e.Name(), name)
		})
		return ok && t.names[i].Type().IsRegular()
	}
	info, err := fs.Lstat(t.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// sidecars adds to s what files beside it say of it.
func (r *reading) sidecars(t *tree, s *source, name string) {
	candidates := []string{name + ".json"}
	for _, end := range articleEndings {
		if stem, ok := strings.CutSuffix(name, end); ok {
			candidates = append(candidates, stem+".json")
		}
	}
	for _, side := range candidates {
		if !t.regular(side) {
			continue
		}
		f, err := readSidecar(t.fsys, side)
		if err != nil {
			s.notes = append(s.notes, fmt.Sprintf("the sidecar %s could not be read: %v", path.Base(side), err))
		}
		s.side.fill(f)
	}
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		rel := strings.TrimPrefix(name, dir+"/")
		s.side.fill(r.metadata(t, dir)[rel])
		if dir == "." {
			return
		}
	}
}

func readSidecar(fsys fs.FS, name string) (fields, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return fields{}, err
	}
	defer file.Close()
	raw, err := readAll(file)
	if err != nil {
		return fields{}, err
	}
	text, _, err := decode(raw)
	if err != nil {
		return fields{}, err
	}
	return parseJSON([]byte(text))
}

// A table is what a metadata.csv says, by the path of a file from its folder.
type table map[string]fields

const tableName = "metadata.csv"

// isTable tells whether name is a metadata.csv about files, rather than a table
// of articles that is so called.
func (r *reading) isTable(t *tree, name string) bool {
	return path.Base(name) == tableName && r.metadata(t, path.Dir(name)) != nil
}

// metadata returns the table in a folder, nil if it has none.
func (r *reading) metadata(t *tree, dir string) table {
	name := path.Join(dir, tableName)
	s := t.source(name)
	if known, ok := r.tables[s.origin]; ok {
		return known
	}
	var out table
	if t.regular(name) {
		if f, err := t.fsys.Open(name); err == nil {
			out = r.readMetadata(s, f)
			f.Close()
		} else {
			r.fail(s, err)
		}
	}
	r.tables[s.origin] = out
	return out
}

// readMetadata reads a table about files, nil if it has no column for them.
func (r *reading) readMetadata(s *source, in io.Reader) table {
	rows := newRows(utf16Stream(bufferedReader(in)), s.name)
	out := table{}
	for row := range rows.all() {
		switch {
		case rows.column("file") < 0:
			return nil
		case row.err != nil:
			r.fail(s.line(row.line), row.err)
		default:
			out[path.Clean(strings.ReplaceAll(row.file, `\`, "/"))] = row.fields
		}
	}
	if rows.column("file") < 0 {
		return nil
	}
	return out
}
