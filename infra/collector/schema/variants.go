package main

import (
	"reflect"
	"slices"
	"strings"
)

// Settings whose Go type is known only once a word is read. The words are listed here; what they mean is asked.
var (
	hostScrapers = []string{
		"cpu", "disk", "filesystem", "load", "memory", "network", "nfs", "paging", "process", "processes", "system",
	}
	logOperators = []string{
		"add", "assign_keys", "container", "copy", "csv_parser", "drop_output", "file_input", "file_output", "filter",
		"flatten", "generate_input", "journald_input", "json_array_parser", "json_parser", "key_value_parser", "move", "namedpipe", "noop", "recombine", "regex_parser",
		"regex_replace", "remove", "retain", "router", "sanitize_utf8", "scope_name_parser", "severity_parser",
		"stdin", "stdout", "syslog_input", "syslog_parser", "tcp_input", "time_parser", "trace_parser", "udp_input",
		"unquote", "uri_parser", "windows_eventlog_input",
	}
)

// Prometheus reads the ways to find targets into a struct that it makes at run time.
var targetSources = []string{
	"azure_sd_configs", "consul_sd_configs", "digitalocean_sd_configs", "dns_sd_configs", "docker_sd_configs",
	"dockerswarm_sd_configs", "ec2_sd_configs", "eureka_sd_configs", "file_sd_configs", "gce_sd_configs",
	"hetzner_sd_configs", "http_sd_configs", "ionos_sd_configs", "kubernetes_sd_configs", "kuma_sd_configs",
	"lightsail_sd_configs", "linode_sd_configs", "marathon_sd_configs", "nerve_sd_configs", "nomad_sd_configs",
	"openstack_sd_configs", "ovhcloud_sd_configs", "puppetdb_sd_configs", "scaleway_sd_configs",
	"serverset_sd_configs", "stackit_sd_configs", "triton_sd_configs", "uyuni_sd_configs", "vultr_sd_configs",
}

type staticTargets struct {
	Targets []string          `yaml:"targets"`
	Labels  map[string]string `yaml:"labels"`
}

// besideOf is what a struct must hold before its decoder looks at anything else in it.
func besideOf(typ reflect.Type) map[string]any {
	if isPrometheus(typ, "ScrapeConfig") {
		return map[string]any{"job_name": "ampora"}
	}
	return nil
}

func isPrometheus(typ reflect.Type, name string) bool {
	return typ.Name() == name && strings.HasSuffix(typ.PkgPath(), "prometheus/prometheus/config")
}

func (w *walk) addTargetSources(into *node, at path) {
	for _, name := range targetSources {
		if accepts := w.probe.accepts(at.with(name)); strings.Contains(accepts, "l") {
			source := &node{Type: "list", Accepts: accepts, Element: &node{Type: "any", Accepts: "?"}}
			into.Fields = append(into.Fields, field{Name: name, node: source})
		}
	}
	static := w.describe(reflect.Value{}, reflect.TypeFor[[]staticTargets](), at.with("static_configs"))
	into.Fields = append(into.Fields, field{Name: "static_configs", node: static})
}

// addVariants describes what depends on a word: the scrapers of hostmetrics and the operators of log receivers.
func (w *walk) addVariants(into *node, typ reflect.Type, at path) {
	if w.kind == "receiver" && w.name == "hostmetrics" && len(at) == 0 {
		w.addScrapers(into)
	}
	if isPrometheus(typ, "ScrapeConfig") || isPrometheus(typ, "AlertmanagerConfig") {
		w.addTargetSources(into, at)
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
		variant := w.describe(builder.Elem(), builder.Elem().Type(), below)
		// Asking what can stand under the word itself would make another variant of it.
		variant.Fields = slices.DeleteFunc(variant.Fields, func(one field) bool { return one.Name == into.Discriminator })
		into.Variants[name] = variant
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
