package archive

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"dateline/search"
)

func TestOneWriter(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	w := d.writer()
	_, err := OpenWriter(d.dir, d.Options)
	if !errors.Is(err, search.ErrUnavailable) {
		t.Fatalf("a second writer: %v", err)
	}
	for _, want := range []string{fmt.Sprint("process ", os.Getpid()), "since 2024-03-27T12:00:00Z"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name the %s", err, want)
		}
	}
	d.holds(map[string]string{"a": "One."}) // readers don't mind
	d.must(w.Close())
	d.index(article("b", "Two."))
}

func TestLockOfTheDead(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	child := d.child("hold", "")
	if _, err := OpenWriter(d.dir, d.Options); !errors.Is(err, search.ErrUnavailable) ||
		!strings.Contains(err.Error(), fmt.Sprint("process ", child.Process.Pid)) {
		t.Errorf("beside another process: %v", err)
	}
	d.must(child.Process.Kill())
	child.Wait()
	d.index(article("b", "Two."))
}

func TestClosed(t *testing.T) {
	d := newDesk(t)
	w := d.writer()
	d.must(w.Close())
	d.must(w.Close())
	for name, err := range map[string]error{
		"put": feed(t.Context(), w, article("a", "One.")), "publish": w.Publish(t.Context()),
		"remove": w.Remove(t.Context(), []string{"a"}, false),
	} {
		if !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
}

func TestFormat(t *testing.T) {
	const current = "gen-000001\n" // of old versions
	tests := []struct{ format, current, want string }{
		{"dateline archive 3\n", "", ""},
		{"dateline archive 2\n", "", ""},
		{"dateline archive 2\n", current, ""},
		{"dateline archive 1\n", current, "index its articles again"},
		{"dateline archive 1\n", "", "FORMAT, byte 0: it is of version 1, and CURRENT is of a later one"},
		{"dateline archive 4\n", "", "of version 4, and this dateline reads version 3; use a newer"},
		{"", "", "FORMAT, byte 0: it is not one of ours"},
		{"something else\n", "", "FORMAT, byte 0: it is not one of ours"},
	}
	for _, test := range tests {
		d := newDesk(t)
		d.index(article("a", "One."))
		d.must(os.WriteFile(d.dir+"/FORMAT", []byte(test.format), 0o666))
		if test.current != "" {
			d.must(os.WriteFile(d.dir+"/CURRENT", []byte(test.current), 0o666))
		}
		_, reading := Open(d.dir, d.Options)
		w, writing := OpenWriter(d.dir, d.Options)
		if writing == nil {
			d.must(w.Close())
		}
		report, verifying := Verify(t.Context(), d.dir, d.Options, nil)
		if verifying == nil && len(report.Findings) == 1 {
			verifying = report.Findings[0]
		}
		for _, err := range []error{reading, writing, verifying} {
			switch {
			case test.want == "" && err != nil,
				test.want != "" && (!errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%q with CURRENT %q: %v, want %q", test.format, test.current, err, test.want)
			}
		}
	}
}

func TestNoArchive(t *testing.T) {
	d := newDesk(t)
	for _, dir := range []string{d.dir, t.TempDir()} {
		_, reading := Open(dir, d.Options)
		_, verifying := Verify(t.Context(), dir, d.Options, nil)
		for _, err := range []error{reading, verifying} {
			if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "index PATH") {
				t.Errorf("open: %v", err)
			}
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			t.Errorf("opening made %v", files)
		}
	}
	// A folder that holds something else is left alone.
	d.must(os.MkdirAll(d.dir, 0o777))
	d.must(os.WriteFile(d.dir+"/letters", nil, 0o666))
	if _, err := OpenWriter(d.dir, d.Options); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("make an archive among letters: %v", err)
	}
	if files, _ := os.ReadDir(d.dir); len(files) != 1 {
		t.Errorf("among the letters there are %v", files)
	}
	// One that was made, but never published, is not there yet.
	empty := newDesk(t)
	empty.write(func(*Writer) {})
	want := "nothing was published yet in the archive at " + empty.dir + ": dateline -i "
	if _, err := Open(empty.dir, d.Options); !errors.Is(err, search.ErrUnavailable) ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("open what was never published: %v, want %q", err, want)
	}
	empty.write(func(w *Writer) { d.must(w.Publish(t.Context())) })
	empty.holds(map[string]string{})
	empty.sound()
	// One of which CURRENT is gone was published once.
	was := newDesk(t)
	was.index(article("a", "One."))
	was.purge("a")
	d.must(os.Remove(was.dir + "/CURRENT"))
	_, opening := Open(was.dir, d.Options)
	_, backing := Backup(t.Context(), was.dir, t.TempDir()+"/backup", d.backupOptions())
	examined, err := Examine(was.dir, d.Options)
	d.must(err)
	for _, err := range []error{opening, backing, examined.Err} {
		if !errors.Is(err, Damage{"CURRENT", 0, "the file is missing"}) {
			t.Errorf("open an archive without CURRENT: %v", err)
		}
	}
}

// child runs this test binary as another process that does a task in the
// archive, and returns when it says that it has begun.
func (d *desk) child(task, arg string) *exec.Cmd {
	d.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), "DATELINE_TEST_TASK="+task, "DATELINE_TEST_ARG="+arg,
		"DATELINE_TEST_DIR="+d.dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	d.must(err)
	d.must(cmd.Start())
	d.Cleanup(func() { cmd.Process.Kill() })
	if _, err := out.Read(make([]byte, 1)); err != nil {
		d.Fatal("the child did not begin: ", err)
	}
	return cmd
}
