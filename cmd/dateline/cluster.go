package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"dateline/index/opensearch/cluster"
)

func clusterCommand(c *console) *cli.Command {
	dir := &cli.StringFlag{Name: "dir", Usage: "the cluster's own `FOLDER`"}
	return &cli.Command{
		Name:  "cluster",
		Usage: "start an OpenSearch cluster on this machine, for development and tests",
		Description: `A real cluster, a process to a node, that this machine alone can reach. It is there to try things out:
whoever keeps an archive on a cluster wants one on machines of its own.

It needs Java 17 to 23 (JAVA_HOME, or java in PATH) and Maven, by which OpenSearch ` + cluster.Version + `, or with --secure
` + cluster.SecureVersion + `, is fetched once, about 50 MB, into the user's cache. Each node takes its heap and half as much memory again.

The cluster lies in a folder, ~/.local/state/dateline/cluster unless --dir names another; clusters in
different folders don't disturb one another. Root's nodes run as the user nobody, as OpenSearch refuses
root; where that user can't enter root's folders, they are /var/lib/dateline-cluster and /var/cache/dateline.

   dateline cluster up
   dateline cluster status
   dateline cluster down --wipe

Exit code: 0, or 3 where this machine can't have one, or not all of it is up.`,
		Subcommands: []*cli.Command{
			{
				Name:  "up",
				Usage: "start the nodes that are not up, and print the addresses of all",
				Description: `Returns when all nodes have found one another. They stay up until "cluster down". What was chosen for a
cluster once stays so, but for the heap, which nodes take that are started now. An interruption stops
what was started.

With --secure nodes speak HTTPS and want the user ` + cluster.User + `, as OpenSearch ` + cluster.SecureVersion + ` with its own plugin does. The CA's
certificate, and the user with the password, made for this cluster, are in its folder: ca.pem for --ca-file, password
for --basic-auth-file.`,
				Flags: []cli.Flag{
					&cli.IntFlag{Name: "nodes", Usage: fmt.Sprintf("how many nodes, 1 to %d (%d for a new cluster)", cluster.MaxNodes, cluster.DefaultNodes)},
					&cli.StringFlag{Name: "heap", Usage: "each node's heap, 512m or 1g (" + cluster.DefaultHeap + " for a new cluster)"},
					&cli.BoolFlag{Name: "secure", Usage: "with TLS and a password"},
					dir,
				},
				Action: func(ctx *cli.Context) error { return clusterUp(c, ctx) },
			},
			{
				Name:   "status",
				Usage:  "tell how the nodes are doing",
				Flags:  []cli.Flag{dir, formatFlag("table or json", "table")},
				Action: func(ctx *cli.Context) error { return clusterStatus(c, ctx) },
			},
			{
				Name:  "down",
				Usage: "stop all nodes, and keep their data",
				Flags: []cli.Flag{
					&cli.BoolFlag{Name: "wipe", Usage: "take away the cluster with its data"},
					dir,
				},
				Action: func(ctx *cli.Context) error { return clusterDown(c, ctx) },
			},
		},
	}
}

// clusterDir returns the folder of the cluster that is meant.
func clusterDir(c *console, ctx *cli.Context) string {
	if dir := ctx.String("dir"); dir != "" {
		return dir
	}
	return cluster.DefaultDir(baseDir("XDG_STATE_HOME", ".local/state", c.getenv))
}

func clusterUp(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	if ctx.IsSet("nodes") && ctx.Int("nodes") < 1 {
		return &usageError{fmt.Sprintf("--nodes %d: a cluster has 1 node or more", ctx.Int("nodes")), commandOf(ctx)}
	}
	say := func(what string) {
		if !ctx.Bool("quiet") {
			fmt.Fprintln(c.stderr, what)
		}
	}
	cl, err := cluster.Up(ctx.Context, cluster.Options{
		Dir: clusterDir(c, ctx), Nodes: ctx.Int("nodes"), Heap: ctx.String("heap"), Secure: ctx.Bool("secure"), Say: say,
	})
	if err != nil {
		return err
	}
	for _, url := range cl.URLs() {
		fmt.Fprintln(c.stdout, url)
	}
	say("next: " + nextOnCluster(cl))
	return nil
}

// nextOnCluster is a command that uses the cluster.
func nextOnCluster(cl *cluster.Cluster) string {
	line := "dateline --engine opensearch --url " + cl.URLs()[0]
	if cl.Secure {
		line += fmt.Sprintf(" --basic-auth-file %s --ca-file %s", cl.PasswordFile(), cl.CAFile())
	}
	return line + " index PATH"
}

func clusterStatus(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	format, err := c.format(ctx, "table", "json", "table")
	if err != nil {
		return err
	}
	cl, err := openCluster(clusterDir(c, ctx))
	if err != nil {
		return err
	}
	s, err := cl.Status(ctx.Context)
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(c.stdout, s)
	} else {
		err = c.paged(ctx, func(p *printer) { p.cluster(s) })
	}
	if err != nil {
		return err
	}
	return s.Err()
}

// openCluster opens the cluster in dir, or tells how to start one there.
func openCluster(dir string) (*cluster.Cluster, error) {
	cl, err := cluster.Open(dir)
	if errors.Is(err, cluster.ErrNone) {
		return nil, fmt.Errorf("%w; dateline cluster up --dir %s starts one", err, shellQuote(dir))
	}
	return cl, err
}

func (p *printer) cluster(s *cluster.Status) {
	p.printf("%-5s %-10s %8s %10s  %s\n", "node", "state", "pid", "memory", "url")
	for _, n := range s.Nodes {
		pid, memory := "", ""
		if n.PID > 0 {
			pid = fmt.Sprint(n.PID)
		}
		if n.Memory > 0 {
			memory = size(n.Memory)
		}
		p.printf("%-5s %-10s %8s %10s  %s\n", n.Name, n.State, pid, memory, n.URL)
	}
	p.printf("\nOpenSearch %s in %s\n", s.Version, s.Dir)
	if s.Health != "" {
		p.printf("health: %s\n", s.Health)
	}
	if s.User != "" {
		p.printf("user %s, password in %s, CA in %s\n", s.User, s.PasswordFile, s.CAFile)
	}
}

func clusterDown(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	cl, err := openCluster(clusterDir(c, ctx))
	if err != nil {
		return err
	}
	end, done := cl.Stop, "stopped; the data stay in "+cl.Dir
	if ctx.Bool("wipe") {
		end, done = cl.Wipe, "stopped and wiped"
	}
	if err := end(context.WithoutCancel(ctx.Context)); err != nil { // not half: it takes seconds
		return err
	}
	if !ctx.Bool("quiet") {
		fmt.Fprintln(c.stderr, done)
	}
	return nil
}
