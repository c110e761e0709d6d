package main

import (
	"reflect"
	"strings"
)

// Settings whose Go type is known only once a word is read. The words are listed here; what they mean is asked.
var (
	hostScrapers = []string{
		"cpu", "disk", "filesystem", "load", "memory", "network", "nfs", "paging", "process", "processes", "system",
	}
	logOperators = []string{
		"add", "assign_keys", "container", "copy", "csv_parser", "drop_output", "file_output", "filter", "flatten",
		"json_array_parser", "json_parser", "key_value_parser", "move", "noop", "recombine", "regex_parser",
		"regex_replace", "remove", "retain", "router", "sanitize_utf8", "scope_name_parser", "severity_parser",
		"stdout", "syslog_parser", "time_parser", "trace_parser", "unquote", "uri_parser",
	}
)

// addVariants describes what depends on a word: the scrapers of hostmetrics and the operators of log receivers.
func (w *walk) addVariants(into *node, typ reflect.Type, at path) {
	if w.kind == "receiver" && w.name == "hostmetrics" && len(at) == 0 {
		w.addScrapers(into)
	}
	if typ.Kind() == reflect.Struct && typ.Name() == "Config" && strings.HasSuffix(typ.PkgPath(), "/pkg/stanza/operator") {
		w.addOperators(into, at)
	}
}

func (w *walk) addScrapers(into *node) {
	at := path(nil).with("scrapers")
	scrapers := &node{Type: "struct", Accepts: w.probe.accepts(at), Open: w.probe.isOpen(at)}
	for _, name := range hostScrapers {
		config := w.probe.create()
		if w.probe.decodeInto(config, at.with(name), map[string]any{}) != nil {
			continue // Not on this system, or not in this release.
		}
		held := reflect.ValueOf(config).Elem().FieldByName("Scrapers").MapRange()
		for held.Next() {
			found := w.describe(held.Value().Elem(), held.Value().Elem().Type(), at.with(name))
			found.Optional = "off"
			scrapers.Fields = append(scrapers.Fields, field{Name: name, node: found})
		}
	}
	into.Fields = append(into.Fields, field{Name: "scrapers", node: scrapers})
}

func (w *walk) addOperators(into *node, at path) {
	into.Type = "struct"
	into.Open = true // What is not in a variant is not known here.
	into.Discriminator = "type"
	into.Variants = map[string]*node{}
	for _, name := range logOperators {
		below := at.given(map[string]any{"type": name})
		config := w.probe.create()
		if w.probe.decodeInto(config, below, map[string]any{}) != nil {
			continue
		}
		builder := findBuilder(reflect.ValueOf(config), 0)
		if !builder.IsValid() {
			continue
		}
		// A router holds operators again: those are described once, at the top.
		into.Variants[name] = w.describe(builder.Elem(), builder.Elem().Type(), below)
	}
}

// findBuilder finds the one operator that was decoded into a configuration.
func findBuilder(value reflect.Value, depth int) reflect.Value {
	if depth > 12 || !value.IsValid() {
		return reflect.Value{}
	}
	switch value.Kind() {
	case reflect.Pointer:
		return findBuilder(value.Elem(), depth+1)
	case reflect.Slice:
		for i := range value.Len() {
			if found := findBuilder(value.Index(i), depth+1); found.IsValid() {
				return found
			}
		}
	case reflect.Struct:
		if strings.HasSuffix(value.Type().PkgPath(), "/pkg/stanza/operator") && value.Type().Name() == "Config" {
			return value.FieldByName("Builder")
		}
		for i := range value.NumField() {
			if !value.Type().Field(i).IsExported() {
				continue
			}
			if found := findBuilder(value.Field(i), depth+1); found.IsValid() {
				return found
			}
		}
	}
	return reflect.Value{}
}
