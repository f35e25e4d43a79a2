package opensearch

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"dateline/index/opensearch/client"
	"dateline/index/values"
)

// The table of values is kept as the files that values.Table.Save writes, by the sums of what is in
// them: of a table that has grown only what is new is sent, and read. Readers keep copies in a
// folder.

// A tableFile is a file of a table.
type tableFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Sum  string `json:"sum"` // SHA-256, in hexadecimal
}

// chunkBytes is how much of a file one document has.
const chunkBytes = 4 << 20

// parts returns the _ids of the documents that have a file.
func (f tableFile) parts() []string {
	var ids []string
	for at := int64(0); at == 0 || at < f.Size; at += chunkBytes {
		ids = append(ids, f.Sum+"-"+strconv.FormatInt(at/chunkBytes, 10))
	}
	return ids
}

// copies is a folder with copies of files, by their sums.
type copies struct {
	dir       string
	temporary bool
	whole     sync.Map // sums of those that were found to be as they were written
}

// openCopies opens the folder for those of an archive.
func (a *Archive) openCopies(uuid string) (*copies, error) {
	if a.Cache != "" {
		dir := filepath.Join(a.Cache, uuid)
		if isWritable(dir) {
			return &copies{dir: dir}, nil
		}
	}
	dir, err := os.MkdirTemp("", "dateline-")
	return &copies{dir: dir, temporary: true}, err
}

// isWritable tells whether a folder, which is made where it is missing, may be written.
func isWritable(dir string) bool {
	if os.MkdirAll(dir, 0o700) != nil {
		return false
	}
	try, err := os.MkdirTemp(dir, "try-")
	return err == nil && os.Remove(try) == nil
}

// close removes what goes with the process.
func (c *copies) close() error {
	if c.temporary {
		return os.RemoveAll(c.dir)
	}
	return nil
}

// keepCopies is how long a copy is kept that the table no longer has, since it was used last: other processes may
// have the table that does.
const keepCopies = time.Hour

// clean removes copies of files that are none of the table's.
func (c *copies) clean(files []tableFile) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return // the next one may
	}
	for _, e := range entries {
		info, err := e.Info()
		known := slices.ContainsFunc(files, func(f tableFile) bool { return f.Sum == e.Name() })
		if err == nil && !known && time.Since(info.ModTime()) > keepCopies {
			os.RemoveAll(filepath.Join(c.dir, e.Name()))
		}
	}
}

// filesIn returns the files of a table that was saved in dir.
func filesIn(dir string) ([]tableFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []tableFile
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, tableFile{e.Name(), int64(len(data)), sumOf(data)})
	}
	return out, nil
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// send writes those files in dir that are not among known.
func (a *Archive) send(ctx context.Context, dir string, files, known []tableFile, version int64) error {
	for _, f := range files {
		if slices.ContainsFunc(known, func(k tableFile) bool { return k.Sum == f.Sum }) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			return err
		}
		var items []client.Item
		for i, id := range f.parts() {
			part := data[min(i*chunkBytes, len(data)):min((i+1)*chunkBytes, len(data))]
			items = append(items, client.Item{
				Action: "index", Index: a.index("values"), ID: id,
				Doc: object{"data": base64.StdEncoding.EncodeToString(part)}, Version: version,
			})
		}
		if err := a.Client.Bulk(ctx, items); err != nil {
			return fmt.Errorf("keep the table of values: %w", err)
		}
	}
	return nil
}

// receive makes a folder of the files of a table, which the caller removes.
func (a *Archive) receive(ctx context.Context, c *copies, files []tableFile) (dir string, err error) {
	dir, err = os.MkdirTemp(c.dir, "table-")
	if err != nil {
		return "", err
	}
	for _, f := range files {
		path := filepath.Join(c.dir, f.Sum)
		if !c.has(f) {
			err = a.receiveFile(ctx, f, path)
		}
		if err == nil {
			err = os.Link(path, filepath.Join(dir, f.Name))
		}
		if err != nil {
			os.RemoveAll(dir)
			return "", err
		}
	}
	return dir, nil
}

// has tells whether there is a copy of a file. It is held against its sum once; a bad one is removed.
func (c *copies) has(f tableFile) bool {
	path := filepath.Join(c.dir, f.Sum)
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if _, known := c.whole.Load(f.Sum); !known || info.Size() != f.Size {
		data, err := os.ReadFile(path)
		if err != nil || sumOf(data) != f.Sum {
			os.Remove(path) // else it is as good as not there when it is written over
			return false
		}
		c.whole.Store(f.Sum, true)
	}
	os.Chtimes(path, time.Time{}, time.Now()) // for clean; without it, a copy is but read again
	return true
}

// receiveFile reads a file from the cluster.
func (a *Archive) receiveFile(ctx context.Context, f tableFile, path string) error {
	var data []byte
	for _, id := range f.parts() {
		var got struct {
			Source struct{ Data []byte } `json:"_source"`
		}
		r := client.Request{Method: "GET", Path: a.index("values") + "/_doc/" + url.PathEscape(id)}
		if err := a.Client.Do(ctx, r, &got); err != nil {
			return fmt.Errorf("read the table of values: %w", err)
		}
		data = append(data, got.Source.Data...)
	}
	if sum := sumOf(data); sum != f.Sum {
		return fmt.Errorf("the file %s of the table of values is not as it was written: its SHA-256 is %s, not %s; "+
			"%s makes the table anew", f.Name, sum, f.Sum, a.command("index --rebuild"))
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "file-")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// loadTable reads the table of a state.
func (a *Archive) loadTable(ctx context.Context, c *copies, s *state, r *values.Resolver) (*values.Table, error) {
	if len(s.Table) == 0 {
		return values.NewTable(r), nil
	}
	c.whole.Clear() // all are read
	dir, err := a.receive(ctx, c, s.Table)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	return values.Load(dir, r)
}

// follow has a table be that of a later state, and tells whether it could.
func (a *Archive) follow(ctx context.Context, c *copies, s *state, t *values.Table) (bool, error) {
	dir, err := a.receive(ctx, c, s.Table)
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	return t.Follow(dir)
}
