package mcpserver

import (
	"context"

	"dateline/profile"
	"dateline/search"
)

// profileFields are those of which co_mentions tells.
var profileFields = names(profile.Fields)

type coMentionsInput struct {
	Field         string   `json:"field" jsonschema:"what the id is of"`
	ID            string   `json:"id" jsonschema:"of the person, place or organisation, as facets, mentions and suggest have it; of a place, with the places in it"`
	Person        []string `json:"person,omitempty" jsonschema:"ids of persons that must stand in the sentence too"`
	Place         []string `json:"place,omitempty" jsonschema:"ids of places that must stand in the sentence too, themselves"`
	Org           []string `json:"org,omitempty" jsonschema:"ids of organisations that must stand in the sentence too"`
	MinConfidence string   `json:"min-confidence,omitempty" jsonschema:"pass over mentions below it: low (the usual), medium or high"`
	Limit         int      `json:"limit,omitempty" jsonschema:"sentences: 1 to 100, usually 20"`
	Offset        int      `json:"offset,omitempty" jsonschema:"sentences passed over"`
}

type coMentionsAnswer struct {
	about
	Of         search.Value        `json:"of"`
	With       []search.Value      `json:"with"` // what must stand in the sentence too
	Generation string              `json:"generation"`
	Articles   int                 `json:"articles"`  // that mention them all, anywhere
	Undated    int                 `json:"undated"`   // of these
	Read       int                 `json:"read"`      // of these, the newest: mentions, sentences and in_sentence are from them
	First      *profile.Sentence   `json:"first"`     // of the oldest article with a date
	Last       *profile.Sentence   `json:"last"`      // of the newest article
	Written    []profile.Spelling  `json:"written"`   // as it is written; mentions so, and articles that have the words
	Together   []profile.Companion `json:"together"`  // who and what stands in a sentence with it: in_sentence articles have such a sentence, both mention both anywhere
	Total      int                 `json:"total"`     // sentences; go on with offset
	Sentences  []profile.Sentence  `json:"sentences"` // of the newest article first; start and end are bytes of field, marks of text
}

func (s *Server) coMentions(ctx context.Context, in coMentionsInput) (out coMentionsAnswer, err error) {
	limit, err := upTo("limit", in.Limit, 20, MaxSentences)
	if err != nil {
		return out, err
	}
	if err := fromZero("offset", in.Offset); err != nil {
		return out, err
	}
	req := profile.Request{Field: search.Field(in.Field), ID: in.ID}
	if req.MinConfidence, err = levelOf(in.MinConfidence); err != nil {
		return out, err
	}
	with := map[search.Field][]string{search.Person: in.Person, search.Place: in.Place, search.Org: in.Org}
	for _, f := range profile.Fields {
		for _, id := range with[f] {
			req.With = append(req.With, profile.Ref{Field: f, ID: id})
		}
	}
	p, err := profile.Of(ctx, s.Archive, req)
	if err != nil {
		return out, err
	}
	return coMentionsAnswer{
		Of: p.Of, With: p.With, Generation: p.Generation,
		Articles: p.Articles, Undated: p.Undated, Read: p.Read, First: p.First, Last: p.Last,
		Written: p.Written, Together: p.Together,
		Total: len(p.Sentences), Sentences: page(p.Sentences, in.Offset, limit),
	}, nil
}
