package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/search"
)

// fieldFlags are the flags that filter, one for each field and one to leave out.
func fieldFlags() []cli.Flag {
	short := map[search.Field]string{search.Person: "p", search.Place: "l", search.Org: "o"}
	about := map[search.Field]string{
		search.Person: "articles that mention this person; given again: or that one",
		search.Place:  "articles that mention this place, or one in it",
		search.Org:    "articles that mention this organisation",
		search.Source: "articles of this source",
		search.Lang:   "articles in this language, such as en",
		search.Date: "articles published then: 2024, 2024-03, 2024-03-27, " +
			"2024-03-01..2024-03-27, >=2023, none",
		search.Mentioned: "articles that mention a date then; unanchored, none",
	}
	var flags []cli.Flag
	for _, f := range search.Fields {
		flag := &cli.StringSliceFlag{Name: string(f), Usage: about[f]}
		if s := short[f]; s != "" {
			flag.Aliases = []string{s}
		}
		flags = append(flags, flag)
	}
	for _, f := range search.Fields {
		flags = append(flags, &cli.StringSliceFlag{
			Name: "not-" + string(f), Usage: "leave out articles that --" + string(f) + " would find",
		})
	}
	return append(flags,
		&cli.StringSliceFlag{Name: "match", Usage: "with `FIELD=all` articles have all values given for the field, not one of them"},
		&cli.StringFlag{Name: "min-confidence", Usage: "low, medium or high: pass over mentions below it"},
	)
}

// requestOf reads a request from the query in words and the flags. Its names
// are those of the API's parameters.
func requestOf(ctx *cli.Context, words []string) (search.Request, error) {
	params := url.Values{"q": {strings.Join(words, " ")}}
	for _, f := range search.Fields {
		for name, flag := range map[string]string{string(f): string(f), string(f) + "!": "not-" + string(f)} {
			params[name] = ctx.StringSlice(flag)
			if slices.Contains(params[name], "") { // of a script, perhaps, whose variable is empty
				return search.Request{}, &usageError{fmt.Sprintf("--%s has no value; %s:none is for articles without one", flag, f), commandOf(ctx)}
			}
		}
	}
	for _, m := range ctx.StringSlice("match") {
		field, how, _ := strings.Cut(m, "=")
		if _, err := search.ParseField(field); err != nil || how == "" {
			return search.Request{}, &usageError{fmt.Sprintf("--match %s: wanted is a field and how, as in person=all", m), commandOf(ctx)}
		}
		params.Add("match."+field, how)
	}
	for _, name := range []string{
		"min-confidence", "sort", "limit", "offset", "cursor", "facet-size", "prefix", "histogram",
	} {
		if ctx.IsSet(name) {
			params.Set(name, ctx.String(name))
		}
	}
	if ctx.Bool("explain") {
		params.Set("explain", "true")
	}
	params["facet"] = ctx.StringSlice("facet")
	if ctx.Bool("facets") {
		for _, f := range usualFacets {
			if !slices.Contains(params["facet"], string(f)) {
				params.Add("facet", string(f))
			}
		}
	}
	return search.ParseRequest(params)
}

// usualFacets are those of --facets.
var usualFacets = []search.Field{
	search.Person, search.Place, search.Org, search.Date, search.Mentioned, search.Source,
}
