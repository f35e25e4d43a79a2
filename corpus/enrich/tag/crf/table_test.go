package crf

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	want := map[uint64][]byte{}
	var records []record
	for i := range 10_000 {
		payload := bytes.Repeat([]byte{byte(i)}, i%40)
		h := r.Uint64()
		want[h] = payload
		records = append(records, record{h, payload})
	}
	data := packTable("TEST", []byte("head"), records, 4)
	table, err := openTable("TEST", data)
	if err != nil || string(table.head) != "head" {
		t.Fatalf("head %q, %v", table.head, err)
	}
	lost := 0
	some := filterOf(table)
	for h, payload := range want {
		if !some.may(table, h) {
			t.Fatalf("seed %d: the filter says that %x is not there", seed, h)
		}
		if got := table.find(h); got == nil || !bytes.Equal(got, payload) {
			lost++ // one that cannot be told from another
		}
	}
	if lost > 10 {
		t.Errorf("seed %d: %d of %d records are lost", seed, lost, len(want))
	}
	found := 0
	for range 10_000 {
		if table.find(r.Uint64()) != nil {
			found++
		}
	}
	if found > 10 {
		t.Errorf("seed %d: %d of 10000 others are found", seed, found)
	}
}

func TestTableIsTheSameInAnyOrder(t *testing.T) {
	a := []record{{1 << 60, []byte("a")}, {2 << 60, []byte("b")}, {3<<60 | 5, []byte("c")}}
	b := []record{a[2], a[0], a[1]}
	if !bytes.Equal(packTable("TEST", nil, a, 1), packTable("TEST", nil, b, 1)) {
		t.Error("the order of records changes the table")
	}
}

func TestEmptyTable(t *testing.T) {
	table, err := openTable("TEST", packTable("TEST", nil, nil, 4))
	if err != nil {
		t.Fatal(err)
	}
	if table.find(0) != nil || table.find(^uint64(0)) != nil {
		t.Error("something in an empty table")
	}
}

func TestDamagedTable(t *testing.T) {
	data := packTable("TEST", []byte("head"), []record{{1, []byte("a")}, {1 << 63, []byte("b")}}, 1)
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x40
		if _, err := openTable("TEST", bad); err == nil {
			t.Errorf("byte %d of %d changed: no error", i, len(data))
		}
		if _, err := openTable("TEST", data[:i]); err == nil {
			t.Errorf("cut off at %d of %d: no error", i, len(data))
		}
	}
	if _, err := OpenNames(data); err == nil {
		t.Error("a table of another kind is taken for names")
	}
	if _, err := OpenModel(data, nil); err == nil {
		t.Error("a table of another kind is taken for weights")
	}
}

func TestNames(t *testing.T) {
	data, err := PackNames(bytes.NewReader([]byte("# by hand\n\ncountry\tZarvokia\ncountry\tLower Zarvokia\n" +
		"org\tShield\nplain\tshield\ndemonym\tZarvok\ncityL\tGreat Lower Zarvokia\n")))
	if err != nil {
		t.Fatal(err)
	}
	n, err := OpenNames(data)
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{
		"Zarvokia": "1 true", "Lower Zarvokia": "1 true", "Lower": "0 false", "Shield": "2 true",
		"shield": "0 false", "Zarvok": "3 true", "ZARVOK": "3 true", "Great Lower Zarvokia": "1 true",
		"Great Lower": "0 false",
	} {
		typ, ok := n.Type(strings.Fields(words)...)
		if got := fmt.Sprint(typ, ok); got != want {
			t.Errorf("%s is %s, want %s", words, got, want)
		}
	}
	if _, err := PackNames(bytes.NewReader([]byte("town\tZarvok\n"))); err == nil {
		t.Error("an unknown class: no error")
	}
}
