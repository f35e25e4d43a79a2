package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/search"
)

// The engines.
const (
	bleveEngine      = "bleve"      // archives in folders
	opensearchEngine = "opensearch" // archives on a cluster
)

// usualName is the archive on a cluster where none is named.
const usualName = "dateline"

// Of what is made on a cluster where nothing else is said.
const (
	usualShards   = 2
	usualReplicas = 1
)

// maxShards is how many an index may have: a cluster takes no more unless it was told to
// (opensearch.index.max_number_of_shards).
const maxShards = 1024

// engineFlags choose the engine, and say which cluster it is.
func engineFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "engine", Value: bleveEngine, Usage: "bleve: in a folder; opensearch: on the cluster at --url"},
		&cli.StringSliceFlag{Name: "url", Usage: "the `ADDRESS` of a node of the cluster, https://host:9200 (repeatable, or joined by commas)"},
		&cli.StringFlag{Name: "ca-file", Usage: "trust the cluster's certificates that those in this `FILE` have signed"},
		&cli.StringFlag{Name: "basic-auth-file", Usage: "log in to the cluster as the user:password in this `FILE`"},
		&cli.StringFlag{Name: "api-key-file", Usage: "log in to the cluster with the key in this `FILE`"},
	}
}

// shapeFlags are of commands that make indexes on a cluster.
func shapeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.IntFlag{Name: "shards", Usage: fmt.Sprintf("on a cluster: into how many parts a new index is split (%d, or as it was)", usualShards)},
		&cli.IntFlag{Name: "replicas", Usage: fmt.Sprintf("on a cluster: how many more copies there are of what is made (%d, or as it was)", usualReplicas)},
	}
}

// onCluster tells whether the engine is a cluster.
func onCluster(ctx *cli.Context) bool { return ctx.String("engine") == opensearchEngine }

// checkEngine refuses flags that don't go together. An archive that is not named gets the usual name on
// a cluster.
func checkEngine(ctx *cli.Context) error {
	switch ctx.String("engine") {
	case bleveEngine:
		if len(ctx.StringSlice("url")) > 0 && !ctx.IsSet("engine") {
			return &usageError{"--url alone does not choose the engine: add --engine opensearch, or --engine bleve for a folder all the same", ""}
		}
		return nil
	case opensearchEngine:
	default:
		return &usageError{fmt.Sprintf("--engine %s: there is bleve and opensearch", ctx.String("engine")), ""}
	}
	if len(addresses(ctx)) == 0 {
		return &usageError{"--engine opensearch needs the address of a cluster, --url https://host:9200", ""}
	}
	if !ctx.IsSet("archive") {
		return ctx.Set("archive", usualName)
	}
	return nil
}

// addresses returns those that --url names.
func addresses(ctx *cli.Context) (urls []string) {
	for _, s := range ctx.StringSlice("url") {
		for u := range strings.SplitSeq(s, ",") {
			if u = strings.TrimSpace(u); u != "" {
				urls = append(urls, u)
			}
		}
	}
	return urls
}

// folderOnly refuses a command that is for archives in folders, and says what to do instead.
func folderOnly(ctx *cli.Context, instead string) error {
	if !onCluster(ctx) {
		return nil
	}
	return &usageError{fmt.Sprintf("%s is for archives in folders; on a cluster %s", commandOf(ctx), instead), ""}
}

// clientKey is where the app keeps the connection to the cluster.
const clientKey = "client"

// clientOf returns the connection to the cluster, which has been asked who it is. There is one to a
// run; closeClient ends it.
func (c *console) clientOf(ctx *cli.Context) (*client.Client, error) {
	if cl, ok := ctx.App.Metadata[clientKey].(*client.Client); ok {
		return cl, nil
	}
	cl, err := client.New(client.Options{
		URLs: addresses(ctx), CAFile: ctx.String("ca-file"),
		BasicAuthFile: ctx.String("basic-auth-file"), APIKeyFile: ctx.String("api-key-file"),
		OnWait: c.waiting(ctx),
	})
	if err != nil {
		return nil, &usageError{err.Error(), ""}
	}
	if err := cl.Check(ctx.Context); err != nil {
		cl.Close()
		return nil, err
	}
	if ctx.App.Metadata == nil {
		ctx.App.Metadata = map[string]any{}
	}
	ctx.App.Metadata[clientKey] = cl
	return cl, nil
}

// closeClient ends the connection to a cluster where there is one, and tells what it found.
func (c *console) closeClient(ctx *cli.Context) error {
	cl, ok := ctx.App.Metadata[clientKey].(*client.Client)
	if !ok {
		return nil
	}
	if n := cl.Unreplicated(); n > 0 {
		c.waiting(ctx)(fmt.Sprintf("of %s some copy did not take what was written: a node was lost; doctor tells whether all copies are there again",
			plural(int(n), "document")))
	}
	return cl.Close()
}

// waiting returns what tells people that a cluster is waited for: the log where there is one.
func (c *console) waiting(ctx *cli.Context) func(string) {
	if c.log != nil {
		return func(what string) { c.log.Warn(what) }
	}
	var one sync.Mutex
	return func(what string) {
		one.Lock()
		defer one.Unlock()
		if !ctx.Bool("quiet") {
			fmt.Fprintln(c.stderr, "note: "+what)
		}
	}
}

// A clustered is the location of an archive on a cluster.
type clustered struct {
	opensearch.Archive
	made    opensearch.Shape // as flags have it; 0 shards, or -1 replicas: they say nothing
	rebuild bool             // the index is made anew
	note    func(string)     // tells people
}

func (c *console) inCluster(ctx *cli.Context, name string) (*clustered, error) {
	if err := opensearch.CheckName(name); err != nil {
		return nil, &usageError{err.Error(), ""}
	}
	g, err := gazetteerOf(ctx)
	if err != nil {
		return nil, err
	}
	cl, err := c.clientOf(ctx)
	if err != nil {
		return nil, err
	}
	l := &clustered{
		Archive: opensearch.Archive{
			Client: cl, Name: name, Gazetteer: g, Extractor: enrich.Version, Called: c.called(ctx, name), Warm: commandOf(ctx) == "serve",
		},
		rebuild: ctx.Bool("rebuild"), note: c.waiting(ctx),
	}
	if cache := baseDir("XDG_CACHE_HOME", ".cache", c.getenv); filepath.IsAbs(cache) {
		l.Cache = filepath.Join(cache, "dateline", "clusters")
	}
	l.made = opensearch.Shape{Shards: ctx.Int("shards"), Replicas: -1}
	if ctx.IsSet("replicas") {
		l.made.Replicas = ctx.Int("replicas")
	}
	return l, nil
}

// called returns what stood before the command, where it says which archive is meant: as it is to be typed again for
// the archive of a name.
func (c *console) called(ctx *cli.Context, name string) string {
	words, typed := "dateline", name != ctx.String("archive")
	for _, s := range c.typed {
		switch flag := s.flag.Names()[0]; flag {
		case "archive":
			typed = true
		case "config", "engine", "url", "ca-file", "basic-auth-file", "api-key-file", "gazetteer":
			words += " --" + flag + " " + shellWord(s.value)
		}
	}
	if typed {
		words += " -i " + name
	}
	return words
}

// checkShape refuses what can't be made.
func checkShape(ctx *cli.Context) error {
	switch {
	case !ctx.IsSet("shards") && !ctx.IsSet("replicas"):
		return nil
	case !onCluster(ctx):
		return &usageError{"--shards and --replicas are for archives on a cluster, --engine opensearch", commandOf(ctx)}
	case ctx.IsSet("shards") && (ctx.Int("shards") < 1 || ctx.Int("shards") > maxShards):
		return &usageError{fmt.Sprintf("--shards %d: an index has 1 to %d", ctx.Int("shards"), maxShards), commandOf(ctx)}
	case ctx.Int("replicas") < 0:
		return &usageError{fmt.Sprintf("--replicas %d: there are 0 or more", ctx.Int("replicas")), commandOf(ctx)}
	}
	return nil
}

func (l *clustered) open(ctx context.Context) (reader, error) {
	r, err := l.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &clusterReader{r}, nil
}

func (l *clustered) openWriter(ctx context.Context) (writer, error) {
	a := l.Archive
	is, err := a.CurrentShape(ctx)
	if err != nil {
		return nil, err
	}
	a.Shape = opensearch.Shape{Shards: usualShards, Replicas: usualReplicas}
	if is != nil {
		a.Shape = *is
	}
	if wanted := l.wanted(a.Shape); is == nil || l.rebuild {
		a.Shape = wanted
		if is == nil {
			l.note(fmt.Sprintf("%s is a new archive on the cluster, of %s and %s", a.Name, plural(wanted.Shards, "shard"), plural(wanted.Replicas, "replica")))
		}
	} else if wanted != *is {
		l.note(fmt.Sprintf("--shards and --replicas count for a new archive, or with --rebuild; %s stays as it is, with --shards %d --replicas %d",
			a.Name, is.Shards, is.Replicas))
	}
	w, err := a.OpenWriter(ctx)
	if err != nil {
		return nil, err
	}
	return &clusterWriter{w}, nil
}

// wanted returns the shape of what is made where else it would have another.
func (l *clustered) wanted(s opensearch.Shape) opensearch.Shape {
	if l.made.Shards > 0 {
		s.Shards = l.made.Shards
	}
	if l.made.Replicas >= 0 {
		s.Replicas = l.made.Replicas
	}
	return s
}

func (l *clustered) exists(ctx context.Context) error { return l.Exists(ctx) }
func (l *clustered) quarantine() string               { return l.Called + " stats --quarantine" }

// A clusterReader reads an archive on a cluster.
type clusterReader struct{ *opensearch.Reader }

// checkAgain is as a part of what is searched may be lost, and come back, at any time.
func (r *clusterReader) checkAgain() time.Duration { return 10 * time.Second }

func (r *clusterReader) sizing(ctx context.Context) (*opensearch.Sizing, error) { return r.Sizing(ctx) }

// A clusterWriter writes an archive on a cluster.
type clusterWriter struct{ *opensearch.Writer }

// publishEvery is long enough for those who page through a generation to have it for a quarter of an hour: a cluster
// keeps few of them.
func (w *clusterWriter) publishEvery() time.Duration { return 2 * time.Minute }

// Edited tells that there are no corrections but those that are applied.
func (w *clusterWriter) Edited() (bool, error) { return false, nil }

func (w *clusterWriter) Purge(ctx context.Context, ids []string) (notes []string, err error) {
	switch err := w.Writer.Purge(ctx, ids); {
	case errors.Is(err, search.ErrNotFound):
		return nil, err
	case err != nil:
		return []string{"what is purged may not be erased yet; the same command again erases it"}, err
	}
	return []string{"snapshots of the cluster may hold what was purged; delete those that do"}, nil
}
