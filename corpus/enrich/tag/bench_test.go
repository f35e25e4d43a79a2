package tag

import (
	"strings"
	"testing"

	"dateline/corpus/enrich/places"
)

// An invented article, of some 470 tokens when it is repeated.
const report = `Fighters of the Northern Shield Brigade took two villages near the town of Zarvok overnight, officials in the
capital said on Tuesday, as talks between the government and the Kivu Renewal Movement (KRM) went into a third week in Oslo.

The army said that it had withdrawn its troops from the eastern bank of the Immelt River after three days of shelling.
"We left in good order, and with our equipment," said Colonel Yusuf al-Hadidi, a spokesman for the armed forces. He did not
say how many soldiers had been killed. Residents who were reached by telephone spoke of burning houses, and of families on
foot on the road to the south. The United Nations said that it had counted some four thousand people who had fled since
Sunday, most of them women and children.

Prime Minister Ada Lindqvist told parliament that her government would go on talking. "There is no other way," she said.
Her foreign minister, Tamar Ben-Ari, is to meet the American envoy, Daniel Paris, on Thursday. Lindqvist's party holds a
narrow majority, and some of its members have asked for the talks to be put off until the shelling ends.
`

func BenchmarkTag(b *testing.B) {
	text := strings.Repeat(report, 2)
	t := New(places.Default())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		t.Tag("Brigade takes two villages near Zarvok", text)
	}
}
