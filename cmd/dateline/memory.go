package main

import (
	"context"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path"
	"strconv"
	"strings"

	"dateline/index/archive"
)

// usableMemory is how much of a cgroup's memory Go may use, in hundredths: pages of files that
// are written, and the stacks of the system's own calls, need the rest.
const usableMemory = 90

// limitMemory has garbage be bounded as long as s goes on. $GOMEMLIMIT goes before it.
func (s *service) limitMemory(getenv func(string) string) {
	if getenv("GOMEMLIMIT") != "" {
		return
	}
	most := usable(s.log)
	s.beside = append(s.beside, func(ctx context.Context) error {
		archive.LimitMemory(ctx, most)
		return nil
	})
}

// usable returns how much memory a server may use, and tells the log so: what its cgroup may have
// but a little; 0: any number.
func usable(log *slog.Logger) int64 {
	all := cgroupMemory(os.DirFS("/"))
	limit := all / 100 * usableMemory
	if limit > 0 {
		log.Info("memory is limited by the cgroup", "mb", limit>>20, "of_mb", all>>20)
	}
	return limit
}

// cgroupMemory returns how many bytes the process's cgroup, and those above it, may have, by
// version 2 or 1 of cgroups; 0: any number. In a container the files of its own cgroup stand
// at the top, whatever path it has outside.
func cgroupMemory(root fs.FS) int64 {
	const top = "sys/fs/cgroup"
	own, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0
	}
	least := int64(math.MaxInt64)
	for line := range strings.Lines(string(own)) {
		// of version 2 "0::/path", of version 1 "4:memory:/path"
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, below, _ := strings.Cut(rest, ":")
		folder, file := top, "memory.max"
		switch controllers {
		case "":
		case "memory":
			folder, file = top+"/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		for at := path.Clean("/" + below); ; at = path.Dir(at) {
			data, err := fs.ReadFile(root, path.Join(folder, at, file))
			if n, wrong := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil && wrong == nil {
				least = min(least, n)
			}
			if at == "/" {
				break
			}
		}
	}
	if least > noLimit {
		return 0
	}
	return least
}

// noLimit is more memory than there is: version 1 writes no limit as a number near 1<<63.
const noLimit = 1 << 60
