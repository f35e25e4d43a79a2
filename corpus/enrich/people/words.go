package people

import (
	"strings"

	"dateline/corpus/enrich/places"
)

// particles belong to the word behind them.
const particles = " al el abu bin ibn van von de da di del della der den la le ben bint ul ur ad as " +
	"an ash az dos das ter ten "

// words returns the words of a name in lower case and without diacritics,
// titles and "Jr.". A particle is part of the word behind it.
func words(name string) []string {
	var out []string
	held := ""
	for field := range strings.FieldsSeq(name) {
		w := strings.Trim(fold(field), `.,"“”'`)
		if strings.Contains(w, ".") {
			w = strings.ReplaceAll(w, ".", "")[:1] + "." // "J.K." is an initial
		}
		switch w {
		case "", "jr", "sr", "ii", "iii":
			continue
		}
		if strings.Contains(particles, " "+w+" ") {
			held += w + "-"
			continue
		}
		out = append(out, held+w)
		held = ""
	}
	if held != "" {
		out = append(out, strings.TrimSuffix(held, "-"))
	}
	if len(out) == 0 {
		return []string{strings.ToLower(tidy(name))}
	}
	return out
}

// fold is places.Fold with hyphens and full stops kept.
func fold(word string) string {
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '‐' || r == '‑' })
	for i, p := range parts {
		dotted := strings.Count(p, ".") > 1
		if parts[i] = places.Fold(p); dotted {
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "-")
}

// spellings are sounds that romanisation writes in several ways, in the order
// in which they are made equal.
var spellings = strings.NewReplacer("kh", "k", "gh", "g", "dh", "d", "th", "t", "ph", "f", "sch", "sh", "tch", "ch",
	"tz", "ts", "ou", "u", "oo", "u", "ee", "i", "ei", "e", "ey", "y", "ay", "e", "ai", "e", "iy", "y", "ij", "y",
	"w", "v", "q", "k", "off", "ov", "ev", "ef")

// key is equal for the spellings of one word of a name: "Husayn", "Hussein".
// Names of four letters and less keep their vowels.
func key(word string) string {
	for _, article := range []string{"al-", "el-", "ad-", "as-", "an-", "ar-", "ash-", "az-"} {
		word = strings.TrimPrefix(word, article)
	}
	word = strings.ReplaceAll(word, "-", "")
	if n, ok := nicknames[word]; ok {
		word = n
	}
	w := spellings.Replace(word)
	if len(w) > 0 && (w[0] == 'g' || w[0] == 'c' && !strings.HasPrefix(w, "ch")) {
		w = "k" + w[1:]
	}
	return squeeze(strings.TrimSuffix(w, "h"))
}

// squeeze makes one letter of double ones and, in long words, "a" of vowels.
func squeeze(w string) string {
	vowels := len(w) > 4
	out := make([]byte, 0, len(w))
	for i := range len(w) {
		c := w[i]
		if vowels && strings.IndexByte("aeiouy", c) >= 0 {
			c = 'a'
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return string(out)
}

// compatible tells whether two full names with one surname may be one person's.
func compatible(a, b []string) bool {
	x, y := a[0], b[0]
	if initial(x) || initial(y) {
		return x[0] == y[0]
	}
	if key(x) == key(y) {
		return true
	}
	return len(a) != len(b) && (has(b[:len(b)-1], x) || has(a[:len(a)-1], y))
}

func has(words []string, w string) bool {
	for _, v := range words {
		if key(v) == key(w) {
			return true
		}
	}
	return false
}

// nicknames leads from the short forms of given names to one of each kind.
var nicknames = groups("william bill billy will|joseph joe|robert bob rob bobby|michael mike mick|" +
	"anthony antony tony|thomas tom|james jim jimmy|john jack johnny jon|richard dick rick|edward ed ted eddie|benjamin ben bibi|" +
	"alexander alex sasha aleksandr alexandr oleksandr|daniel dan danny|david dave|steven stephen steve|andrew andy|" +
	"christopher chris|charles charlie|matthew matt|nicholas nick|peter pete|samuel sam|timothy tim|kenneth ken|" +
	"donald don|ronald ron|gerald gerry jerry|lawrence larry|gregory greg|jeffrey jeff geoffrey|frederick fred|" +
	"patrick pat|katherine kate kathy catherine|elizabeth liz beth|hillary hilary|" +
	"mohammed mohammad muhammad mohamed mohamad muhammed|ahmed ahmad|hussein hussain husayn hossein|" +
	"yusuf yousef youssef yusef|omar umar|osama usama|abdullah abdallah abdulla|sergei sergey|yuri yury|" +
	"dmitry dmitri dimitri|volodymyr vladimir|yevgeny evgeny|kamala kamela")

func groups(list string) map[string]string {
	out := map[string]string{}
	for group := range strings.SplitSeq(list, "|") {
		names := strings.Fields(group)
		for _, n := range names {
			out[n] = names[0]
		}
	}
	return out
}
