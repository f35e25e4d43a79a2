package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"dateline/corpus"
)

// quiet is how long files must not change before they are read, so that one is
// not read half written.
const quiet = time.Second

// watch reads paths, which are absolute, and then what is added or changed below
// them, until interrupted. What changes during the first reading is read again.
func (r *indexRun) watch(paths []string) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer watcher.Close()
	for _, p := range paths {
		if err := watchBelow(watcher, p); err != nil {
			return err
		}
	}
	if err := r.once(paths); err != nil {
		return err
	}
	fmt.Fprintln(r.stderr, "watching; Ctrl-C ends")
	changed := map[string]bool{}
	settled := time.NewTimer(quiet)
	for {
		select {
		case <-r.ctx.Context.Done():
			return nil // the wanted end
		case err := <-watcher.Errors:
			return fmt.Errorf("watch: %w", err)
		case e := <-watcher.Events:
			if e.Has(fsnotify.Create) {
				if err := watchBelow(watcher, e.Name); err != nil {
					return err
				}
			}
			if path := concerns(e.Name, paths); path != "" && !e.Has(fsnotify.Chmod) {
				changed[path] = true
				settled.Reset(quiet)
			}
		case <-settled.C:
			if err := r.changed(slices.Sorted(maps.Keys(changed)), paths); err != nil {
				return err
			}
			clear(changed)
		}
	}
}

// watchBelow watches a folder and all below it, or the folder of a file.
func watchBelow(w *fsnotify.Watcher, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil // gone again
	}
	if !info.IsDir() {
		return watchFolder(w, filepath.Dir(path))
	}
	return filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		if name != path && corpus.Hidden(d.Name()) {
			return fs.SkipDir
		}
		return watchFolder(w, name)
	})
}

func watchFolder(w *fsnotify.Watcher, dir string) error {
	if err := w.Add(dir); err != nil {
		return fmt.Errorf("watch %s: %w", dir, err)
	}
	return nil
}

// concerns returns what to read when a file has changed: the file, or its
// folder where it may describe others; nothing where it lies outside paths, or
// is hidden below them.
func concerns(name string, paths []string) string {
	for _, p := range paths {
		below, err := filepath.Rel(p, name)
		parts := strings.Split(below, string(filepath.Separator)) // ".." leads out, and is hidden
		if err != nil || below != "." && slices.ContainsFunc(parts, corpus.Hidden) {
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

// changed reads those of changed that are there, and with --prune removes the
// articles of those that are gone.
func (r *indexRun) changed(changed, paths []string) error {
	gone := len(changed)
	changed = slices.DeleteFunc(changed, func(p string) bool { _, err := os.Stat(p); return err != nil })
	gone -= len(changed)
	if r.ctx.Bool("prune") && gone > 0 {
		return r.once(paths)
	}
	if len(changed) == 0 {
		return nil
	}
	return r.once(changed)
}
