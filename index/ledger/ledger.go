// Package ledger keeps account of an archive's articles, however the archive stores them:
// what became of each (Entry, Batch, Tally), which of those that are read are new or changed
// (Book), which are gone (Run), and what corrections change (Containing, Comparison). It knows no
// engine and no disk of an archive; what an archive holds is told to it by functions.
//
// An archive acknowledges entries by writing a Batch to its journal, and then applies them to
// its Book. The journal alone tells how the archive came to hold what it holds: applying its
// entries in order to an empty index makes that anew. Of articles that are purged only the
// outcomes stay.
package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/index"
	"dateline/search"
)

// An Outcome is what became of an article.
type Outcome string

// The outcomes.
const (
	Added       Outcome = "added"
	Updated     Outcome = "updated"     // other content, or extracted anew
	Moved       Outcome = "moved"       // the same content, now read elsewhere
	Removed     Outcome = "removed"     // by hand: it is kept out until restored
	Restored    Outcome = "restored"    // after it was removed
	Purged      Outcome = "purged"      // by hand, with all that was kept of it: it is kept out
	Pruned      Outcome = "pruned"      // its source is gone; it may come back
	Lost        Outcome = "lost"        // its text was damaged; it may come back
	Quarantined Outcome = "quarantined" // it could not be indexed
	Released    Outcome = "released"    // nothing is quarantined any more at its origin
	Rooted      Outcome = "rooted"      // no article: a folder was read for the first time
	Curated     Outcome = "curated"     // no article: corrections were applied
)

// Puts tells whether an article is in the index after this.
func (o Outcome) Puts() bool {
	return o == Added || o == Updated || o == Moved || o == Restored
}

// Deletes tells whether an article is taken out of the index by this.
func (o Outcome) Deletes() bool { return o == Removed || o == Purged || o == Pruned || o == Lost }

// An Entry tells what became of one article.
type Entry struct {
	ID        string    `json:"id,omitempty"`
	Outcome   Outcome   `json:"outcome"`
	Origin    string    `json:"origin,omitempty"`
	Hash      string    `json:"hash,omitempty"` // of the content
	Extractor string    `json:"extractor,omitempty"`
	Settings  string    `json:"settings,omitempty"`
	Was       *string   `json:"was,omitempty"` // the extractor of what it replaces or takes away
	Ref       index.Ref `json:"ref,omitempty"` // of the record of mentions
	Reason    string    `json:"reason,omitempty"`
	Curation  string    `json:"curation,omitempty"` // what curation.toml held
	Purged    []Span    `json:"purged,omitempty"`   // what was kept of it
}

// A Span is where a record of an article, or of what it mentions, is kept.
type Span struct {
	Ref  index.Ref `json:"ref"`
	Size int       `json:"size"` // with its header, in bytes; 0 where Ref alone tells what to erase
}

// A Batch is what is acknowledged together.
type Batch struct {
	Time    time.Time `json:"time"`
	End     index.Ref `json:"end"` // behind all that entries up to here refer to
	Entries []Entry   `json:"entries"`
}

// Scrub takes from a batch what tells of articles that are purged, but for their ids and what
// counts, and tells whether there was something. Origins are all from which they were read.
func (b *Batch) Scrub(purged func(id string) bool, origins map[string]bool) (found bool) {
	all := len(b.Entries)
	b.Entries = slices.DeleteFunc(b.Entries, func(e Entry) bool {
		return (e.Outcome == Quarantined || e.Outcome == Released) && origins[e.Origin]
	})
	for i, e := range b.Entries {
		if purged(e.ID) {
			b.Entries[i] = Entry{ID: e.ID, Outcome: e.Outcome, Extractor: e.Extractor, Was: e.Was}
			found = true
		}
		for origin := range origins {
			if strings.Contains(e.Reason, readFrom(origin)) {
				b.Entries[i].Reason = "its id was purged"
				found = true
			}
		}
	}
	return found || len(b.Entries) < all
}

// A Journal gives the batches that were acknowledged to visit, in order. It returns the error
// of reading them, or visit's.
type Journal func(visit func(Batch) error) error

// each calls visit with each entry.
func (j Journal) each(visit func(Entry)) error {
	return j(func(b Batch) error {
		for _, e := range b.Entries {
			visit(e)
		}
		return nil
	})
}

// Live returns the articles that belong into the index, and where they are kept.
func (j Journal) Live() (map[string]index.Ref, error) {
	live := map[string]index.Ref{}
	err := j.each(func(e Entry) {
		switch {
		case e.Outcome.Puts():
			live[e.ID] = e.Ref
		case e.Outcome.Deletes():
			delete(live, e.ID)
		}
	})
	return live, err
}

// Last returns by id of each article that was put or deleted what became of it last: its
// Outcome and Ref.
func (j Journal) Last() (map[string]Entry, error) {
	last := map[string]Entry{}
	err := j.each(func(e Entry) {
		if e.Outcome.Puts() || e.Outcome.Deletes() {
			last[e.ID] = Entry{ID: e.ID, Outcome: e.Outcome, Ref: e.Ref}
		}
	})
	return last, err
}

// None is the error of an article that is not there: search.ErrNotFound.
func None(id string) error {
	return fmt.Errorf("%w: there is no article %s", search.ErrNotFound, id)
}
