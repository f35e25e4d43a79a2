package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
)

func TestCgroupMemory(t *testing.T) {
	const v1 = "12:cpuset:/\n4:memory:/a/b\n1:name=systemd:/\n0::/\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"none":        {map[string]string{}, 0},
		"not Linux":   {map[string]string{"sys/fs/cgroup/memory.max": "1000\n"}, 0},
		"2":           {map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "1000\n"}, 1000},
		"2, any":      {map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, 0},
		"2, above":    {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "900\n"}, 900},
		"2, least":    {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "800\n", "sys/fs/cgroup/a/memory.max": "900\n"}, 800},
		"2, inside":   {map[string]string{"proc/self/cgroup": "0::/../..\n", "sys/fs/cgroup/memory.max": "700\n"}, 700},
		"1":           {map[string]string{"proc/self/cgroup": v1, "sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "600\n"}, 600},
		"1, inside":   {map[string]string{"proc/self/cgroup": v1, "sys/fs/cgroup/memory/memory.limit_in_bytes": "500\n"}, 500},
		"1, any":      {map[string]string{"proc/self/cgroup": v1, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 0},
		"no number":   {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "?\n"}, 0},
		"another one": {map[string]string{"proc/self/cgroup": "3:cpu:/\n", "sys/fs/cgroup/memory.max": "400\n"}, 0},
	} {
		root := fstest.MapFS{}
		for path, text := range c.files {
			root[path] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := cgroupMemory(root); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
}

func TestMemoryLimitIsTold(t *testing.T) {
	var log strings.Builder
	limited, got := cgroupMemory(os.DirFS("/")), usable(slog.New(slog.NewTextHandler(&log, nil)))
	if want := limited / 100 * usableMemory; got != want ||
		strings.Contains(log.String(), fmt.Sprintf("mb=%d", want>>20)) != (limited > 0) {
		t.Errorf("the limit is %d, want %d; log: %s", got, want, &log)
	}
}

// What the user sets goes before what the server would.
func TestMemoryLimitOfUser(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	for set, bounded := range map[string]bool{"1GiB": false, "": true} {
		s := &service{log: slog.New(slog.DiscardHandler)}
		s.limitMemory(func(string) string { return set })
		during := before
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			for _, do := range s.beside {
				go do(ctx)
			}
			synctest.Wait()
			during = debug.SetMemoryLimit(-1)
			stop()
		})
		if (during != before) != bounded || debug.SetMemoryLimit(-1) != before {
			t.Errorf("GOMEMLIMIT=%s: the limit is %d, and then %d, and was %d", set, during, debug.SetMemoryLimit(-1), before)
		}
	}
}
