package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/httpapi"
)

// openServed opens what is to be served, one archive or collections. After an error too the
// service has what was opened.
func (c *console) openServed(ctx *cli.Context, o *httpapi.Options, s *service) (err error) {
	if o.Collections, err = collections(ctx, o); err != nil {
		return err
	}
	if len(o.Collections) > 0 {
		return c.openCollections(ctx, o, s)
	}
	if ctx.NArg() > 0 {
		open := func() (*watched, error) { return c.openWatched(ctx, s.log) }
		if s.watched, err = open(); err != nil {
			return err
		}
		s.beside = append(s.beside, func(ctx context.Context) error {
			s.keepReading(ctx, func(ctx context.Context) error { return s.read(ctx, open) }, readAgain)
			return nil
		})
	}
	at, err := c.located(ctx)
	if err != nil {
		return err
	}
	r, err := at.open(ctx.Context)
	if err != nil {
		return err
	}
	s.opened, o.Archive, o.Locate = []opened{{"", r}}, r, r.Locate
	o.Writer, err = writerOf(ctx, at, r)
	return err
}

func (c *console) openCollections(ctx *cli.Context, o *httpapi.Options, s *service) error {
	for i, name := range collectionArchives(ctx) {
		to := &o.Collections[i]
		at, err := c.locationOf(ctx, name)
		var r reader
		if err == nil {
			r, err = at.open(ctx.Context)
		}
		if err != nil {
			return fmt.Errorf("collection %s: %w", to.Name, err)
		}
		s.opened = append(s.opened, opened{to.Name, r})
		to.Archive, to.Locate = r, r.Locate
		if to.Writer, err = writerOf(ctx, at, r); err != nil {
			return err
		}
	}
	return nil
}

// writerOf returns what writes an archive, nil where nothing may.
func writerOf(ctx *cli.Context, at location, r reader) (httpapi.Writer, error) {
	if !ctx.Bool("allow-write") {
		return nil, nil
	}
	g, err := gazetteerOf(ctx)
	if err != nil {
		return nil, err
	}
	return &served{at: at, reader: r, places: g}, nil
}

var collectionName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// collections returns those that the flags name, without their archives.
func collections(ctx *cli.Context, o *httpapi.Options) ([]httpapi.Collection, error) {
	var out []httpapi.Collection
	find := func(name string) int {
		return slices.IndexFunc(out, func(c httpapi.Collection) bool { return c.Name == name })
	}
	for _, s := range ctx.StringSlice("collection") {
		name, dir, _ := strings.Cut(s, "=")
		switch {
		case !collectionName.MatchString(name) || dir == "":
			return nil, &usageError{fmt.Sprintf("--collection %s: wanted is NAME=ARCHIVE, the name of letters, digits, - and _", s), "serve"}
		case find(name) >= 0:
			return nil, &usageError{"--collection: there are two of the name " + name, "serve"}
		}
		out = append(out, httpapi.Collection{Name: name})
	}
	for _, s := range ctx.StringSlice("collection-readers") {
		name, list, _ := strings.Cut(s, "=")
		i := find(name)
		switch {
		case i < 0:
			return nil, &usageError{fmt.Sprintf("--collection-readers %s: there is no collection %q", s, name), "serve"}
		case o.Users == nil && o.Proxy == nil:
			return nil, &usageError{"--collection-readers needs --auth or --trust-header, to know who asks", "serve"}
		}
		for reader := range strings.SplitSeq(list, ",") {
			reader = strings.TrimSpace(reader)
			if reader == "" {
				return nil, &usageError{fmt.Sprintf("--collection-readers %s: wanted is NAME=USER,USER", s), "serve"}
			}
			if o.Users != nil && !o.Users.Has(reader) {
				o.Log.Warn("a collection has a reader who is no user", "collection", name, "reader", reader)
			}
			out[i].Readers = append(out[i].Readers, reader)
		}
	}
	return out, nil
}

// collectionArchives returns the folders of the collections, or their names on a cluster, in their order.
func collectionArchives(ctx *cli.Context) []string {
	var names []string
	for _, s := range ctx.StringSlice("collection") {
		_, name, _ := strings.Cut(s, "=")
		names = append(names, name)
	}
	return names
}
