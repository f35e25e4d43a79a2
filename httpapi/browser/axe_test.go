package browser

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe-core judges pages by WCAG. It is MPL-2.0, and is not kept in the project.
const (
	axePackage = "axe-core@4.14.1"
	axeFile    = "axe.min.js"
	axeSHA256  = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
)

// dist is the folder of what make leaves behind.
const dist = "../../dist"

// axeSource returns axe-core, which npm fetches the first time.
var axeSource = sync.OnceValues(func() (string, error) {
	kept := filepath.Join(dist, axePackage+".js")
	if source, err := os.ReadFile(kept); err == nil {
		return string(source), verify(source)
	}
	source, err := fetchAxe()
	if err != nil {
		return "", err
	}
	if err := verify(source); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return "", err
	}
	return string(source), os.WriteFile(kept, source, 0o644)
})

func verify(source []byte) error {
	sum := sha256.Sum256(source)
	if got := hex.EncodeToString(sum[:]); got != axeSHA256 {
		return fmt.Errorf("%s of %s has another checksum: %s", axeFile, axePackage, got)
	}
	return nil
}

// An absentError says that there is no axe-core to be had here.
type absentError struct{ error }

func fetchAxe() ([]byte, error) {
	dir, err := os.MkdirTemp("", "dateline-axe-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	npm := exec.Command("npm", "pack", "--silent", axePackage)
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		return nil, absentError{fmt.Errorf("npm pack %s: %w %s", axePackage, err, out)}
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(names) != 1 {
		return nil, fmt.Errorf("npm pack %s left %q: %v", axePackage, names, err)
	}
	packed, err := os.ReadFile(names[0])
	if err != nil {
		return nil, err
	}
	return member(packed, "package/"+axeFile)
}

// member returns a file of a .tgz.
func member(packed []byte, name string) ([]byte, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	files := tar.NewReader(unpacked)
	for {
		h, err := files.Next()
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", name, err)
		}
		if h.Name == name {
			return io.ReadAll(files)
		}
	}
}

// A violation is a rule that a page breaks, and where.
type violation struct {
	Rule, Help string
	Where      []string
}

// axeRun asks for all rules of WCAG 2.2 up to AA, those on the size of targets
// included, which axe leaves out unless asked.
const axeRun = `axe.run(document, {
	runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	rules: {'target-size': {enabled: true}}, resultTypes: ['violations'],
}).then(r => r.violations.map(v => ({
	Rule: v.id, Help: v.help, Where: v.nodes.map(n => n.html.slice(0, 160) + ' ' + n.failureSummary.replace(/\s+/g, ' ')),
})))`

// axe returns what is wrong with the page as it is shown now.
func (b *tab) axe() []violation {
	b.Helper()
	source, err := axeSource()
	b.must(err)
	if !look[bool](b, "'axe' in window") {
		b.must(chromedp.Do(b.ctx, chromedp.Evaluate[chromedp.Void](source)))
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]violation](axeRun, chromedp.EvalAwaitPromise))
	b.must(err)
	return found
}

// needAxe skips a test where there is no axe-core.
func needAxe(t *testing.T) {
	t.Helper()
	if suite.missing != "" {
		t.Skip(suite.missing)
	}
	var absent absentError
	if _, err := axeSource(); errors.As(err, &absent) {
		t.Skip(err)
	}
}
