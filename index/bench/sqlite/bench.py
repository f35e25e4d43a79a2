"""SQLite's FTS5 as a contestant: it answers the line protocol of protocol.go on standard input and output.

Words are indexed by FTS5 as they stand between spaces; values of facets are rows that are grouped and counted.
"""

import json
import os
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

FIELDS = ["person", "place", "org", "date", "mentioned", "source", "lang"]
FACET_SIZE = 10
# All that stands between spaces is a word, of whatever signs.
WORDS = """tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_`{|}~'''" """

SCHEMA = f"""
CREATE VIRTUAL TABLE body USING fts5(text, {WORDS});
CREATE VIRTUAL TABLE words USING fts5(text, detail=none, content='', {WORDS});
CREATE TABLE article(n INTEGER PRIMARY KEY, id TEXT, day INTEGER, month INTEGER, title TEXT);
CREATE INDEX article_day ON article(day);
CREATE TABLE label(n INTEGER PRIMARY KEY, field TEXT, name TEXT, UNIQUE(field, name));
""" + "".join(f"CREATE TABLE {f}_of(n INTEGER, value INTEGER, PRIMARY KEY(n, value)) WITHOUT ROWID;" for f in FIELDS)


class Bench:
    def __init__(self):
        self.path = None
        self.local = threading.local()
        self.labels = {}

    def database(self):
        """Returns this thread's connection."""
        if not hasattr(self.local, "db"):
            self.local.db = sqlite3.connect(self.path)
            self.local.db.execute("PRAGMA mmap_size=4294967296")
            self.local.db.execute("PRAGMA cache_size=-65536")
        return self.local.db

    def index(self, r):
        os.makedirs(r["dir"])
        self.path = os.path.join(r["dir"], "bench.sqlite")
        db = self.database()
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(SCHEMA)
        for n, record in enumerate(records(r["file"], r.get("limit", 0))):
            self.put(db, n + 1, record)
        db.commit()
        db.execute("ANALYZE")
        db.commit()
        db.close()
        del self.local.db

    def put(self, db, n, record):
        f = record.split("\x1f")
        db.execute("INSERT INTO body(rowid, text) VALUES(?, ?)", (n, f[7]))
        db.execute("INSERT INTO words(rowid, text) VALUES(?, ?)", (n, f[8]))
        day, month = (int(f[1]), int(f[2])) if f[1] else (None, None)
        db.execute("INSERT INTO article VALUES(?, ?, ?, ?, ?)", (n, f[0], day, month, f[5]))
        for i, field in enumerate(FIELDS):
            values = f[9 + i] if i < 5 else f[4] if i == 5 else f[3]
            if values:
                rows = [(n, self.label(db, field, v)) for v in values.split("\x1e")]
                db.executemany(f"INSERT INTO {field}_of VALUES(?, ?)", rows)

    def label(self, db, field, name):
        key = (field, name)
        if key not in self.labels:
            db.execute("INSERT OR IGNORE INTO label(field, name) VALUES(?, ?)", key)
            self.labels[key] = db.execute("SELECT n FROM label WHERE field=? AND name=?", key).fetchone()[0]
        return self.labels[key]

    def open(self, r):
        self.path = os.path.join(r["dir"], "bench.sqlite")
        self.database().execute("SELECT count(*) FROM label").fetchone()

    def ask(self, q):
        kind, terms = q["kind"], q.get("terms", [])
        if kind == "fuzzy":
            return {"unsupported": True}
        db = self.database()
        quoted = ['"' + t + '"' for t in terms]
        table, match = "body", " OR ".join(quoted)
        if kind == "and":
            match = " AND ".join(quoted)
        elif kind == "phrase":
            match = '"' + " ".join(terms) + '"'
        elif kind == "prefix":
            table, match = "words", quoted[0] + " *"
        where, values = [], []
        if kind != "all":
            where.append(f"{table} MATCH ?")
            values.append(match)
        filtered = q.get("from") or q.get("to")
        source = "article" if kind == "all" else table
        if filtered:
            if kind != "all":
                source += f" JOIN article ON article.n = {table}.rowid"
            where.append("day BETWEEN ? AND ?")
            values += [q["from"], q["to"]]
        where = " WHERE " + " AND ".join(where) if where else ""
        row = "article.n" if kind == "all" else f"{table}.rowid"
        out = {"total": db.execute(f"SELECT count(*) FROM {source}{where}", values).fetchone()[0]}
        if q.get("top"):
            order = "" if kind == "all" else f" ORDER BY {'rank' if table == 'body' else row}"
            shown = ", snippet(body, 0, '<', '>', '…', 30)" if q.get("highlight") and source.startswith("body") else ""
            hits = db.execute(f"SELECT {row}{shown} FROM {source}{where}{order} LIMIT {q['top']}", values).fetchall()
            out["ids"] = [db.execute("SELECT id, title FROM article WHERE n=?", (h[0],)).fetchone()[0] for h in hits]
            out["highlights"] = sum(len(h) > 1 and "<" in h[1] for h in hits)
        if q.get("facets") or q.get("histogram"):
            found = f"WITH hit AS MATERIALIZED (SELECT {row} AS n FROM {source}{where}) "
            if q.get("facets"):
                out["facets"] = {}
            for f in q.get("facets", []):
                rows = db.execute(f"{found} SELECT count(*) AS c FROM hit JOIN {f}_of USING(n) GROUP BY value"
                                  f" ORDER BY c DESC LIMIT {FACET_SIZE}", values)
                out["facets"][f] = [c for c, in rows]
            if q.get("histogram"):
                rows = db.execute(f"{found} SELECT count(*) FROM hit JOIN article USING(n)"
                                  " WHERE month IS NOT NULL GROUP BY month", values)
                out["histogram"] = sum(c for c, in rows)
        return out

    def parallel(self, r):
        def timed(q):
            begun = time.perf_counter_ns()
            self.ask(q)
            return time.perf_counter_ns() - begun

        with ThreadPoolExecutor(r["readers"]) as pool:
            return {"times": list(pool.map(timed, r["queries"]))}

    def add(self, r):
        begun = time.perf_counter_ns()
        db = self.database()
        n = db.execute("SELECT max(n) FROM article").fetchone()[0] + 1
        self.put(db, n, r["article"].rstrip("\x1d"))
        db.commit()
        put = time.perf_counter_ns() - begun
        return {**self.ask(r["query"]), "put_ns": put}


def records(path, limit):
    """Yields the records of a file, at most limit unless it is 0."""
    with open(path, encoding="utf-8", newline="") as f:
        rest, n = "", 0
        while chunk := f.read(1 << 20):
            *whole, rest = (rest + chunk).split("\x1d")
            for record in whole:
                if limit and n >= limit:
                    return
                n += 1
                yield record


def main():
    bench = Bench()
    act = {"hello": lambda r: {}, "index": bench.index, "open": bench.open, "query": lambda r: bench.ask(r["query"]),
           "parallel": bench.parallel, "add": bench.add}
    for line in sys.stdin:
        r = json.loads(line)
        begun = time.perf_counter_ns()
        try:
            reply = act[r["do"]](r) or {}
        except Exception as e:  # told to the runner, which goes on
            reply = {"error": f"{type(e).__name__}: {e}"}
        reply["ns"] = time.perf_counter_ns() - begun
        print(json.dumps(reply), flush=True)


main()
