//! tantivy as a contestant: it answers the line protocol of protocol.go on standard input and output.
//! Facets and the histogram are aggregations over fast fields, highlights those of SnippetGenerator.

use serde_json::{json, Map, Value as Json};
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::time::Instant;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::AggregationCollector;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::*;
use tantivy::schema::*;
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{StopWordFilter, TextAnalyzer, WhitespaceTokenizer};
use tantivy::{DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Score, TantivyDocument, Term};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const FIELDS: [&str; 7] = ["person", "place", "org", "date", "mentioned", "source", "lang"];
const FACET_SIZE: usize = 10;
const MEMORY: usize = 256 << 20;

/// Words are between spaces; "_" is a gap, which keeps its place.
const WORDS: &str = "bench";

fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(WhitespaceTokenizer::default())
        .filter(StopWordFilter::remove(["_".to_string()]))
        .build()
}

fn schema() -> Schema {
    let words = |option, norms| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer(WORDS).set_index_option(option).set_fieldnorms(norms),
        )
    };
    let mut s = Schema::builder();
    s.add_text_field("id", STRING | STORED);
    s.add_text_field("title", TextOptions::default().set_stored());
    s.add_text_field("body", words(IndexRecordOption::WithFreqsAndPositions, true).set_stored());
    s.add_text_field("words", words(IndexRecordOption::Basic, false));
    s.add_i64_field("day", INDEXED | FAST);
    s.add_i64_field("month", FAST);
    for f in FIELDS {
        s.add_text_field(f, STRING | FAST);
    }
    s.build()
}

struct Bench {
    index: Index,
    reader: IndexReader,
    writer: Mutex<Option<IndexWriter>>,
}

fn create(dir: &str) -> Result<Index> {
    std::fs::create_dir_all(dir)?;
    let index = Index::create_in_dir(dir, schema())?;
    index.tokenizers().register(WORDS, analyzer());
    Ok(index)
}

fn open(dir: &str) -> Result<Bench> {
    let index = Index::open_in_dir(dir)?;
    index.tokenizers().register(WORDS, analyzer());
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok(Bench { index, reader, writer: Mutex::new(None) })
}

fn document(schema: &Schema, record: &str) -> Result<TantivyDocument> {
    let f: Vec<&str> = record.trim_end_matches('\u{1d}').split('\u{1f}').collect();
    let field = |name| schema.get_field(name);
    let mut d = TantivyDocument::default();
    d.add_text(field("id")?, f[0]);
    d.add_text(field("title")?, f[5]);
    d.add_text(field("body")?, f[7]);
    d.add_text(field("words")?, f[8]);
    if !f[1].is_empty() {
        d.add_i64(field("day")?, f[1].parse()?);
        d.add_i64(field("month")?, f[2].parse()?);
    }
    for (i, name) in FIELDS.iter().enumerate() {
        let list = match i {
            5 => f[4],
            6 => f[3],
            _ => f[9 + i],
        };
        for value in list.split('\u{1e}').filter(|v| !v.is_empty()) {
            d.add_text(field(name)?, value);
        }
    }
    Ok(d)
}

fn index(r: &Json) -> Result<Json> {
    let index = create(r["dir"].as_str().unwrap_or(""))?;
    let schema = index.schema();
    let mut writer: IndexWriter = index.writer(MEMORY)?;
    let limit = r["limit"].as_u64().unwrap_or(0) as usize;
    let file = BufReader::with_capacity(1 << 20, File::open(r["file"].as_str().unwrap_or(""))?);
    for (n, record) in file.split(0x1d).enumerate() {
        if limit > 0 && n >= limit {
            break;
        }
        writer.add_document(document(&schema, std::str::from_utf8(&record?)?)?)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(json!({}))
}

impl Bench {
    fn query(&self, q: &Json) -> Result<Box<dyn Query>> {
        let schema = self.index.schema();
        let (body, words) = (schema.get_field("body")?, schema.get_field("words")?);
        let terms: Vec<&str> = strings(&q["terms"]);
        let term = |t: &&str| Term::from_field_text(body, t);
        Ok(match q["kind"].as_str().unwrap_or("") {
            "all" => Box::new(AllQuery),
            "phrase" => Box::new(PhraseQuery::new(terms.iter().map(term).collect())),
            "prefix" => Box::new(RegexQuery::from_pattern(&format!("{}.*", terms[0]), words)?),
            "fuzzy" => {
                let edits = q["edits"].as_u64().unwrap_or(1) as u8;
                Box::new(FuzzyTermQuery::new(Term::from_field_text(words, terms[0]), edits, true))
            }
            kind => {
                let occur = if kind == "and" { Occur::Must } else { Occur::Should };
                let one = |t| Box::new(TermQuery::new(term(t), IndexRecordOption::WithFreqs)) as Box<dyn Query>;
                if terms.len() == 1 {
                    one(&terms[0])
                } else {
                    Box::new(BooleanQuery::new(terms.iter().map(|t| (occur, one(t))).collect()))
                }
            }
        })
    }

    fn filtered(&self, query: Box<dyn Query>, q: &Json) -> Result<Box<dyn Query>> {
        let (from, to) = (q["from"].as_i64().unwrap_or(0), q["to"].as_i64().unwrap_or(0));
        if from == 0 && to == 0 {
            return Ok(query);
        }
        let day = self.index.schema().get_field("day")?;
        let bound = |d| std::ops::Bound::Included(Term::from_field_i64(day, d));
        let range = ConstScoreQuery::new(Box::new(RangeQuery::new(bound(from), bound(to))), 0.0);
        Ok(Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::Must, Box::new(range))])))
    }

    fn ask(&self, q: &Json) -> Result<Json> {
        let matching = self.query(q)?;
        let query = self.filtered(matching.box_clone(), q)?;
        let searcher = self.reader.searcher();
        let size = q["top"].as_u64().unwrap_or(0) as usize;
        let top = TopDocs::with_limit(size.max(1)).order_by_score();
        let facets = strings(&q["facets"]);
        let months = q["histogram"].as_bool().unwrap_or(false);
        let mut hits: Vec<(Score, DocAddress)> = vec![];
        let mut out = Map::new();
        let total;
        if facets.is_empty() && !months {
            if q["kind"] == "word" {
                // The count of one word is known, and weak hits are skipped.
                hits = searcher.search(&query, &top)?;
                total = searcher.search(&query, &Count)?;
            } else {
                (hits, total) = searcher.search(&query, &(top, Count))?;
            }
        } else {
            let mut aggs = Map::new();
            for f in &facets {
                aggs.insert(f.to_string(), json!({"terms": {"field": f, "size": FACET_SIZE, "segment_size": 1000}}));
            }
            if months {
                aggs.insert("months".into(), json!({"histogram": {"field": "month", "interval": 1}}));
            }
            let request: Aggregations = serde_json::from_value(Json::Object(aggs))?;
            let collector = AggregationCollector::from_aggs(request, Default::default());
            let counted;
            if size == 0 {
                (total, counted) = searcher.search(&query, &(Count, collector))?;
            } else {
                (hits, total, counted) = searcher.search(&query, &(top, Count, collector))?;
            }
            let counted = serde_json::to_value(counted)?;
            let counts = |name: &str| -> Vec<u64> {
                let list = counted[name]["buckets"].as_array().cloned().unwrap_or_default();
                list.iter().map(|b| b["doc_count"].as_u64().unwrap_or(0)).collect()
            };
            out.insert("facets".into(), facets.iter().map(|f| (f.to_string(), json!(counts(f)))).collect());
            out.insert("histogram".into(), json!(if months { counts("months").iter().sum() } else { 0 }));
        }
        hits.truncate(size);
        out.insert("total".into(), json!(total));
        self.show(q, &*matching, &hits, &mut out)?;
        Ok(Json::Object(out))
    }

    /// Adds ids and highlights of hits.
    fn show(&self, q: &Json, matching: &dyn Query, hits: &[(Score, DocAddress)], out: &mut Map<String, Json>) -> Result<()> {
        let searcher = self.reader.searcher();
        let (id, body) = (self.index.schema().get_field("id")?, self.index.schema().get_field("body")?);
        let snippets = match q["highlight"].as_bool() {
            Some(true) => Some(SnippetGenerator::create(&searcher, matching, body)?),
            _ => None,
        };
        let (mut ids, mut found) = (vec![], 0);
        for (_, at) in hits {
            let d: TantivyDocument = searcher.doc(*at)?;
            ids.push(d.get_first(id).and_then(|v| v.as_str()).unwrap_or("").to_string());
            if let Some(s) = &snippets {
                found += !s.snippet_from_doc(&d).is_empty() as usize;
            }
        }
        out.insert("ids".into(), json!(ids));
        out.insert("highlights".into(), json!(found));
        Ok(())
    }

    fn parallel(&self, r: &Json) -> Result<Json> {
        let queries = r["queries"].as_array().cloned().unwrap_or_default();
        let next = AtomicUsize::new(0);
        let times = Mutex::new(vec![0u64; queries.len()]);
        std::thread::scope(|s| -> Result<()> {
            let readers: Vec<_> = (0..r["readers"].as_u64().unwrap_or(1))
                .map(|_| {
                    s.spawn(|| -> Result<()> {
                        loop {
                            let i = next.fetch_add(1, Ordering::Relaxed);
                            let Some(q) = queries.get(i) else { return Ok(()) };
                            let begun = Instant::now();
                            self.ask(q)?;
                            let took = begun.elapsed().as_nanos() as u64;
                            times.lock().unwrap_or_else(|e| e.into_inner())[i] = took;
                        }
                    })
                })
                .collect();
            for reader in readers {
                reader.join().map_err(|_| "a reader failed")??;
            }
            Ok(())
        })?;
        let times = times.into_inner().unwrap_or_else(|e| e.into_inner());
        Ok(json!({ "times": times }))
    }

    /// Adds an article with a writer that stays open, commits it, and finds it.
    fn add(&self, r: &Json) -> Result<Json> {
        let begun = Instant::now();
        let mut kept = self.writer.lock().unwrap_or_else(|e| e.into_inner());
        if kept.is_none() {
            *kept = Some(self.index.writer(MEMORY)?);
        }
        if let Some(writer) = kept.as_mut() {
            writer.add_document(document(&self.index.schema(), r["article"].as_str().unwrap_or(""))?)?;
            writer.commit()?;
        }
        self.reader.reload()?;
        let put = begun.elapsed().as_nanos() as u64;
        let mut out = self.ask(&r["query"])?;
        out["put_ns"] = json!(put);
        Ok(out)
    }
}

fn strings(list: &Json) -> Vec<&str> {
    list.as_array().map(|l| l.iter().filter_map(|v| v.as_str()).collect()).unwrap_or_default()
}

fn act(bench: &mut Option<Bench>, r: &Json) -> Result<Json> {
    match (r["do"].as_str().unwrap_or(""), &bench) {
        ("hello", _) => Ok(json!({})),
        ("index", _) => index(r),
        ("open", _) => {
            *bench = Some(open(r["dir"].as_str().unwrap_or(""))?);
            Ok(json!({}))
        }
        ("query", Some(b)) => b.ask(&r["query"]),
        ("parallel", Some(b)) => b.parallel(r),
        ("add", Some(b)) => b.add(r),
        (what, _) => Err(format!("{what:?} cannot be done").into()),
    }
}

fn main() -> Result<()> {
    let mut bench = None;
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request: Json = serde_json::from_str(&line?)?;
        let begun = Instant::now();
        let mut reply = act(&mut bench, &request).unwrap_or_else(|e| json!({"error": e.to_string()}));
        reply["ns"] = json!(begun.elapsed().as_nanos() as u64);
        writeln!(out, "{reply}")?;
        out.flush()?;
    }
    Ok(())
}
