package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
)

// segment is one step into the settings: a key, any key of a map, or any element of a list.
type segment struct {
	key     string
	element bool
	// beside is what must stand in the mapping that this step leads to, for the decoder to know what it has before it.
	beside map[string]any
}

type path []segment

var (
	anyKey   = segment{key: "ampora"}
	anyIndex = segment{element: true}
)

func (p path) with(step any) path {
	switch step := step.(type) {
	case string:
		return append(slices.Clone(p), segment{key: step})
	case segment:
		return append(slices.Clone(p), step)
	default:
		panic("a step is a key or a segment")
	}
}

// given says what stands beside whatever is asked below this path.
func (p path) given(beside map[string]any) path {
	if len(beside) == 0 || len(p) == 0 {
		return p
	}
	copied := slices.Clone(p)
	copied[len(copied)-1].beside = beside
	return copied
}

// probe asks the Collector's own decoder, with a fresh default configuration for each question. No table of rules
// could know better what it takes: hooks and unmarshalers of the components have their say.
type probe struct {
	create func() component.Config
}

func newProbe(create func() component.Config) *probe { return &probe{create: create} }

const unknownKey = "ampora_probe"

// One letter per shape that a person may write.
var shapes = []struct {
	letter string
	value  any
}{
	{"n", nil},
	{"s", "ampora"},
	{"e", ""},
	{"d", "5s"},
	{"N", "7"},
	{"B", "true"},
	{"i", 7},
	{"-", -7},
	{"f", 1.5},
	{"b", true},
	{"l", []any{}},
	{"m", map[string]any{}},
}

// accepts lists the shapes that are taken at a place; "?" where even what leads there is refused.
func (p *probe) accepts(at path) string {
	if !p.isReachable(at) {
		return "?"
	}
	taken := ""
	for _, shape := range shapes {
		value := shape.value
		if object, isMap := value.(map[string]any); isMap {
			value = merged(object, at[len(at)-1].beside)
		}
		if p.decode(at, value) == nil {
			taken += shape.letter
		}
	}
	return taken
}

// isReachable is true when a place's surroundings are taken while nothing stands in it.
func (p *probe) isReachable(at path) bool {
	if at[len(at)-1].element {
		return p.decode(at[:len(at)-1], []any{}) == nil
	}
	return p.decode(at[:len(at)-1], map[string]any{}) == nil
}

// isOpen is true when a key that no component can have is taken.
func (p *probe) isOpen(at path) bool {
	err := p.decode(at, map[string]any{unknownKey: 7})
	if err == nil {
		return true
	}
	if p.decode(at, map[string]any{}) == nil {
		return false
	}
	return !strings.Contains(err.Error(), unknownKey)
}

func (p *probe) acceptsKey(at path, key string, value any) bool {
	return p.decode(at, map[string]any{key: value}) == nil
}

// Words that settings of a closed set of words are made of, in all components of today.
var words = []string{
	"none", "basic", "normal", "detailed",
	"debug", "info", "warn", "error", "dpanic", "panic", "fatal",
	"gzip", "zlib", "deflate", "snappy", "zstd", "lz4", "x-snappy-framed",
	"tcp", "tcp4", "tcp6", "udp", "udp4", "udp6", "ip", "ip4", "ip6", "unix", "unixgram", "unixpacket", "npipe",
	"items", "bytes", "requests", "sizer",
	"ignore", "propagate", "silent",
	"proto", "json", "console",
	"strict", "relaxed", "true", "false",
	"insert", "update", "upsert", "delete", "hash", "extract", "convert",
	"resource", "scope", "span", "spanevent", "metric", "datapoint", "log", "profile", "request",
	"copy", "move", "auto", "keep", "drop", "hash_seed", "equalizing", "proportional",
	"md5", "sha1", "sha3", "hmac-sha256", "hmac_sha256", "hmacsha256",
}

// enum is the closed set of words of a place that refuses a word of no meaning, as far as the words above go.
func (p *probe) enum(at path) []string {
	if len(at) == 0 || p.decode(at, "ampora") == nil || !p.isReachable(at) {
		return nil
	}
	var taken []string
	for _, word := range words {
		if p.decode(at, word) == nil {
			taken = append(taken, word)
		}
	}
	return taken
}

func (p *probe) decode(at path, value any) error {
	return p.decodeInto(p.create(), at, value)
}

func (p *probe) decodeInto(config component.Config, at path, value any) (err error) {
	// Some decoders stumble over values that make no sense: a Collector would end there too.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the decoder gave up: %v", fault)
		}
	}()
	return confmap.NewFromStringMap(document(at, value)).Unmarshal(config)
}

// document is the smallest configuration in which the value stands at the path.
func document(at path, value any) map[string]any {
	for i := len(at) - 1; i >= 0; i-- {
		if object, isMap := value.(map[string]any); isMap {
			value = merged(object, at[i].beside)
		}
		if at[i].element {
			value = []any{value}
		} else {
			value = map[string]any{at[i].key: value}
		}
	}
	if object, isMap := value.(map[string]any); isMap {
		return object
	}
	return map[string]any{}
}

func merged(object, beside map[string]any) map[string]any {
	if len(beside) == 0 {
		return object
	}
	all := maps.Clone(beside)
	maps.Copy(all, object)
	return all
}
