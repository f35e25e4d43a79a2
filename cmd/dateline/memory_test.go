package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"
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

// What the user sets goes before what the cgroup says.
func TestMemoryLimitIsTold(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	limited := cgroupMemory(os.DirFS("/"))
	for set, want := range map[string]int64{"1GiB": before, "": limited / 100 * usableMemory} {
		var log strings.Builder
		c := &console{getenv: func(string) string { return set }}
		debug.SetMemoryLimit(before)
		c.limitMemory(slog.New(slog.NewTextHandler(&log, nil)))
		told := strings.Contains(log.String(), fmt.Sprintf("mb=%d", want>>20))
		if got := debug.SetMemoryLimit(-1); limited > 0 && (got != want || told != (set == "")) ||
			limited == 0 && (got != before || log.Len() > 0) {
			t.Errorf("GOMEMLIMIT=%s: the limit is %d, log: %s", set, got, &log)
		}
	}
}
