package bleve

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"
	"github.com/golang/snappy"
)

// A segmenter makes segments as Bleve's own does, in the same format (see zap.md of
// zapx), but of an inverter at once. What it makes Bleve reads, searches and merges
// like any other. Documents that are not an inverter's it leaves to Bleve.
type segmenter struct{ zap.ZapPlugin }

var _ scorch.SegmentPlugin = (*segmenter)(nil)

// registerSegmenter puts a segmenter in the place of Bleve's own. It comes before
// any other use of scorch, whose list of plug-ins has no lock.
var registerSegmenter = sync.OnceFunc(func() { scorch.RegisterSegmentPlugin(&segmenter{}, true) })

// New implements scorch.SegmentPlugin.
func (b *segmenter) New(docs []api.Document) (segment.Segment, uint64, error) {
	return b.NewUsing(docs, nil)
}

// NewUsing implements scorch.SegmentPlugin. Bleve gives the documents of a batch in
// no order.
func (b *segmenter) NewUsing(docs []api.Document, config map[string]any) (segment.Segment, uint64, error) {
	if len(docs) == 0 {
		return b.ZapPlugin.NewUsing(docs, config)
	}
	d, ok := docs[0].(*waiting)
	if !ok {
		return b.ZapPlugin.NewUsing(docs, config)
	}
	w := &zapWriter{articles: len(d.in.ids)}
	if err := w.write(d.in); err != nil {
		return nil, 0, err
	}
	stats, ok := config[segment.StatsKey].(*segment.Stats)
	if !ok || stats == nil {
		stats = &segment.Stats{}
	}
	s, err := zap.InitSegmentBase(w.out, crc32.ChecksumIEEE(w.out), zapChunkMode,
		uint64(w.articles), w.storedIndex, w.fieldsIndex, config, stats)
	if err != nil {
		return nil, 0, err
	}
	return s, uint64(len(w.out)), nil
}

// A waiting article stands for one in an inverter.
type waiting struct {
	id string
	in *inverter
}

var _ api.Document = (*waiting)(nil)

func (w *waiting) ID() string                               { return w.id }
func (w *waiting) Size() int                                { return 0 }
func (w *waiting) HasComposite() bool                       { return false }
func (w *waiting) VisitComposite(api.CompositeFieldVisitor) {}
func (w *waiting) VisitFields(api.FieldVisitor)             {}
func (w *waiting) NumPlainTextBytes() uint64                { return 0 }
func (w *waiting) StoredFieldsBytes() uint64                { return 0 }
func (w *waiting) Indexed() bool                            { return true }
func (w *waiting) AddIDField()                              {}

// batch returns what makes Bleve take over the articles of v.
func (v *inverter) batch() *api.Batch {
	out := api.NewBatch()
	for _, id := range v.ids {
		out.Update(&waiting{id, v})
	}
	return out
}

// A zapWriter writes a segment.
type zapWriter struct {
	articles    int
	out         []byte
	storedIndex uint64
	fieldsIndex uint64

	freqs, locs pieces
	location    []byte
	docs        []uint32
	bitmap      *roaring.Bitmap
	fst         bytes.Buffer
	builder     *vellum.Builder
}

// write writes the articles of v, which it uses up.
func (w *zapWriter) write(v *inverter) (err error) {
	w.out = make([]byte, 0, v.bytes+v.bytes/2) // more than it will be of news
	w.bitmap = roaring.New()
	if w.builder, err = vellum.New(&w.fst, fstOptions); err != nil {
		return err
	}
	w.writeStored(v)
	at := make([]int, len(fieldNames))
	for i, name := range fieldNames {
		if at[i], err = w.writeField(uint64(i), v.fields[name]); err != nil {
			return err
		}
		*v.fields[name] = inverted{} // what was written is not to be kept
	}
	w.writeFields(at)
	return nil
}

// fstOptions are those of zapx: no ends of terms are shared.
var fstOptions = &vellum.BuilderOpts{Encoder: 1, RegistryTableSize: 0, RegistryMRUSize: 1}

func (w *zapWriter) uvarints(list ...uint64) { w.out = appendUvarints(w.out, list...) }

func appendUvarints(out []byte, list ...uint64) []byte {
	for _, n := range list {
		out = binary.AppendUvarint(out, n)
	}
	return out
}

// writeStored writes what is stored of each article, and where that is.
func (w *zapWriter) writeStored(v *inverter) {
	field := uint64(0)
	for fieldNames[field] != numbers {
		field++
	}
	at := make([]uint64, len(v.ids))
	var head, packed []byte
	for i, id := range v.ids {
		at[i] = uint64(len(w.out))
		// Behind the id the field, its type, from where, how long, no array positions.
		head = appendUvarints(head[:0], uint64(len(id)), field, 't', 0, uint64(len(v.stored[i])), 0)
		packed = snappy.Encode(packed[:cap(packed)], v.stored[i])
		w.uvarints(uint64(len(head)), uint64(len(id)+len(packed)))
		w.out = append(append(append(w.out, head...), id...), packed...)
	}
	w.storedIndex = uint64(len(w.out))
	for _, n := range at {
		w.out = binary.BigEndian.AppendUint64(w.out, n)
	}
	w.uvarints(0) // articles are not nested
}

// writeField writes the postings and the dictionary of a field, and returns where
// the file tells of it.
func (w *zapWriter) writeField(number uint64, f *inverted) (at int, err error) {
	w.fst.Reset()
	if err := w.builder.Reset(&w.fst); err != nil {
		return 0, err
	}
	err = f.sorted(func(term string, at []termAt, lengths []uint32) error {
		return w.builder.Insert([]byte(term), w.writePosting(number, f.positions, at, lengths))
	})
	if err != nil {
		return 0, err
	}
	if err := w.builder.Close(); err != nil {
		return 0, err
	}
	dictionary := len(w.out)
	w.uvarints(uint64(w.fst.Len()))
	w.out = append(w.out, w.fst.Bytes()...)
	at = len(w.out)
	w.uvarints(math.MaxUint64, math.MaxUint64, uint64(dictionary)) // there are no doc values
	return at, nil
}

// writePosting writes where a term stands, and returns what the dictionary says of it.
func (w *zapWriter) writePosting(field uint64, positions bool, at []termAt, lengths []uint32) uint64 {
	if len(at) == 1 && len(lengths) == 0 {
		return zap.FSTValEncode1Hit(uint64(at[0].article), uint64(at[0].at)+1)
	}
	w.docs = w.docs[:0]
	for i, o := range at {
		if i == 0 || o.article != at[i-1].article {
			w.docs = append(w.docs, o.article)
		}
	}
	size := w.articles / (len(w.docs)/perChunk + 1)
	w.freqs.begin(size)
	w.locs.begin(size)
	for i := 0; i < len(at); {
		n := 1
		for i+n < len(at) && at[i+n].article == at[i].article {
			n++
		}
		w.freqs.open(at[i].article)
		w.locs.open(at[i].article)
		switch {
		case !positions:
			w.freqs.add(0) // neither how often, nor where
		case len(lengths) > 0:
			w.freqs.add(uint64(n)<<1|1, 0)
			w.addMentions(field, at[i:i+n], lengths[i:])
		case n == 1:
			w.freqs.add(1<<1, uint64(at[i].at)+1)
		default:
			w.freqs.add(uint64(n)<<1|1, uint64(at[i].at)+1)
			w.addDistances(field, at[i:i+n])
		}
		i += n
	}
	freqs := w.writePieces(&w.freqs)
	locs := w.writePieces(&w.locs)
	begin := len(w.out)
	w.bitmap.Clear()
	w.bitmap.AddMany(w.docs)
	w.uvarints(freqs, locs, w.bitmap.GetSerializedSizeInBytes())
	w.bitmap.WriteTo((*appender)(&w.out)) // which takes all
	return uint64(begin)
}

// addMentions adds the places and lengths of mentions in an article.
func (w *zapWriter) addMentions(field uint64, at []termAt, lengths []uint32) {
	w.location = w.location[:0]
	for i, o := range at {
		w.location = appendUvarints(w.location, field, uint64(o.at)+1, 0, uint64(lengths[i]), 0)
	}
	w.addLocation()
}

// addDistances adds the places of a term in an article, which are several, but the
// first.
func (w *zapWriter) addDistances(field uint64, at []termAt) {
	w.location = appendUvarints(w.location[:0], field)
	for i := 1; i < max(len(at), 4); i++ {
		if i == 4 {
			w.location = appendUvarints(w.location, uint64(len(at)-i))
		}
		distance := uint32(0)
		if i < len(at) {
			distance = at[i].at - at[i-1].at
		}
		w.location = appendUvarints(w.location, uint64(distance))
	}
	if len(at) <= 4 {
		w.location = append(w.location, 0)
	}
	w.addLocation()
}

func (w *zapWriter) addLocation() {
	w.locs.add(uint64(len(w.location)))
	w.locs.data = append(w.locs.data, w.location...)
}

// writePieces writes p, and returns where, 0 where there is nothing in it.
func (w *zapWriter) writePieces(p *pieces) uint64 {
	if len(p.data) == 0 {
		return 0
	}
	at := len(w.out)
	p.open(uint32(w.articles - 1))
	p.ends = append(p.ends, len(p.data))
	w.uvarints(uint64(len(p.ends)))
	for _, end := range p.ends {
		w.uvarints(uint64(end))
	}
	w.out = append(w.out, p.data...)
	return uint64(at)
}

// writeFields writes what fields there are, and where the file tells of each.
func (w *zapWriter) writeFields(at []int) {
	var names []uint64
	for i, name := range fieldNames {
		options := api.IndexField
		switch {
		case name == idField:
			options |= api.StoreField
		case name == numbers:
			options = api.StoreField
		case hasPositions(name):
			options |= api.IncludeTermVectors
		default:
			options |= api.SkipFreqNorm
		}
		names = append(names, uint64(len(w.out)))
		w.uvarints(uint64(len(name)))
		w.out = append(w.out, name...)
		w.uvarints(uint64(options), 1)
		w.out = binary.BigEndian.AppendUint16(w.out, zap.SectionInvertedTextIndex)
		w.out = binary.BigEndian.AppendUint64(w.out, uint64(at[i]))
	}
	w.fieldsIndex = uint64(len(w.out))
	w.uvarints(uint64(len(names)))
	for _, n := range names {
		w.out = binary.BigEndian.AppendUint64(w.out, n)
	}
}

// Pieces are numbers for the articles of a posting, in pieces of articles with
// neighbouring numbers, see chunks.
type pieces struct {
	size int // articles in a piece
	ends []int
	data []byte
}

func (p *pieces) begin(size int) { p.size, p.ends, p.data = size, p.ends[:0], p.data[:0] }

// open moves to the piece of an article.
func (p *pieces) open(article uint32) {
	for len(p.ends) < int(article)/p.size {
		p.ends = append(p.ends, len(p.data))
	}
}

func (p *pieces) add(list ...uint64) { p.data = appendUvarints(p.data, list...) }

// An appender is a slice that is written to.
type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}
