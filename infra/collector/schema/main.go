// Command schema prints, as JSON, what every component of one Collector build can be told: its settings with their
// types and defaults, the signals that it supports, and what the Collector's own decoder accepts in each place.
//
// It has no module of its own: it is compiled beside the components.go that the builder generates, in place of the
// generated main, so that it links the very factories of that build (see ../README.md).
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap/xconfmap"
)

type release struct {
	Components []described `json:"components"`
	// Telemetry is what stands under service.telemetry.
	Telemetry *node `json:"telemetry"`
}

type described struct {
	Kind    string `json:"kind"`
	Type    string `json:"type"`
	Module  string `json:"module"`
	Version string `json:"version"`
	// DeprecatedAlias is an older type name that still means this component.
	DeprecatedAlias string `json:"deprecatedAlias,omitempty"`
	// Stability by signal; for a connector by "from→to"; for an extension under "extension".
	Stability map[string]string `json:"stability"`
	// NeedsSettings: the component refuses its own defaults, so something must be written.
	NeedsSettings bool  `json:"needsSettings,omitempty"`
	Settings      *node `json:"settings"`
}

func main() {
	factories, err := components()
	if err != nil {
		fmt.Fprintln(os.Stderr, "the components of this build do not link:", err)
		os.Exit(1)
	}
	var out release
	out.Components = append(out.Components, describeAll("receiver", factories.Receivers, factories.ReceiverModules)...)
	out.Components = append(out.Components, describeAll("processor", factories.Processors, factories.ProcessorModules)...)
	out.Components = append(out.Components, describeAll("exporter", factories.Exporters, factories.ExporterModules)...)
	out.Components = append(out.Components, describeAll("connector", factories.Connectors, factories.ConnectorModules)...)
	out.Components = append(out.Components, describeAll("extension", factories.Extensions, factories.ExtensionModules)...)
	if factories.Telemetry != nil {
		out.Telemetry = describeSettings("telemetry", "telemetry", factories.Telemetry.CreateDefaultConfig)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, "the schema cannot be written as JSON:", err)
		os.Exit(1)
	}
}

func describeAll[T component.Factory](kind string, factories map[component.Type]T, modules map[component.Type]string) []described {
	all := make([]described, 0, len(factories))
	for key, factory := range factories {
		if key != factory.Type() {
			continue // The old name of a component that stands under its new one too.
		}
		module, version, _ := strings.Cut(modules[key], " ")
		one := described{
			Kind:      kind,
			Type:      key.String(),
			Module:    module,
			Version:   strings.TrimPrefix(version, "v"),
			Stability: stabilityOf(factory),
			Settings:  describeSettings(kind, key.String(), factory.CreateDefaultConfig),
		}
		if aliased, ok := any(factory).(interface{ DeprecatedAlias() component.Type }); ok {
			one.DeprecatedAlias = aliased.DeprecatedAlias().String()
		}
		one.NeedsSettings = xconfmap.Validate(factory.CreateDefaultConfig()) != nil
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Type < all[j].Type })
	return all
}
