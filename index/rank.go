package index

import (
	"cmp"
	"math"
	"math/bits"

	"dateline/corpus"
	"dateline/search"
)

// BM25 with one length for title and text, a word in the title counting as
// TitleWeight words (BM25F with equal b; Robertson and Zaragoza, The Probabilistic
// Relevance Framework, 2009). K1 and B are Lucene's defaults, idf is Lucene's.
const (
	K1          = 1.2
	B           = 0.75
	TitleWeight = 3
)

// PatternScore is the score of a leaf that weighs nothing, such as a Pattern, however
// often it matches.
const PatternScore = 1

// IDF returns the weight of a word that df of n articles have.
func IDF(df, n int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+0.5)/(float64(df)+0.5))
}

// BM25 returns the score of a leaf in one article: idf is its Weight, title and text say how often it occurs
// there, length is that of title and text in words, and average the mean length
// of all articles. A word's df is the number of articles that have it in the
// leaf's TextField; df, n and average are of all articles that are not deleted.
//
// All engines add the scores of the leaves that stand in an article, from left
// to right as Leaves returns them, so that they agree to the last bit. They do
// so only where hits are ordered by relevance; else the score is 0.
func BM25(idf float64, title, text, length int, average float64) float64 {
	return Score(idf, Occurrences(title, text), Norm(length, average))
}

// Occurrences returns how often a word or phrase stands in an article, where it
// stands title times in the title and text times in the text.
func Occurrences(title, text int) int { return TitleWeight*title + text }

// Norms is how many different norms the articles of an archive have at most: lengths of
// an int32 are rounded to as many.
const Norms = 256

// Norm returns what the length of an article adds to BM25's saturation. The length is
// rounded as Lucene rounds it, so that near duplicates are as long and their dates
// decide. The conversion keeps processors from joining it to a sum, with other bits.
func Norm(length int, average float64) float64 {
	return float64(K1 * (1 - B + B*float64(rounded(length))/average))
}

// rounded returns a length with its four highest bits alone, where it is above exact
// (Lucene's SmallFloat, org.apache.lucene.util, 9.12).
func rounded(length int) int {
	const exact = 24
	above := max(length-exact, 0)
	drop := max(bits.Len(uint(above))-4, 0)
	return length - above + above>>drop<<drop
}

// Score returns BM25 by Occurrences and Norm, for engines that know them.
func Score(idf float64, occurrences int, norm float64) float64 {
	tf := float64(occurrences)
	return idf * tf * (K1 + 1) / (tf + norm)
}

// A Key is a hit's place in the order of hits.
type Key struct {
	Score float64
	Day   corpus.Day // first of the date of publication; FirstDay where there is none
	ID    string
}

// Compare returns a negative number where a comes before b in the order sort.
func (a Key) Compare(b Key, sort search.Sort) int {
	byDay := cmp.Compare(b.Day, a.Day)
	switch sort {
	case search.Oldest:
		if a.Day != FirstDay && b.Day != FirstDay {
			byDay = -byDay
		}
		return cmp.Or(byDay, cmp.Compare(a.ID, b.ID))
	case search.Newest:
		return cmp.Or(byDay, cmp.Compare(a.ID, b.ID))
	default:
		return cmp.Or(cmp.Compare(b.Score, a.Score), byDay, cmp.Compare(a.ID, b.ID))
	}
}
