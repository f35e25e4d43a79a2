package dates

import (
	"strings"
	"testing"
)

// BenchmarkTag reads an article of 468 tokens, of which one in 20 or so is a
// part of a date, as in news.
func BenchmarkTag(b *testing.B) {
	const paragraph = "KHARTOUM, March 3 - Shelling killed 12 people near the market of Omdurman on Monday night, " +
		"doctors at two hospitals said, in the heaviest attack since the truce of last November fell apart. " +
		"Aid workers who reached the town said that the bridge had been closed and that families slept in schools. " +
		"The army, which holds most of the eastern bank, denied that it had fired at the district. "
	text := strings.Repeat(paragraph, 6)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Tag("", "2024-03-04", text)
	}
}
