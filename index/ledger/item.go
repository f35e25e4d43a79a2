package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"dateline/corpus"
	"dateline/index"
)

// Kept is what an archive keeps of how an article came in.
type Kept struct {
	Article   index.Ref `json:"-"` // where it is kept as it was read
	ID        string    `json:"id"`
	Hash      string    `json:"hash"`   // of the article's content
	Origin    string    `json:"origin"` // where it was read last
	Extractor string    `json:"extractor"`
	Settings  string    `json:"settings,omitempty"`
}

// Entering returns the entry of an article that is in the index from now on, where its record of
// mentions is at ref.
func (k *Kept) Entering(why Outcome, ref index.Ref) Entry {
	return Entry{
		ID: k.ID, Outcome: why, Origin: k.Origin, Hash: k.Hash,
		Extractor: k.Extractor, Settings: k.Settings, Ref: ref,
	}
}

// Leaving returns the entry of an article that is in the index and is taken out of it, where its
// record of mentions is at ref.
func (k *Kept) Leaving(why Outcome, ref index.Ref) Entry {
	return Entry{ID: k.ID, Outcome: why, Origin: k.Origin, Was: &k.Extractor, Ref: ref}
}

// A Finding is a record of mentions: what was found in an article.
type Finding struct {
	Kept
	Mentions []corpus.Mention `json:"mentions"`
}

// ContentHash returns the hash that tells whether an article has changed: of all
// that was read but for where, and for what was noted on the way.
func ContentHash(a corpus.Article) (string, error) {
	a.Origin, a.Notes = "", nil
	data, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]), nil
}

// An Item is a document to be put, with what it replaces.
type Item struct {
	Document corpus.Document
	Was      *Kept   // nil: nothing
	Why      Outcome // empty: Added or Updated
}

// Finding returns what is to be kept of an item. Its Article is 0 where the article itself has to
// be kept: nothing is yet, or other content.
func (b *Book) Finding(it Item) (*Finding, error) {
	hash, err := ContentHash(it.Document.Article)
	if err != nil {
		return nil, err
	}
	f := &Finding{
		Kept: Kept{
			ID: it.Document.ID, Hash: hash, Origin: it.Document.Origin,
		},
		Mentions: it.Document.Mentions,
	}
	f.Extractor, f.Settings = b.foundBy(&it.Document)
	if it.Why == Moved {
		f.Extractor, f.Settings = it.Was.Extractor, it.Was.Settings
	}
	if it.Was != nil && it.Was.Hash == hash {
		f.Article = it.Was.Article
	}
	return f, nil
}

// foundBy returns what found the mentions of a document, and its settings: the book's own where it does
// not say.
func (b *Book) foundBy(d *corpus.Document) (extractor, settings string) {
	if d.Extractor == "" {
		return b.extractor, b.settings
	}
	return d.Extractor, d.Settings
}

// Entry returns what the journal says of an item of which f is kept at ref.
func (it Item) Entry(f *Finding, ref index.Ref) Entry {
	e := f.Entering(it.Why, ref)
	if it.Was != nil {
		e.Was = &it.Was.Extractor
	}
	switch {
	case e.Outcome != "":
	case it.Was == nil:
		e.Outcome = Added
	default:
		e.Outcome = Updated
	}
	return e
}
