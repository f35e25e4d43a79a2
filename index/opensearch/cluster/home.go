package cluster

import (
	"archive/zip"
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"dateline/search"
)

// The server is not one file to be fetched: its jars are Maven's artefacts. They are fetched once, into
// the user's cache, and laid out as OpenSearch's home folder, of which the folder maven here is the plan.

//go:embed maven
var plan embed.FS

// The versions of OpenSearch. The security plugin of the newer one is not among Maven's artefacts.
const (
	Version       = "2.19.6"
	SecureVersion = "2.19.4"
)

// versionOf returns the version that a cluster runs.
func versionOf(secure bool) string {
	if secure {
		return SecureVersion
	}
	return Version
}

// The releases of Java that it runs on: from 24 on there is no security manager.
const (
	oldestJava = 17
	newestJava = 23
)

// Available fetches what a cluster needs, unless it was fetched before, and tells why one can't be
// started on this machine: a search.ErrUnavailable.
func Available(ctx context.Context, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	if _, err := findJava(ctx); err != nil {
		return err
	}
	_, err := fetch(ctx, o.Secure, o.Say)
	return err
}

var javaVersion = regexp.MustCompile(`version "(\d+)`)

// findJava returns the program java that JAVA_HOME names, or the one in PATH.
func findJava(ctx context.Context) (string, error) {
	java := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		java = filepath.Join(home, "bin", "java")
	}
	path, err := exec.LookPath(java)
	if err != nil {
		return "", fmt.Errorf("%w: a cluster needs Java %d to %d, and there is no %s; install it, or name it by JAVA_HOME",
			search.ErrUnavailable, oldestJava, newestJava, java)
	}
	out, err := exec.CommandContext(ctx, path, "-version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s -version: %w: %s", search.ErrUnavailable, path, err, causeOf(string(out)))
	}
	found := "an unknown version"
	if m := javaVersion.FindSubmatch(out); m != nil {
		found = string(m[1])
	}
	if v, err := strconv.Atoi(found); err != nil || v < oldestJava || v > newestJava {
		return "", fmt.Errorf("%w: a cluster needs Java %d to %d, and %s is %s; install it, or name it by JAVA_HOME",
			search.ErrUnavailable, oldestJava, newestJava, path, found)
	}
	if b := barrier(path); b != "" {
		return "", fmt.Errorf("%w: the user nobody, as whom root starts nodes, can't run %s; name another Java by JAVA_HOME",
			search.ErrUnavailable, path)
	}
	return path, nil
}

// fetch returns OpenSearch's home folder, which it makes where there is none. Who comes while another
// does waits for that one; what was interrupted is begun again.
func fetch(ctx context.Context, secure bool, say func(string)) (home string, err error) {
	cache, err := cacheDir()
	if err != nil {
		return "", fmt.Errorf("%w: %w", search.ErrUnavailable, err)
	}
	home = filepath.Join(cache, "opensearch-"+versionOf(secure))
	if isDir(home) {
		return home, nil
	}
	maven, err := exec.LookPath("mvn")
	if err != nil {
		return "", fmt.Errorf("%w: OpenSearch is fetched by Maven, once, and there is no mvn; install Maven", search.ErrUnavailable)
	}
	if err := openFolder(cache); err != nil {
		return "", err
	}
	unlock, err := lock(ctx, home+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if isDir(home) {
		return home, nil
	}
	say("fetching OpenSearch " + versionOf(secure) + " into " + cache + ": once")
	return home, layOut(ctx, maven, home, secure)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// layOut makes the folder home, whole or not at all.
func layOut(ctx context.Context, maven, home string, secure bool) error {
	if begun, err := filepath.Glob(home + ".part-*"); err == nil {
		for _, dir := range begun { // of who was killed
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	dir, err := os.MkdirTemp(filepath.Dir(home), filepath.Base(home)+".part-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := writePlan(dir, secure); err != nil {
		return err
	}
	if err := runMaven(ctx, maven, dir, home+".log", secure); err != nil {
		return err
	}
	if err := tidy(dir); err != nil {
		return err
	}
	return os.Rename(dir, home)
}

// writePlan writes out the folder maven, for the version wanted.
func writePlan(dir string, secure bool) error {
	for _, sub := range []string{"bin", "extensions", "plugins"} { // wanted, if empty
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	files, err := fs.Sub(plan, "maven")
	if err != nil {
		return err
	}
	return fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == "plugins" && !secure:
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, path), 0o755)
		}
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		data = bytes.ReplaceAll(data, []byte("${opensearch.version}"), []byte(versionOf(secure)))
		return os.WriteFile(filepath.Join(dir, path), data, 0o644)
	})
}

// runMaven puts the jars into the plan's folders. What Maven says is in the file log.
func runMaven(ctx context.Context, maven, dir, log string, secure bool) error {
	args := []string{"-q", "-B", "-f", filepath.Join(dir, "pom.xml"), "dependency:copy-dependencies"}
	if secure {
		args = append(args, "-Psecure")
	}
	cmd := exec.CommandContext(ctx, maven, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // mvn may be a script: its children end with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := os.WriteFile(log, out, 0o644); err != nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: Maven could not fetch OpenSearch: %s; it needs Maven Central, or a mirror of it that its "+
			"settings.xml names; see %s", search.ErrUnavailable, firstError(string(out), err), log)
	}
	return nil
}

// firstError returns the first line that Maven marks as an error.
func firstError(out string, err error) string {
	for line := range strings.Lines(out) {
		if _, text, ok := strings.Cut(line, "ERROR] "); ok {
			return strings.TrimSpace(text)
		}
	}
	return err.Error()
}

// tidy makes of what Maven has put down what OpenSearch wants to find: plugins unpacked, no jar of the
// server's a second time, and all of it to be read by whom nodes run as.
func tidy(dir string) error {
	zips, err := filepath.Glob(filepath.Join(dir, "plugins", "*", "*.zip"))
	if err != nil {
		return err
	}
	for _, path := range zips {
		if err := unpack(path); err != nil {
			return fmt.Errorf("unpack %s: %w", filepath.Base(path), err)
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	jars, err := filepath.Glob(filepath.Join(dir, "modules", "*", "*.jar"))
	if err != nil {
		return err
	}
	for _, path := range jars {
		if _, err := os.Stat(filepath.Join(dir, "lib", filepath.Base(path))); err == nil {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(path, 0o755)
		default:
			return os.Chmod(path, 0o644)
		}
	})
}

// unpack unpacks a zip into its own folder.
func unpack(path string) error {
	r, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer r.Close()
	return os.CopyFS(filepath.Dir(path), r)
}
