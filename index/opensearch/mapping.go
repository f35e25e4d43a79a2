package opensearch

import (
	"fmt"
	"maps"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// An object is one of JSON.
type object = map[string]any

// Schema is the version of the mapping: an index of another is made anew.
var Schema = fmt.Sprintf("%d.%d", index.SchemaVersion, 1)

// Texts come as the words that index/text makes of them, with separator behind each, so
// that tokens are those of other engines; common stands for a word of the stop list, and
// keeps its place. No word has the one, and none is the other. JSON has both as they are.
const (
	separator = "\x7f"
	common    = "~"
)

// apart is by how much positions of a text follow those of a title, which no phrase and
// no distance in words bridges.
const apart = 1 << 20

// levels are the confidences, as fields are named for them: each holds what is as sure or
// surer.
var levels = []corpus.Level{corpus.Low, corpus.Medium, corpus.High}

// maxWindow is how many hits one request may reach behind the first: those of a page, and
// one more.
const maxWindow = search.MaxLimit + 1

// A Shape is over how many shards an index is spread, and how many more copies there are of
// each where there are nodes for them.
type Shape struct{ Shards, Replicas int }

// replicas is what auto_expand_replicas takes.
func (s Shape) replicas() string { return fmt.Sprintf("0-%d", s.Replicas) }

// expungeable are settings of indexes by which a purge does without what was deleted, however little that is.
var expungeable = object{"merge.policy.expunge_deletes_allowed": 0}

// keepDeletes is how long is kept of deleted articles which writer deleted them, see Options.
const keepDeletes = "1h"

// definition returns what an index is made with.
func definition(s Shape, archive string) object {
	settings := object{
		"number_of_shards":     s.Shards,
		"auto_expand_replicas": s.replicas(),
		"refresh_interval":     -1, // what is put is shown when it is published
		"max_result_window":    maxWindow,
		"gc_deletes":           keepDeletes,
		"analysis": object{
			"analyzer": object{"words": object{
				"type": "custom", "tokenizer": "separated", "filter": []string{"uncommon"},
			}},
			"tokenizer": object{"separated": object{
				"type": "char_group", "tokenize_on_chars": []string{separator}, "max_token_length": maxToken,
			}},
			"filter": object{"uncommon": object{"type": "stop", "stopwords": []string{common}}},
		},
	}
	maps.Copy(settings, expungeable)
	return object{
		"settings": settings,
		"mappings": object{
			"dynamic":    "strict",
			"_meta":      object{"schema": Schema, "archive": archive},
			"_source":    object{"includes": []string{"id", "ref", "head", "who", "keys", "source", "lang"}},
			"properties": properties(),
		},
	}
}

// maxToken is more than the UTF-16 units that a token of text.MaxRunes may have.
const maxToken = 1024

// maxTerm is how many bytes a term may have (Lucene's IndexWriter.MAX_TERM_LENGTH).
const maxTerm = 32_766

// maxKey is how many characters of four bytes that is. A longer key is kept, and not searched for: what only it
// told is not forgotten with its article.
const maxKey = maxTerm / 4

// properties returns the fields of an article.
func properties() object {
	keyword := object{"type": "keyword"}
	key := object{"type": "keyword", "ignore_above": maxKey}
	number := object{"type": "integer"}
	kept := object{"type": "object", "enabled": false}
	day := object{"type": "integer", "index": false}
	byLevel := func(field object) object {
		out := object{}
		for _, l := range levels {
			out[l.String()] = field
		}
		return fields(out)
	}
	dates := fields(object{
		"span":  object{"type": "integer_range", "doc_values": false},
		"first": day, "last": day,
		"tree": keyword, "own": keyword, "coarse": keyword,
	})
	text := func(more object) object {
		out := object{"type": "text", "analyzer": "words"}
		maps.Copy(out, more)
		return out
	}
	// What is sent for a part is also in those to which it is copied.
	words := func(more object, copied ...string) object {
		out := object{}
		for _, kind := range []string{"stem", "word"} {
			var to []string
			for _, part := range copied {
				to = append(to, part+"."+kind)
			}
			field := text(more)
			if len(to) > 0 {
				field["copy_to"] = to
			}
			out[kind] = field
		}
		return fields(out)
	}
	positions := object{"index_options": "positions", "position_increment_gap": apart}
	found := object{"type": "keyword", "doc_values": false}
	return object{
		"id":   keyword,
		"ref":  object{"type": "long", "index": false, "doc_values": false},
		"head": kept, // what a hit shows of the article itself
		"who":  kept, // the numbers of its persons and places, by first mention, with their levels

		// Article-level values, which no correction rewrites.
		"keys": fields(object{"person": key, "place": key, "org": key}),

		// The archive's numbers of values, places with those that they lie in.
		"person": byLevel(number), "org": byLevel(number), "place": byLevel(number),
		"own":    byLevel(number), // of places, without those that they lie in
		"source": keyword, "lang": keyword,
		"date": dates, "mentioned": byLevel(dates),
		"unanchored": keyword, // levels of which a date could not be anchored

		"named": keyword, // what is mentioned in which part, see named

		"title": words(positions, "lead", "all", "rank"),
		"lead":  words(positions),                                              // of which the first paragraph is sent
		"all":   words(positions, "rank"),                                      // of which the text is sent
		"rank":  words(object{"index_options": "freqs"}),                       // of which the rest of what the title weighs is sent
		"words": fields(object{"title": found, "lead": found, "all": keyword}), // unstemmed, each once
	}
}

func fields(properties object) object { return object{"properties": properties} }
