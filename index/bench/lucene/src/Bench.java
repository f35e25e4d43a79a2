import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.*;
import java.util.concurrent.*;
import org.apache.lucene.analysis.*;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.document.*;
import org.apache.lucene.facet.*;
import org.apache.lucene.facet.sortedset.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.*;

/**
 * Lucene as a contestant: it answers the line protocol of protocol.go on standard input and output.
 * Facets are SortedSetDocValuesFacetCounts, a field of the index each; highlights are
 * UnifiedHighlighter's, by offsets in the postings; a query runs on one thread.
 */
public class Bench {
    static final String[] FIELDS = {"person", "place", "org", "date", "mentioned", "source", "lang"};
    static final int FACET_SIZE = 10;

    static class Request {
        @SerializedName("do") String what;
        String dir, file, article;
        int limit, readers;
        Question query;
        List<Question> queries;
    }

    static class Question {
        String kind;
        List<String> terms = List.of(), facets = List.of();
        int from, to, top, edits;
        boolean histogram, highlight;
    }

    static class Reply {
        long ns, put_ns;
        int total, histogram, highlights;
        List<String> ids;
        Map<String, List<Integer>> facets;
        long[] times;
        String error;
    }

    /** Words are between spaces; "_" is a gap, which keeps its place. */
    static final Analyzer WORDS = new Analyzer() {
        @Override protected TokenStreamComponents createComponents(String field) {
            Tokenizer words = new WhitespaceTokenizer();
            return new TokenStreamComponents(words, new StopFilter(words, new CharArraySet(List.of("_"), false)));
        }
    };

    final FacetsConfig config = new FacetsConfig();
    final FieldType body = new FieldType(TextField.TYPE_STORED), words = new FieldType(TextField.TYPE_NOT_STORED);
    Directory directory;
    DirectoryReader reader;
    IndexSearcher searcher;
    IndexWriter writer;
    Map<String, SortedSetDocValuesReaderState> states;

    Bench() {
        for (String f : FIELDS) {
            config.setMultiValued(f, true);
            config.setIndexFieldName(f, "facet_" + f);
        }
        body.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS);
        words.setIndexOptions(IndexOptions.DOCS);
        words.setOmitNorms(true);
    }

    /** Reads a record, null at the end. */
    static String next(Reader in) throws IOException {
        StringBuilder out = new StringBuilder();
        for (int c; (c = in.read()) >= 0; out.append((char) c)) {
            if (c == 0x1d) return out.toString();
        }
        return null;
    }

    Document document(String record) throws IOException {
        String[] f = record.replace("\u001d", "").split("\u001f", -1);
        Document d = new Document();
        d.add(new StringField("id", f[0], Field.Store.YES));
        d.add(new StoredField("title", f[5]));
        d.add(new Field("body", f[7], body));
        d.add(new Field("words", f[8], words));
        if (!f[1].isEmpty()) {
            d.add(new LongField("day", Long.parseLong(f[1]), Field.Store.NO));
            d.add(new NumericDocValuesField("month", Long.parseLong(f[2])));
        }
        for (int i = 0; i < FIELDS.length; i++) {
            String list = i < 5 ? f[9 + i] : i == 5 ? f[4] : f[3];
            if (list.isEmpty()) continue;
            for (String value : list.split("\u001e")) d.add(new SortedSetDocValuesFacetField(FIELDS[i], value));
        }
        return config.build(d);
    }

    IndexWriter writer(String dir) throws IOException {
        return new IndexWriter(FSDirectory.open(Path.of(dir)), new IndexWriterConfig(WORDS).setRAMBufferSizeMB(128));
    }

    void index(Request r) throws IOException {
        try (IndexWriter w = writer(r.dir);
             Reader in = new BufferedReader(new FileReader(r.file, StandardCharsets.UTF_8), 1 << 20)) {
            String record;
            for (int n = 0; (r.limit == 0 || n < r.limit) && (record = next(in)) != null; n++) {
                w.addDocument(document(record));
            }
            w.commit();
        }
    }

    void open(String dir) throws IOException {
        directory = FSDirectory.open(Path.of(dir));
        use(DirectoryReader.open(directory));
    }

    void use(DirectoryReader r) throws IOException {
        reader = r;
        searcher = new IndexSearcher(r);
        states = new ConcurrentHashMap<>();
        FieldInfos known = FieldInfos.getMergedFieldInfos(r);
        for (String f : FIELDS) {
            if (writer == null && known.fieldInfo("facet_" + f) != null) states.put(f, new DefaultSortedSetDocValuesReaderState(r, "facet_" + f, config));
        }
    }

    Query match(Question q) {
        Term[] terms = q.terms.stream().map(t -> new Term("body", t)).toArray(Term[]::new);
        switch (q.kind) {
            case "all": return new MatchAllDocsQuery();
            case "phrase": return new PhraseQuery("body", q.terms.toArray(String[]::new));
            case "prefix": return new PrefixQuery(new Term("words", q.terms.get(0)));
            case "fuzzy": return new FuzzyQuery(new Term("words", q.terms.get(0)), q.edits, 0, 10_000, true,
                MultiTermQuery.CONSTANT_SCORE_BLENDED_REWRITE);
        }
        if (terms.length == 1) return new TermQuery(terms[0]);
        BooleanQuery.Builder b = new BooleanQuery.Builder();
        for (Term t : terms) {
            b.add(new TermQuery(t), q.kind.equals("and") ? BooleanClause.Occur.MUST : BooleanClause.Occur.SHOULD);
        }
        return b.build();
    }

    Reply ask(Question q) throws IOException {
        Query match = match(q), query = match;
        boolean filtered = q.from != 0 || q.to != 0;
        if (filtered) {
            query = new BooleanQuery.Builder().add(match, BooleanClause.Occur.MUST)
                .add(LongField.newRangeQuery("day", q.from, q.to), BooleanClause.Occur.FILTER).build();
        }
        Reply out = new Reply();
        boolean everything = q.kind.equals("all") && !filtered;
        boolean counts = !q.facets.isEmpty() || q.histogram;
        FacetsCollector hits = null;
        TopDocs top = null;
        if (everything || q.kind.equals("word") && !filtered && !counts) { // the count is known, and the rest can be skipped
            out.total = searcher.count(query);
            if (q.top > 0) top = searcher.search(query, q.top);
        } else {
            TopScoreDocCollector best = q.top == 0 ? null
                : new TopScoreDocCollectorManager(q.top, Integer.MAX_VALUE).newCollector();
            TotalHitCountCollector count = q.top == 0 ? new TotalHitCountCollector() : null;
            hits = counts ? new FacetsCollector() : null;
            searcher.search(query, MultiCollector.wrap(best, count, hits));
            top = best == null ? null : best.topDocs();
            out.total = best == null ? count.getTotalHits() : (int) top.totalHits.value;
        }
        if (top != null) {
            out.ids = new ArrayList<>();
            StoredFields stored = searcher.storedFields();
            for (ScoreDoc d : top.scoreDocs) {
                Document shown = stored.document(d.doc, Set.of("id", "title"));
                out.ids.add(shown.get("id"));
                shown.get("title");
            }
        }
        facets(q, hits, out);
        if (q.highlight && top != null) {
            UnifiedHighlighter h = UnifiedHighlighter.builder(searcher, WORDS).build();
            for (String s : h.highlight("body", match, top, 1)) {
                if (s != null) out.highlights++;
            }
        }
        return out;
    }

    /** Counts facets and months over hits, over all articles where they are null. */
    void facets(Question q, FacetsCollector hits, Reply out) throws IOException {
        if (!q.facets.isEmpty()) out.facets = new HashMap<>();
        for (String f : q.facets) {
            SortedSetDocValuesReaderState s = states.get(f);
            if (s == null) continue; // no article has a value
            Facets counted = hits == null ? new SortedSetDocValuesFacetCounts(s) : new SortedSetDocValuesFacetCounts(s, hits);
            List<Integer> list = new ArrayList<>();
            FacetResult r = counted.getTopChildren(FACET_SIZE, f);
            if (r != null) for (LabelAndValue v : r.labelValues) list.add(v.value.intValue());
            out.facets.put(f, list);
        }
        if (q.histogram) {
            LongValueFacetCounts months = hits == null ? new LongValueFacetCounts("month", reader)
                : new LongValueFacetCounts("month", hits);
            for (LabelAndValue v : months.getAllChildrenSortByValue().labelValues) out.histogram += v.value.intValue();
        }
    }

    Reply parallel(Request r) throws Exception {
        Reply out = new Reply();
        out.times = new long[r.queries.size()];
        ExecutorService pool = Executors.newFixedThreadPool(r.readers);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < out.times.length; i++) {
            int n = i;
            all.add(pool.submit(() -> {
                long begun = System.nanoTime();
                ask(r.queries.get(n));
                out.times[n] = System.nanoTime() - begun;
                return null;
            }));
        }
        for (Future<?> f : all) f.get();
        pool.shutdown();
        return out;
    }

    /** Adds an article with a writer that stays open, commits it, and finds it. */
    Reply add(Request r) throws IOException {
        long begun = System.nanoTime();
        if (writer == null) writer = writer(r.dir);
        writer.addDocument(document(r.article));
        writer.commit();
        DirectoryReader fresh = DirectoryReader.openIfChanged(reader, writer);
        if (fresh != null) use(fresh);
        long put = System.nanoTime() - begun;
        Reply out = ask(r.query);
        out.put_ns = put;
        return out;
    }

    Reply act(Request r) throws Exception {
        switch (r.what) {
            case "hello": return new Reply();
            case "index": index(r); return new Reply();
            case "open": open(r.dir); return new Reply();
            case "query": return ask(r.query);
            case "parallel": return parallel(r);
            case "add": return add(r);
            default: throw new IllegalArgumentException("there is nothing to do by the name " + r.what);
        }
    }

    public static void main(String[] args) throws IOException {
        Bench bench = new Bench();
        Gson gson = new Gson();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (String line; (line = in.readLine()) != null; ) {
            Request r = gson.fromJson(line, Request.class);
            long begun = System.nanoTime();
            Reply reply;
            try {
                reply = bench.act(r);
            } catch (Exception e) {
                reply = new Reply();
                reply.error = e.toString();
            }
            reply.ns = System.nanoTime() - begun;
            out.println(gson.toJson(reply));
        }
    }
}
