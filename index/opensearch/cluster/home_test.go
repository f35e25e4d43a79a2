package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"dateline/search"
)

// programs puts shell scripts, by name, into the only folder of PATH besides the system's, and has the
// cache be a new folder, which it returns.
func programs(t *testing.T, scripts map[string]string) (cache string) {
	t.Helper()
	dir := folder(t)
	for name, script := range scripts {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	}
	t.Setenv("PATH", dir)
	t.Setenv("JAVA_HOME", "")
	cache = folder(t)
	t.Setenv("HOME", cache)
	t.Setenv("XDG_CACHE_HOME", cache)
	return filepath.Join(cache, "dateline")
}

func TestJavaIsLookedAt(t *testing.T) {
	says := func(version string) string { return `echo 'openjdk version "` + version + `" 2025-04-15' >&2` }
	for script, want := range map[string]string{
		says("17.0.15"):  "mvn", // which comes next
		says("21"):       "mvn",
		says("1.8.0_42"): "java is 1;",
		says("11.0.2"):   "java is 11;",
		says("24-ea"):    "java is 24;",
		"echo hello":     "an unknown version",
		"exit 3":         "exit status 3",
	} {
		programs(t, map[string]string{"java": script})
		if err := Available(t.Context(), Options{}); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", script, err, want)
		}
	}
	programs(t, nil)
	if err := Available(t.Context(), Options{}); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "there is no java") {
		t.Errorf("no Java: %v", err)
	}
}

const java = `echo 'version "17"'`

// jars is a Maven that puts a jar of the server's and one of its own into a module, and notes that it ran.
// Its folder is in the name of the file behind -f.
const jars = `d=${4%/pom.xml}
echo ran >>"$HOME/ran"
: >"$d/lib/core.jar"; : >"$d/modules/reindex/core.jar"; : >"$d/modules/reindex/reindex.jar"`

func TestFetch(t *testing.T) {
	cache := programs(t, map[string]string{"java": java, "mvn": jars})
	var all sync.WaitGroup
	for range 3 { // at a time
		all.Go(func() {
			if err := Available(t.Context(), Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ran, err := os.ReadFile(filepath.Join(os.Getenv("HOME"), "ran"))
	must(t, err)
	if string(ran) != "ran\n" {
		t.Errorf("Maven: %q", ran)
	}
	home := filepath.Join(cache, "opensearch-"+Version)
	for name, want := range map[string]bool{
		"lib/core.jar": true, "modules/reindex/core.jar": false, "modules/reindex/reindex.jar": true, "plugins/opensearch-security": false,
	} {
		if _, err := os.Stat(filepath.Join(home, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	descriptor, err := os.ReadFile(filepath.Join(home, "modules/reindex/plugin-descriptor.properties"))
	must(t, err)
	if !strings.Contains(string(descriptor), "opensearch.version="+Version+"\n") {
		t.Errorf("the descriptor: %s", descriptor)
	}
	if left := notFinished(t, cache); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFetchFails(t *testing.T) {
	cache := programs(t, map[string]string{"java": java, "mvn": "echo '[INFO] well'; echo '[ERROR] no route to host'; exit 1"})
	err := Available(t.Context(), Options{})
	if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), ": no route to host;") {
		t.Error(err)
	}
	if left := notFinished(t, cache); len(left) > 0 || isDir(filepath.Join(cache, "opensearch-"+Version)) {
		t.Errorf("left behind: %v", left)
	}
}

// An interruption leaves nothing half, and the next one begins again, also after one that was killed.
func TestFetchInterrupted(t *testing.T) {
	cache := programs(t, map[string]string{"java": java, "mvn": `echo begun >"$HOME/begun"; read x <"$HOME/never"`})
	for _, pipe := range []string{"begun", "never"} {
		must(t, syscall.Mkfifo(filepath.Join(os.Getenv("HOME"), pipe), 0o600))
	}
	must(t, os.MkdirAll(filepath.Join(cache, "opensearch-"+Version+".part-killed"), 0o755))
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan error)
	go func() {
		_, err := os.ReadFile(filepath.Join(os.Getenv("HOME"), "begun"))
		cancel()
		begun <- err
	}()
	err := Available(ctx, Options{})
	must(t, <-begun)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left := notFinished(t, cache); len(left) > 0 || isDir(filepath.Join(cache, "opensearch-"+Version)) {
		t.Errorf("left behind: %v", left)
	}
}

// notFinished returns what was begun in the cache.
func notFinished(t *testing.T, cache string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(cache, "*.part-*"))
	must(t, err)
	return left
}

// Root's nodes run as another user, who must be able to enter their folders.
func TestBarrier(t *testing.T) {
	if stepDown() == nil {
		t.Skip("is root's")
	}
	dir := folder(t)
	private := filepath.Join(dir, "private")
	must(t, os.Mkdir(private, 0o700))
	must(t, os.Symlink(private, filepath.Join(dir, "link")))
	for path, want := range map[string]string{
		dir: "", filepath.Join(dir, "not", "there"): "", private: private, filepath.Join(private, "not", "there"): private,
		filepath.Join(dir, "link"): private,
	} {
		if got := barrier(path); got != want {
			t.Errorf("barrier(%s) = %q, want %q", path, got, want)
		}
	}
	if err := openFolder(filepath.Join(private, "c")); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), private) {
		t.Errorf("openFolder: %v", err)
	}
	if isDir(filepath.Join(private, "c")) {
		t.Error("openFolder has made what it refuses")
	}
}
