package places

import (
	"strings"
	"testing"
)

func BenchmarkFind(b *testing.B) {
	g := Default()
	for name, query := range map[string]string{"Hit": "Khan Sheikhoun", "Miss": "Benjamin Netanyahu"} {
		b.Run(name, func(b *testing.B) {
			key := Fold(query)
			b.ReportAllocs()
			for b.Loop() {
				g.find(key)
			}
		})
	}
	b.Run("Fold", func(b *testing.B) {
		for b.Loop() {
			Fold("Khan Sheikhoun")
		}
	})
}

// benchmarkText has as many places as a long article.
const benchmarkText = "[Aleppo], [Syria] (Agency) - Shells fell on [Khan Tuman] and [Khan al-Assal] in " +
	"[Aleppo] province, <Syrian> state media said. In [Idlib], near the <Turkish> border, rebels held " +
	"[Saraqeb] and [Maarat al-Numan]; [Damascus] and [Moscow] denied it. [Washington] said that " +
	"[Springfield], [Richmond] and [San Antonio] were far away. The [United Nations] met in [Geneva]. " +
	"[Kafr Nabel], [Bdama], [Hama], [Homs], [Tartus], [Raqqa]."

func BenchmarkResolve(b *testing.B) {
	names := marked(benchmarkText)
	g := Default()
	b.ReportAllocs()
	for b.Loop() {
		g.Resolve(names, "Free Syrian Army", "Texas Department of Health", "United Nations")
	}
}

func BenchmarkSaid(b *testing.B) {
	text := strings.Repeat("Shells fell on Khan Tuman village on Monday, he said, and nobody was hurt. ", 40)
	g := Default()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		g.Said(text)
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		l, err := parse(packed)
		if err != nil {
			b.Fatal(err)
		}
		(&Gazetteer{}).over(l)
	}
}
