package main

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
)

// node is one place in a component's settings.
type node struct {
	// Type: string, secret, int, uint, float, bool, duration, id, text, struct, list, map, any.
	// text is a word with a grammar of its own; any is a place of which nothing is known.
	Type   string  `json:"type"`
	Fields []field `json:"fields,omitempty"`
	// Element of a list or a map; of a struct that is open, what its other keys hold.
	Element *node `json:"element,omitempty"`
	Default any   `json:"default,omitempty"`
	// Optional: "off" has no default, "unset" takes its defaults when the key is written, "on" holds from the start.
	Optional string `json:"optional,omitempty"`
	// Accepts is what the decoder takes here, one letter per shape (see probe.go); "?" when it cannot be told.
	Accepts string `json:"accepts"`
	// Enum are the only words that are taken.
	Enum []string `json:"enum,omitempty"`
	// AnyCase: those words are taken in capitals too.
	AnyCase bool `json:"anyCase,omitempty"`
	// Open: keys that are not listed are taken too.
	Open bool `json:"open,omitempty"`
	// Variants by the word under Discriminator: settings that only some of the elements have.
	Discriminator string           `json:"discriminator,omitempty"`
	Variants      map[string]*node `json:"variants,omitempty"`
}

type field struct {
	Name string `json:"name"`
	*node
}

// Settings deeper than this are left as they are: no component of today comes near it.
const maxDepth = 12

var (
	durationType      = reflect.TypeFor[time.Duration]()
	componentIDType   = reflect.TypeFor[component.ID]()
	textUnmarshalType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

type walk struct {
	probe *probe
	kind  string
	name  string
	// The struct types between the root and here: a type inside itself is described once.
	open []reflect.Type
}

func describeSettings(kind, name string, create func() component.Config) *node {
	config := create()
	w := walk{probe: newProbe(create), kind: kind, name: name}
	return w.describe(reflect.ValueOf(config), reflect.TypeOf(config), nil)
}

// describe looks at a place through its type and, where there is one, its default value.
func (w *walk) describe(value reflect.Value, typ reflect.Type, at path) *node {
	bare := typ
	for bare.Kind() == reflect.Pointer {
		bare = bare.Elem()
	}
	at = at.given(besideOf(bare))
	found := w.shape(value, typ, at)
	found.Accepts = "?" // What a component as a whole takes is no matter of its decoder.
	if len(at) > 0 {
		found.Accepts = w.probe.accepts(at)
	}
	if found.Type == "text" || found.Type == "string" {
		found.Enum = w.probe.enum(at)
		found.AnyCase = len(found.Enum) > 0 && w.probe.decode(at, strings.ToUpper(found.Enum[0])) == nil
	}
	if found.Type == "struct" {
		found.Open = found.Open || w.probe.isOpen(at)
	}
	w.addVariants(found, bare, at)
	return found
}

func (w *walk) shape(value reflect.Value, typ reflect.Type, at path) *node {
	if len(at) > maxDepth {
		return &node{Type: "any"}
	}
	if inner, ok := optionalOf(typ); ok {
		return w.optional(value, inner, at)
	}
	switch {
	case typ == durationType:
		return &node{Type: "duration", Default: scalar(value)}
	case typ == componentIDType:
		return &node{Type: "id", Default: scalar(value)}
	case typ.Kind() == reflect.Pointer:
		return w.pointer(value, typ, at)
	case typ.Name() == "MapList" && strings.HasSuffix(typ.PkgPath(), "/config/configopaque"):
		// Written as a mapping, or as a list of names and values.
		return &node{Type: "map", Element: &node{Type: "secret", Accepts: w.probe.accepts(at.with(anyKey))}}
	case isSecret(typ):
		return &node{Type: "secret", Default: nonEmpty(scalar(value))}
	case reflect.PointerTo(typ).Implements(textUnmarshalType):
		return &node{Type: "text", Default: nonEmpty(scalar(value))}
	}
	switch typ.Kind() {
	case reflect.String:
		return &node{Type: "string", Default: nonEmpty(scalar(value))}
	case reflect.Bool:
		return &node{Type: "bool", Default: scalar(value)}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &node{Type: "int", Default: scalar(value)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &node{Type: "uint", Default: scalar(value)}
	case reflect.Float32, reflect.Float64:
		return &node{Type: "float", Default: scalar(value)}
	case reflect.Struct:
		return w.structure(value, typ, at)
	case reflect.Slice, reflect.Array:
		element := w.describe(reflect.Value{}, typ.Elem(), at.with(anyIndex))
		return &node{Type: "list", Element: element, Default: plainList(value)}
	case reflect.Map:
		return w.mapping(value, typ, at)
	default:
		return &node{Type: "any"}
	}
}

func (w *walk) pointer(value reflect.Value, typ reflect.Type, at path) *node {
	if value.IsValid() && !value.IsNil() {
		found := w.shape(value.Elem(), typ.Elem(), at)
		if len(at) > 0 && found.Type == "struct" {
			found.Optional = "on"
		}
		return found
	}
	found := w.shape(reflect.Value{}, typ.Elem(), at)
	if found.Type == "struct" {
		found.Optional = "off"
	}
	return found
}

// optional is a configoptional.Optional: off, on, or off with defaults of its own.
func (w *walk) optional(value reflect.Value, inner reflect.Type, at path) *node {
	state, held := "off", reflect.Value{}
	if value.IsValid() && value.CanAddr() {
		switch flavor := value.FieldByName("flavor"); {
		case flavor.IsValid() && flavor.Int() == 1:
			state = "unset"
		case flavor.IsValid() && flavor.Int() == 2:
			state = "on"
		}
		if state != "off" {
			// These are the defaults of a throw-away configuration: filling them in changes nothing else.
			held = value.Addr().MethodByName("GetOrInsertDefault").Call(nil)[0].Elem()
		}
	}
	found := w.shape(held, inner, at)
	found.Optional = state
	if found.Type == "struct" && w.probe.acceptsKey(at, "enabled", true) && !w.probe.isOpen(at) {
		switched := &node{Type: "bool", Default: true, Accepts: w.probe.accepts(at.with("enabled"))}
		found.Fields = append(found.Fields, field{Name: "enabled", node: switched})
	}
	return found
}

func (w *walk) structure(value reflect.Value, typ reflect.Type, at path) *node {
	for _, outer := range w.open {
		if outer == typ {
			return &node{Type: "any"}
		}
	}
	w.open = append(w.open, typ)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	found := &node{Type: "struct"}
	w.fields(value, typ, at, found)
	return found
}

// tagOf is the tag by which a struct is decoded. Settings that a component hands on to another project's YAML decoder
// have that decoder's tags only.
func tagOf(typ reflect.Type) string {
	found := "mapstructure"
	for i := range typ.NumField() {
		if _, ok := typ.Field(i).Tag.Lookup("mapstructure"); ok {
			return "mapstructure"
		}
		if _, ok := typ.Field(i).Tag.Lookup("yaml"); ok {
			found = "yaml"
		}
	}
	return found
}

// fields adds the members of a struct, those of squashed ones among them, in the order of the source.
func (w *walk) fields(value reflect.Value, typ reflect.Type, at path, into *node) {
	tag := tagOf(typ)
	for i := range typ.NumField() {
		member := typ.Field(i)
		name, options, _ := strings.Cut(member.Tag.Get(tag), ",")
		if name == "-" || (!member.IsExported() && !member.Anonymous) {
			continue
		}
		if member.Anonymous && member.Type.Kind() == reflect.Interface {
			continue // Filled in by code; what it holds is a variant.
		}
		held := reflect.Value{}
		if value.IsValid() {
			held = value.Field(i)
		}
		if strings.Contains(options, "remain") {
			into.Open = true
			into.Element = &node{Type: "any", Accepts: w.probe.accepts(at.with(anyKey))}
			continue
		}
		if strings.Contains(options, "squash") || strings.Contains(options, "inline") {
			w.squash(held, member.Type, at, into)
			continue
		}
		if !member.IsExported() {
			continue
		}
		if name == "" && tag == "yaml" {
			continue
		}
		if name == "" {
			name = member.Name // What the decoder does with a field that has no tag.
		}
		into.Fields = append(into.Fields, field{Name: name, node: w.describe(held, member.Type, at.with(name))})
	}
}

func (w *walk) squash(value reflect.Value, typ reflect.Type, at path, into *node) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
		if value.IsValid() && !value.IsNil() {
			value = value.Elem()
		} else {
			value = reflect.Value{}
		}
	}
	if inner, ok := optionalOf(typ); ok {
		found := w.optional(value, inner, at)
		into.Fields = append(into.Fields, found.Fields...)
		return
	}
	if typ.Kind() == reflect.Struct {
		w.fields(value, typ, at, into)
	}
}

func (w *walk) mapping(value reflect.Value, typ reflect.Type, at path) *node {
	element := w.describe(reflect.Value{}, typ.Elem(), at.with(anyKey))
	return &node{Type: "map", Element: element, Default: plainMap(value)}
}

func optionalOf(typ reflect.Type) (reflect.Type, bool) {
	if typ.Kind() != reflect.Struct || !strings.HasSuffix(typ.PkgPath(), "/config/configoptional") {
		return nil, false
	}
	inner, ok := typ.FieldByName("value")
	return inner.Type, ok
}

func isSecret(typ reflect.Type) bool {
	return typ.Kind() == reflect.String && strings.HasSuffix(typ.PkgPath(), "/config/configopaque")
}

// scalar is a default as it would be written, nil where there is none or where it could not be written.
func scalar(value reflect.Value) any {
	if !value.IsValid() {
		return nil
	}
	if value.Type() == durationType {
		return time.Duration(value.Int()).String()
	}
	if value.CanAddr() && value.Addr().CanInterface() && value.Type().Kind() == reflect.Struct {
		if written, ok := value.Addr().Interface().(encoding.TextMarshaler); ok {
			if text, err := written.MarshalText(); err == nil {
				return string(text)
			}
		}
	}
	if value.CanInterface() {
		switch written := value.Interface().(type) {
		case component.ID:
			return nonEmpty(written.String())
		case encoding.TextMarshaler:
			if text, err := written.MarshalText(); err == nil {
				return string(text)
			}
		}
	}
	switch value.Kind() {
	case reflect.String:
		return value.String()
	case reflect.Bool:
		return value.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return value.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return value.Uint()
	case reflect.Float32, reflect.Float64:
		return value.Float()
	default:
		return nil
	}
}

func nonEmpty(value any) any {
	if value == "" {
		return nil
	}
	return value
}

func plainList(value reflect.Value) any {
	if !value.IsValid() || value.Len() == 0 {
		return nil
	}
	items := make([]any, 0, value.Len())
	for i := range value.Len() {
		item := scalar(value.Index(i))
		if item == nil {
			return nil
		}
		items = append(items, item)
	}
	return items
}

func plainMap(value reflect.Value) any {
	if !value.IsValid() || value.Len() == 0 {
		return nil
	}
	items := map[string]any{}
	for _, key := range value.MapKeys() {
		item := scalar(value.MapIndex(key))
		if item == nil {
			return nil
		}
		items[fmt.Sprint(key)] = item
	}
	return items
}
