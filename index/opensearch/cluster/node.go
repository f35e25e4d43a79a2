package cluster

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"dateline/search"
)

// A node is a process that holds the lock of its file .pid from its first moment to its last, and has
// written its number into it. So a node is up as long as the file is locked, whoever started it and
// however it ends, and no number is ever taken for a node's that the system has given to another process.

// name returns what node n is called.
func name(n int) string { return "n" + strconv.Itoa(n) }

func (c *Cluster) pidFile(n int) string { return c.file(name(n) + ".pid") }
func (c *Cluster) logFile(n int) string { return c.file(name(n) + ".log") }

// process returns the process of node n, and whether it is up; 0 in the moment before it has told.
func (c *Cluster) process(n int) (pid int, up bool) {
	f, err := os.Open(c.pidFile(n))
	if err != nil {
		return 0, false
	}
	defer f.Close()
	if flock(f, syscall.LOCK_SH|syscall.LOCK_NB) == nil { // shared: others may be looking too
		return 0, false
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return 0, true
	}
	pid, err = strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || pid < 2 {
		return 0, true
	}
	return pid, true
}

// signal sends a signal to node n, if it is up.
func (c *Cluster) signal(ctx context.Context, n int, signal syscall.Signal) error {
	pid, up := c.process(n)
	for ; up && pid == 0; pid, up = c.process(n) {
		if err := pause(ctx); err != nil {
			return err
		}
	}
	if !up {
		return nil
	}
	if err := syscall.Kill(pid, signal); err != nil && err != syscall.ESRCH {
		return fmt.Errorf("stop %s, process %d: %w", name(n), pid, err)
	}
	return nil
}

// ended returns when node n is not up.
func (c *Cluster) ended(ctx context.Context, n int) error {
	for {
		if _, up := c.process(n); !up {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// begins stands in a node's log before all that it says in one life.
const begins = "======== %s begins ========\n"

// died is the error of a node that has ended.
func (c *Cluster) died(n int) error {
	text, err := os.ReadFile(c.logFile(n))
	if err != nil {
		return err
	}
	said := string(text)
	if i := strings.LastIndex(said, fmt.Sprintf(begins, name(n))); i >= 0 {
		said = said[i+len(fmt.Sprintf(begins, name(n))):]
	}
	return fmt.Errorf("%w: %s has ended: %s; see %s", search.ErrUnavailable, name(n), causeOf(said), c.logFile(n))
}

// causeOf returns the lines of a log that tell why a node has ended: what it could not go on from, else
// the last that it said, but for the places in its code.
func causeOf(said string) string {
	var last, cause []string
	after := false
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "at ") || strings.HasPrefix(line, "... "):
			continue
		case after || strings.HasPrefix(line, "Likely root cause: "):
			cause = append(cause, line)
		}
		after = line == "uncaught exception in thread [main]"
		last = append(last, line)
	}
	if len(cause) == 0 {
		cause = last[max(0, len(last)-lastLines):]
	}
	return strings.Join(cause, " | ")
}

// lastLines is how many lines are told of a node that does not say why it has ended.
const lastLines = 4

// start starts node n, which must not be up. The caller holds the cluster's lock.
func (c *Cluster) start(ctx context.Context, n int) error {
	java, err := findJava(ctx)
	if err != nil {
		return err
	}
	home, err := fetch(ctx, c.Secure, func(string) {})
	if err != nil {
		return err
	}
	if err := c.configure(n, home); err != nil {
		return err
	}
	pid, err := os.OpenFile(c.pidFile(n), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer pid.Close()
	if err := flock(pid, syscall.LOCK_EX); err != nil { // free but for one who looks
		return err
	}
	if err := pid.Truncate(0); err != nil {
		return err
	}
	log, err := os.OpenFile(c.logFile(n), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	if _, err := fmt.Fprintf(log, begins, name(n)); err != nil {
		return err
	}
	cmd := c.command(n, java, home)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{pid}
	return launch(cmd)
}

// command is what node n runs. The shell is there for it to tell its own number: so that is told
// whatever becomes of us.
func (c *Cluster) command(n int, java, home string) *exec.Cmd {
	dir := c.file(name(n))
	args := []string{"-Xms" + c.Heap, "-Xmx" + c.Heap, "-XX:+UseG1GC",
		"-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30", // as OpenSearch's own jvm.options
		"-Dfile.encoding=UTF-8",
		"-Djava.io.tmpdir=" + filepath.Join(dir, "tmp"), "-Djava.security.manager=allow",
		"-Dio.netty.noUnsafe=true", "-Dio.netty.noKeySetOptimization=true", "-Dlog4j2.disable.jmx=true",
		"-Dopensearch.path.home=" + home, "-Dopensearch.path.conf=" + filepath.Join(dir, "config"),
		"-Dopensearch.distribution.type=tar", "-cp", filepath.Join(home, "lib", "*")}
	if c.tied {
		args = append(args, "-XX:TieredStopAtLevel=1") // the optimising compiler takes half of a start
	}
	args = append([]string{"-c", `echo $$ >&3 && exec "$@"`, name(n), java}, append(args, "org.opensearch.bootstrap.OpenSearch")...)
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is not for it
	if u := stepDown(); u != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: u.uid, Gid: u.gid}
	}
	if c.tied {
		tie(cmd.SysProcAttr)
	}
	return cmd
}

// launch starts cmd, and takes note of its end if this process lives to see it. The system ends what
// is tied when the thread ends that started it: that one does nothing else until then.
func launch(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait() // its end is seen by its lock
		}
	}()
	return <-started
}

//go:embed log4j2.properties
var log4j2 []byte

// configure makes the folder of node n.
func (c *Cluster) configure(n int, home string) error {
	dir := c.file(name(n))
	for _, sub := range []string{"config", "data", "logs", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	yml := c.settings(n, dir)
	if c.Secure {
		if err := c.configureSecure(filepath.Join(dir, "config"), home); err != nil {
			return err
		}
		yml += secureSettings
	}
	yml += c.Settings + "\n"
	for file, data := range map[string][]byte{"opensearch.yml": []byte(yml), "log4j2.properties": log4j2} {
		if err := os.WriteFile(filepath.Join(dir, "config", file), data, 0o600); err != nil {
			return err
		}
	}
	u := stepDown()
	if u == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(u.uid), int(u.gid))
	})
}

// settings returns the opensearch.yml of node n.
func (c *Cluster) settings(n int, dir string) string {
	var seeds, names []string
	for i := range c.nodes() {
		seeds = append(seeds, fmt.Sprintf("%q", fmt.Sprintf("127.0.0.1:%d", c.Transport[i-1])))
		names = append(names, name(i))
	}
	return fmt.Sprintf(`cluster.name: dateline-dev
node.name: %s
network.host: 127.0.0.1
http.port: %d
transport.port: %d
discovery.seed_hosts: [%s]
cluster.initial_cluster_manager_nodes: [%s]
path.data: %q
path.logs: %q
cluster.routing.allocation.disk.threshold_enabled: false
action.auto_create_index: false
`, name(n), c.HTTP[n-1], c.Transport[n-1], strings.Join(seeds, ", "), strings.Join(names, ", "),
		filepath.Join(dir, "data"), filepath.Join(dir, "logs"))
}
