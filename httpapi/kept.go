package httpapi

import (
	"log/slog"
	"os"
	"slices"
	"sync"
)

// A kept is what files say, read anew when one of them has changed. While they can't be used
// what they said before holds.
type kept[T any] struct {
	paths []string
	read  func() (T, error)
	log   *slog.Logger

	mu    sync.Mutex
	seen  []os.FileInfo // of paths, nil where there is none, before they were read
	value T
}

func keep[T any](log *slog.Logger, read func() (T, error), paths ...string) (*kept[T], error) {
	k := &kept[T]{paths: paths, read: read, log: log, seen: infos(paths)}
	var err error
	k.value, err = read()
	return k, err
}

func (k *kept[T]) get() T {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := infos(k.paths)
	if slices.EqualFunc(k.seen, now, unchangedFile) {
		return k.value
	}
	k.seen = now
	value, err := k.read()
	if err != nil {
		k.log.Error("a file has changed and can't be used; what it said before holds", "err", err)
		return k.value
	}
	k.log.Info("read anew", "files", k.paths)
	k.value = value
	return value
}

func infos(paths []string) []os.FileInfo {
	out := make([]os.FileInfo, len(paths))
	for i, path := range paths {
		if info, err := os.Stat(path); err == nil {
			out[i] = info
		}
	}
	return out
}

func unchangedFile(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
