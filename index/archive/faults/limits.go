package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A step runs the program so that something fails, the nth time or at a limit of n.
type step struct {
	name   string
	prefix func(n int, log string) []string
	until  func(a answer, log string) bool // nothing failed any more
}

// limits runs index where the disk, the files or the rights do not suffice, each time a step later:
// the archive must be as before or as after, and the error told.
func (l *lab) limits(most int) (row, error) {
	t := l.newTrial(0, filepath.Join(l.dir, "limits"))
	p, err := t.patient()
	if err != nil {
		return row{}, err
	}
	steps := l.steps()
	steps = steps[min(l.from, len(steps)):]
	tried := make([]int, len(steps)+1)
	_, bad := l.trials(len(steps), func(t *trial) error {
		step := steps[t.number-l.from]
		for n := 0; (most == 0 || n < most) && l.ctx.Err() == nil; n++ {
			tried[t.number-l.from]++
			if done, err := p.at(t, step, n); err != nil {
				t.bad("%s, %d: %v", step.name, n, err)
			} else if done {
				return nil
			}
		}
		return nil
	})
	_, media := l.trials(1, func(t *trial) (err error) {
		tried[len(steps)], err = p.media(t)
		return err
	})
	r := row{name: "limits", bad: append(bad, media...)}
	for _, n := range tried {
		r.tried += n
	}
	return r, nil
}

// steps returns what there is to try on this machine.
func (l *lab) steps() (all []step) {
	if _, err := exec.LookPath("prlimit"); err != nil {
		fmt.Fprintln(l.notes, "not run: limits of files, which need prlimit")
	} else {
		finished := func(a answer, _ string) bool { return a.code == 0 }
		all = append(all,
			step{"file size", func(n int, _ string) []string { return []string{"prlimit", fmt.Sprintf("--fsize=%d", n*1500)} }, finished},
			step{"open files", func(n int, _ string) []string { return []string{"prlimit", fmt.Sprintf("--nofile=%d", 16+n)} }, finished})
	}
	if _, err := exec.LookPath("strace"); err != nil {
		fmt.Fprintln(l.notes, "not run: calls that fail, which need strace")
		return all
	}
	for _, call := range []struct{ calls, errs string }{
		{"fsync", "ENOSPC EIO"}, {"fdatasync", "ENOSPC EIO"}, {"write", "ENOSPC EIO EFBIG"}, {"pwrite64", "ENOSPC EFBIG"}, {"ftruncate", "EFBIG"},
		{"mkdirat", "ENOSPC EACCES EROFS"}, {"renameat", "ENOSPC EACCES EROFS"}, {"linkat", "ENOSPC EACCES EMLINK"},
		{"unlinkat", "EACCES EROFS"}, {"openat", "EMFILE EACCES"}, {"copy_file_range", "ENOSPC EIO"},
	} {
		for _, e := range strings.Fields(call.errs) {
			for _, on := range []string{"", "+"} { // once, and from then on
				if call.calls == "write" && on == "+" {
					continue // nothing could be told
				}
				all = append(all, step{call.calls + " " + e + on, func(n int, log string) []string {
					inject := fmt.Sprintf("inject=%s:error=%s:when=%d%s", call.calls, e, n+1, on)
					return []string{"strace", "-D", "-f", "-qq", "--seccomp-bpf", "-e", "signal=none", "-e", "trace=" + call.calls, "-e", inject, "-o", log}
				}, func(_ answer, log string) bool {
					data, err := os.ReadFile(log)
					return err == nil && !bytes.Contains(data, []byte("(INJECTED)"))
				}})
			}
		}
	}
	return all
}

// A patient is an archive, and articles that it does not have yet.
type patient struct {
	archive, in   string
	before, after map[string]string
}

func (t *trial) patient() (*patient, error) {
	p := &patient{archive: filepath.Join(t.dir, "a"), in: filepath.Join(t.dir, "in"), before: map[string]string{}}
	for i := range 8 {
		a := story(fmt.Sprint("a", i), 0)
		if err := a.write(p.in); err != nil {
			return nil, err
		}
		p.before[a.ID] = a.Title
	}
	if a := t.run(nil, p.archive, "index", p.in); a.code != 0 {
		return nil, fmt.Errorf("index: %v", a)
	}
	p.after = maps.Clone(p.before)
	for i := range 4 {
		a := story(fmt.Sprint("a", 6+i), 1)
		if err := a.write(p.in); err != nil {
			return nil, err
		}
		p.after[a.ID] = a.Title
	}
	return p, nil
}

// at tries one step, and tells whether nothing failed.
func (p *patient) at(t *trial, s step, n int) (done bool, err error) {
	archive, log := filepath.Join(t.dir, fmt.Sprint("a", n)), filepath.Join(t.dir, "log")
	defer os.RemoveAll(archive)
	if err := os.CopyFS(archive, os.DirFS(p.archive)); err != nil {
		return false, err
	}
	a := t.run(s.prefix(n, log), archive, "index", p.in)
	if err := p.told(a); err != nil {
		return false, err
	}
	done = s.until(a, log)
	found, err := t.found(archive)
	switch {
	case err != nil:
		return done, fmt.Errorf("after %v: %w", a, err)
	case a.code == 0 && !maps.Equal(found, p.after):
		return done, errors.New("exit code 0, and not all is found")
	case strings.Contains(a.err, "quarantined: "): // articles could not be read: each is as before or as after
		for id, title := range found {
			if title != p.before[id] && title != p.after[id] {
				return done, fmt.Errorf("%s is found, %q; %v", id, title, a)
			}
		}
		for id := range p.before {
			if found[id] == "" {
				return done, fmt.Errorf("%s is lost; %v", id, a)
			}
		}
	case !maps.Equal(found, p.before) && !maps.Equal(found, p.after):
		return done, fmt.Errorf("the archive is neither as before nor as after; %v", a)
	}
	return done, p.goesOn(t, archive, a)
}

// told checks that the program ended as it says it does.
func (p *patient) told(a answer) error {
	switch {
	case a.died():
		return fmt.Errorf("index died: %v", a)
	case a.code != 0 && !slices.Contains([]int{2, 3, 4}, a.code), a.code != 0 && strings.TrimSpace(a.err) == "":
		return fmt.Errorf("index: %v", a)
	}
	return nil
}

// goesOn checks that all goes on where nothing fails any more.
func (p *patient) goesOn(t *trial, archive string, first answer) error {
	if a := t.run(nil, archive, "index", p.in); a.code != 0 {
		return fmt.Errorf("index again: %v; first it was %v", a, first)
	}
	found, err := t.found(archive)
	if err == nil && !maps.Equal(found, p.after) {
		err = fmt.Errorf("%d articles are found in the end, want %d; first it was %v", len(found), len(p.after), first)
	}
	if err != nil {
		return err
	}
	if a := t.run(nil, archive, "verify"); a.code != 0 {
		return fmt.Errorf("verify: %v %s; first it was %v", a, a.out, first)
	}
	return nil
}

// media tries a full disk, one that can't be written, and an archive of somebody else.
func (p *patient) media(t *trial) (tried int, err error) {
	disk := filepath.Join(t.dir, "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		return 0, err
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=80m", "none", disk).CombinedOutput(); err != nil {
		fmt.Fprintf(t.lab.notes, "not run: a full disk and one that can't be written, which need root: %s", out)
		return 0, nil
	}
	defer exec.Command("umount", "-l", disk).Run()
	archive := filepath.Join(disk, "a")
	if err := os.CopyFS(archive, os.DirFS(p.archive)); err != nil {
		return 0, err
	}
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 70<<20), 0o644); err != nil {
		return 0, err
	}
	p.refused(t, "a full disk", nil, archive)
	if err := os.Remove(filler); err != nil {
		return 0, err
	}
	if out, err := exec.Command("mount", "-o", "remount,ro", disk).CombinedOutput(); err != nil {
		return 1, fmt.Errorf("mount: %w: %s", err, out)
	}
	p.refused(t, "a read-only disk", nil, archive)
	if out, err := exec.Command("mount", "-o", "remount,rw", disk).CombinedOutput(); err != nil {
		return 2, fmt.Errorf("mount: %w: %s", err, out)
	}
	for dir := t.dir; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			return 2, err
		}
	}
	if _, err := exec.LookPath("setpriv"); err == nil {
		nobody := []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}
		if a := t.run(nobody, archive, "index", p.in); a.code != 3 || a.died() || !strings.Contains(a.err, "permission") {
			t.bad("somebody else's archive: %v", a)
		}
	}
	if err := p.goesOn(t, archive, answer{}); err != nil {
		return 3, err
	}
	return 3, nil
}

// refused checks that an archive is read and not written.
func (p *patient) refused(t *trial, where string, prefix []string, archive string) {
	if a := t.run(prefix, archive, "index", p.in); a.code != 3 || a.died() || a.err == "" {
		t.bad("%s: index: %v", where, a)
	}
	if found, err := t.found(archive); err != nil || !maps.Equal(found, p.before) {
		t.bad("%s: %d articles are found, want %d: %v", where, len(found), len(p.before), err)
	}
	if a := t.run(prefix, archive, "verify"); a.code != 0 {
		t.bad("%s: verify: %v", where, a)
	}
}
