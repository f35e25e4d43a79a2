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
}

// openCopies opens the folder for those of an archive.
func (a *Archive) openCopies(uuid string) (*copies, error) {
	if a.Cache != "" {
		dir := filepath.Join(a.Cache, uuid)
		if err := os.MkdirAll(dir, 0o700); err == nil {
			return &copies{dir: dir}, nil
		}
	}
	dir, err := os.MkdirTemp("", "dateline-")
	return &copies{dir: dir, temporary: true}, err
}

// close removes what goes with the process.
func (c *copies) close() error {
	if c.temporary {
		return os.RemoveAll(c.dir)
	}
	return nil
}

// keep is how long a copy is kept that the table no longer has: other processes may be about to
// open it.
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
func (a *Archive) send(ctx context.Context, dir string, files, known []tableFile) error {
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
				Doc: object{"data": base64.StdEncoding.EncodeToString(part)},
			})
		}
		if err := a.Client.Bulk(ctx, items); err != nil {
			return fmt.Errorf("keep the table of values: %w", err)
		}
	}
	return nil
}

// forgetFiles deletes those of files that are not among kept.
func (a *Archive) forgetFiles(ctx context.Context, files, kept []tableFile) error {
	var items []client.Item
	for _, f := range files {
		if slices.ContainsFunc(kept, func(k tableFile) bool { return k.Sum == f.Sum }) {
			continue
		}
		for _, id := range f.parts() {
			items = append(items, client.Item{Action: "delete", Index: a.index("values"), ID: id})
		}
	}
	if len(items) == 0 {
		return nil
	}
	return a.Client.Bulk(ctx, items)
}

// receive makes a folder of the files of a table, which the caller removes.
func (a *Archive) receive(ctx context.Context, c *copies, files []tableFile) (dir string, err error) {
	dir, err = os.MkdirTemp(c.dir, "table-")
	if err != nil {
		return "", err
	}
	for _, f := range files {
		path := filepath.Join(c.dir, f.Sum)
		if !f.isAt(path) {
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

// isAt tells whether a file is at a path. Its content is held against checksums where it is read.
func (f tableFile) isAt(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() == f.Size
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
			"dateline index --rebuild makes the table anew", f.Name, sum, f.Sum)
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
