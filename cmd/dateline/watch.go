package main

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"dateline/corpus"
)

// quiet is how long a file must not change before it is read, so that it is not read half
// written, and how often is looked for what is to be read. One that goes on changing for
// patience is read nevertheless, and again behind it.
const (
	quiet    = time.Second
	patience = 30 * time.Second
)

// A watching is a run of index that goes on.
type watching struct {
	*indexRun
	paths   []string // absolute
	places  []*place // of paths
	watcher *fsnotify.Watcher
	changes changes
}

// A place is where what the caller named is watched.
type place struct {
	path   string
	folder string      // path itself or, of a file, the folder that it lies in
	info   fs.FileInfo // of folder as it was last seen; nil: it is gone
}

// watch reads paths, which are absolute, and then what is added or changed below them, until
// interrupted. What changes during the first reading is read again.
func (r *indexRun) watch(paths []string) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer watcher.Close()
	w := &watching{indexRun: r, paths: paths, watcher: watcher, changes: changes{}}
	for _, path := range paths {
		w.places = append(w.places, &place{path: path, folder: path})
	}
	if err := w.begin(); err != nil {
		return err
	}
	fmt.Fprintln(r.stderr, "watching; Ctrl-C ends")
	tick := time.NewTicker(quiet)
	defer tick.Stop()
	for {
		select {
		case <-r.ctx.Context.Done():
			return nil // the wanted end
		case err = <-watcher.Errors:
			err = w.lost(err)
		case e := <-watcher.Events:
			err = w.note(e)
		case now := <-tick.C:
			if err = w.look(now); err == nil {
				err = w.read(w.changes.settled(now))
			}
		}
		if err != nil {
			return err
		}
	}
}

// begin watches all that is there, and reads it.
func (w *watching) begin() error {
	for _, p := range w.places {
		if err := p.find(); err != nil {
			w.tellGone(p, err)
		} else if err := w.watchBelow(p.path); err != nil {
			return err
		}
	}
	w.tellReading()
	return w.whole()
}

// whole reads all that is there.
func (w *watching) whole() error {
	paths := slices.DeleteFunc(slices.Clone(w.paths), isGone)
	return w.once(paths, w.reader.Read(nil, paths...))
}

func isGone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// note notes what an event tells of.
func (w *watching) note(e fsnotify.Event) error {
	path := concerns(e.Name, w.paths, w.reader.Skip)
	if path == "" || e.Op == fsnotify.Chmod {
		return nil
	}
	w.changes.add(path, time.Now())
	if e.Has(fsnotify.Rename) {
		w.forget(e.Name) // folders in it have other names now
	}
	if info, err := os.Lstat(e.Name); err == nil && info.IsDir() && e.Has(fsnotify.Create) {
		return w.watchBelow(e.Name)
	}
	return nil
}

// lost has all read and watched anew where an error is that more happened than could be told.
func (w *watching) lost(err error) error {
	if !errors.Is(err, fsnotify.ErrEventOverflow) {
		return fmt.Errorf("watch: %w", err)
	}
	fmt.Fprintln(w.stderr, "more has changed at once than can be followed: all is read and watched anew")
	for _, p := range w.places {
		if err := w.anew(p, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// look has a folder read and watched anew that is another one than was watched, or is watched
// no more: the one that was has been moved, or removed and made again.
func (w *watching) look(now time.Time) error {
	defer w.tellReading()
	watched := w.watcher.WatchList()
	for _, p := range w.places {
		was := p.info
		err := p.find()
		switch {
		case err != nil && was != nil:
			w.tellGone(p, err)
			w.forget(p.folder)
		case err != nil, was != nil && os.SameFile(was, p.info) && slices.Contains(watched, p.folder):
		default:
			fmt.Fprintf(w.stderr, "%s was away, or is another folder now: it is read and watched anew\n", p.folder)
			if err := w.anew(p, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// find looks for the folder.
func (p *place) find() error {
	p.info = nil
	info, err := os.Stat(p.path)
	if err == nil {
		p.folder = p.path
		if !info.IsDir() {
			p.folder = filepath.Dir(p.path)
		}
	}
	f, err := os.Open(p.folder) // what can't be opened can't be watched either
	if err != nil {
		return err
	}
	defer f.Close()
	p.info, err = f.Stat()
	return err
}

func (w *watching) tellGone(p *place, err error) {
	fmt.Fprintf(w.stderr, "%s can't be read, and is looked for again; its articles stay in the archive: %v\n", p.folder, reason(err))
}

// tellReading tells who wants to know whether all that is to be read is there.
func (w *watching) tellReading() {
	if w.reading != nil {
		w.reading(!slices.ContainsFunc(w.places, func(p *place) bool { return p.info == nil }))
	}
}

// anew has all of a place read and watched anew.
func (w *watching) anew(p *place, now time.Time) error {
	w.forget(p.folder)
	w.changes.add(p.path, now)
	return w.watchBelow(p.path)
}

// watchBelow watches a folder and all below it, or the folder of a file.
func (w *watching) watchBelow(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil // gone again
	}
	if !info.IsDir() {
		return w.watchFolder(filepath.Dir(path))
	}
	path += string(filepath.Separator) // so that one that was named by a link is entered
	return filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return nil
		case name != path && (corpus.Hidden(d.Name()) || slices.Contains(w.reader.Skip, name)):
			return fs.SkipDir
		}
		return w.watchFolder(filepath.Clean(name))
	})
}

// watchFolder watches a folder. One that is gone again, or that can't be read, is told when it is read.
func (w *watching) watchFolder(dir string) error {
	err := w.watcher.Add(dir)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return fmt.Errorf("watch %s: %w", dir, err)
}

// forget watches a folder no more, nor what is below it.
func (w *watching) forget(dir string) {
	for _, name := range w.watcher.WatchList() {
		if inside(name, dir) {
			w.watcher.Remove(name) // an error is that it was not watched
		}
	}
}

// concerns returns what to read when a file has changed: the file, or its folder where it may
// describe others; nothing where it lies outside paths, or is hidden or in one of skip below them.
func concerns(name string, paths, skip []string) string {
	for _, p := range paths {
		below, err := filepath.Rel(p, name)
		parts := strings.Split(below, string(filepath.Separator)) // ".." leads out, and is hidden
		if err != nil || below != "." && slices.ContainsFunc(parts, corpus.Hidden) {
			continue
		}
		if slices.ContainsFunc(skip, func(dir string) bool { return inside(name, dir) }) {
			continue
		}
		switch filepath.Ext(name) {
		case ".json", ".csv":
			if info, err := os.Stat(p); err == nil && info.IsDir() {
				return filepath.Dir(name)
			}
		}
		return name
	}
	return ""
}

// read reads those of changed that are there, and with --prune removes the articles of those
// that are gone.
func (w *watching) read(changed []string) error {
	there := slices.DeleteFunc(slices.Clone(changed), isGone)
	switch {
	case w.ctx.Bool("prune") && len(there) < len(changed):
		return w.whole()
	case len(there) == 0:
		return nil
	}
	return w.once(there, w.reader.Reread(w.paths, there))
}

// changes are paths of which something has changed and has not been read since.
type changes map[string]span

// A span is from the first to the last change.
type span struct{ first, last time.Time }

func (c changes) add(path string, now time.Time) {
	s, ok := c[path]
	if !ok {
		s.first = now
	}
	s.last = now
	c[path] = s
}

// settled removes and returns those that are to be read now, in order: not what lies in a folder
// that is, and not a folder while what lies in it goes on changing.
func (c changes) settled(now time.Time) []string {
	busy, due := map[string]bool{}, map[string]bool{}
	for path, s := range c {
		if now.Sub(s.last) >= quiet || now.Sub(s.first) >= patience {
			due[path] = true
		} else {
			for dir := range above(path) {
				busy[dir] = true
			}
		}
	}
	maps.DeleteFunc(due, func(path string, _ bool) bool { return busy[path] && now.Sub(c[path].first) < patience })
	var out []string
	for path := range due {
		delete(c, path)
		if !slices.ContainsFunc(slices.Collect(above(path)), func(dir string) bool { return due[dir] }) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// above returns the folders that a path lies in, from the innermost.
func above(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for dir := filepath.Dir(path); dir != path && yield(dir); path, dir = dir, filepath.Dir(dir) {
		}
	}
}

// inside tells whether a path is dir or lies in it.
func inside(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}
