package main

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"dateline/corpus/enrich"
	"dateline/index/archive"
	"dateline/index/opensearch"
	"dateline/search"
)

// Each thing that is looked at is told of in words, and what is bad is counted.
func TestDoctor(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	proc := func(n string) fs.FS {
		return fstest.MapFS{"proc/sys/fs/inotify/max_user_watches": {Data: []byte(n + "\n")}}
	}
	node := func(free int64, low, flood opensearch.Watermark) func(*diagnosis) {
		n := opensearch.Node{Name: "n1", Version: "3", Disk: 100 << 30, Free: free}
		return func(d *diagnosis) {
			d.node(n, &opensearch.Examined{Nodes: []opensearch.Node{n}, Low: low, Flood: flood})
		}
	}
	tests := []struct {
		look func(*diagnosis)
		want string
	}{
		{func(d *diagnosis) { d.versions(&archive.Examined{Dir: "/a", Missing: true}) }, "note: there is no archive at /a yet"},
		{func(d *diagnosis) {
			d.versions(&archive.Examined{Err: archive.Damage{File: "CURRENT", Problem: "is odd"}})
		},
			"bad: archive: CURRENT, byte 0: is odd"},
		{func(d *diagnosis) { d.versions(&archive.Examined{Err: search.ErrUnavailable}) }, "bad: archive: "},
		{func(d *diagnosis) {
			d.versions(&archive.Examined{Generation: "gen-000001", Extractors: map[string]int{"old": 2, enrich.Version: 3}})
		}, "note: extracted by another version: 2 articles;"},
		{func(d *diagnosis) { d.access(&archive.Examined{Unreadable: []string{"journal"}}) }, "bad: permissions: this user may not read journal"},
		{func(d *diagnosis) { d.access(&archive.Examined{Unreadable: strings.Fields("a b c d e f g h i j k l")}) }, "i, j and 2 more in"},
		{func(d *diagnosis) { d.access(&archive.Examined{Dir: "/a", Exposed: true}) }, "note: permissions: every user"},
		{func(d *diagnosis) { d.access(&archive.Examined{Dir: "/a", IsBackup: true}) }, "note: this is a backup"},
		{func(d *diagnosis) { d.kept(&archive.Examined{Dir: "/a", Aside: 1e6}) }, "note: aside: 1.0 MB"},
		{func(d *diagnosis) { d.kept(&archive.Examined{Aside: -1}) }, "note: backup: none is known"},
		{func(d *diagnosis) {
			d.kept(&archive.Examined{Aside: -1, Backups: []archive.Known{{Path: "/nowhere/b", Time: now}}})
		}, "note: backup: at /nowhere/b, begun 2026-03-04T05:06:07Z, there is none"},
		{func(d *diagnosis) { d.access(&archive.Examined{Holder: "process 7 on desk"}) }, "ok: the archive is being written by process 7 on desk"},
		{func(d *diagnosis) { d.access(&archive.Examined{LockErr: fs.ErrPermission}) }, "note: permissions: this user may read"},
		{func(d *diagnosis) { d.disk(&archive.Examined{Free: 1 << 20, Needed: 64 << 20}, fileSystem{}) }, "bad: disk: 1.0 MB are free"},
		{func(d *diagnosis) { d.disk(&archive.Examined{Free: 2 << 30, Index: 3 << 30}, fileSystem{}) }, "note: disk: 2.1 GB are free"},
		{func(d *diagnosis) { d.disk(&archive.Examined{Free: 2 << 30}, fileSystem{}) }, "ok: disk: 2.1 GB are free"},
		{func(d *diagnosis) { d.disk(&archive.Examined{Free: 2 << 30}, fileSystem{kind: "NFS", network: true}) }, "bad: file system: NFS is a network's"},
		{func(d *diagnosis) { d.disk(&archive.Examined{}, fileSystem{readOnly: true}) }, "note: file system: it is mounted read-only"},
		{func(d *diagnosis) { d.memory(0) }, "ok: memory"},
		{func(d *diagnosis) { d.memory(100 << 20) }, "note: memory: the cgroup allows 104.9 MB"},
		{func(d *diagnosis) { d.openFiles(24) }, "bad: open files: 24 are allowed"},
		{func(d *diagnosis) { d.openFiles(4096) }, "ok: open files"},
		{func(d *diagnosis) { d.watches(proc("100")) }, "note: watches: 100 folders"},
		{func(d *diagnosis) { d.watches(proc("100000")) }, "ok: watches"},
		{func(d *diagnosis) { d.clock(now.Add(time.Hour), now) }, "bad: clock: it is 2026-03-04T05:06:07Z here"},
		{func(d *diagnosis) { d.clock(now, now) }, "ok: clock"},
		{node(2<<30, opensearch.Watermark{Used: 85}, opensearch.Watermark{Used: 99}),
			"note: node n1: 2.1 GB of its disk are free, and it gets no more shards from 85 % in use on"},
		{node(1<<30, opensearch.Watermark{Used: 85}, opensearch.Watermark{Free: 5 << 30}),
			"bad: node n1: 1.1 GB of its disk are free, and OpenSearch refuses to write below 5.4 GB"},
		{node(30<<30, opensearch.Watermark{Used: 85}, opensearch.Watermark{Used: 95}), "ok: node n1"},
		{node(0, opensearch.Watermark{}, opensearch.Watermark{}), "ok: node n1"},
		{func(d *diagnosis) {
			d.onCluster("news", &opensearch.Examined{Err: &opensearch.NothingError{Why: "there is none"}})
		}, "note: there is none"},
		{func(d *diagnosis) { d.onCluster("news", &opensearch.Examined{Err: search.ErrUnavailable}) }, "bad: archive: "},
		{func(d *diagnosis) { d.copies(&opensearch.Examined{Health: "yellow", Lacking: 2}) }, "note: copies: 2 of those that are wanted are not there, or not yet"},
	}
	for _, test := range tests {
		var out strings.Builder
		d := &diagnosis{console: &console{stdout: &out}}
		test.look(d)
		if !strings.Contains(out.String(), test.want) {
			t.Errorf("got %q, want %q", &out, test.want)
		}
		if got := strings.Contains(out.String(), "bad: "); got != (d.bad > 0) {
			t.Errorf("%d are counted bad of %q", d.bad, &out)
		}
	}
}

// The command looks at the archive itself, and writes nothing there.
func TestDoctorOfArchive(t *testing.T) {
	dir := sampleArchive(t)
	doctor := func() (string, int) {
		var out, stderr strings.Builder
		code := run(t.Context(), &console{
			args: []string{"--archive", dir, "doctor"}, stdout: &out, stderr: &stderr, getenv: func(string) string { return "" },
		})
		return out.String() + stderr.String(), code
	}
	said, _ := doctor()
	for _, want := range []string{"ok: archive at " + dir, "ok: the archive can be written", "disk: ", "open files: ", "clock: "} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in:\n%s", want, said)
		}
	}
	to := t.TempDir() + "/saved"
	if _, err := archive.Backup(t.Context(), dir, to, archive.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	if said, _ = doctor(); !strings.Contains(said, "ok: backup: of ") || !strings.Contains(said, " at "+to) {
		t.Errorf("no backup in:\n%s", said)
	}
	for what, damage := range map[string]func() error{
		"SEAL":    func() error { return os.Remove(dir + "/gen-000001/SEAL") },
		"CURRENT": func() error { return os.WriteFile(dir+"/CURRENT", []byte("gen"), 0o666) },
		"FORMAT":  func() error { return os.Remove(dir + "/FORMAT") },
	} {
		saved := t.TempDir()
		if err := os.CopyFS(saved, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		said, code := doctor()
		if code != 3 || !strings.Contains(said, what+", byte 0") || strings.Count(said, "dateline repair mends it") != 1 {
			t.Errorf("%s: exit code %d:\n%s", what, code, said)
		}
		dir = saved
	}
}
