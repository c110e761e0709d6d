package main

import (
	"reflect"

	"go.opentelemetry.io/collector/component"
)

var signalMethods = []struct{ signal, method string }{
	{"traces", "Traces"}, {"metrics", "Metrics"}, {"logs", "Logs"}, {"profiles", "Profiles"},
}

// stabilityOf asks a factory for the level of each signal, by the name of the method: those of profiles stand on
// interfaces of their own, and a connector has one per pair of signals. What it does not support has no entry.
func stabilityOf(factory any) map[string]string {
	levels := map[string]string{}
	value := reflect.ValueOf(factory)
	ask := func(key, method string) {
		found := value.MethodByName(method)
		if !found.IsValid() || found.Type().NumIn() != 0 || found.Type().NumOut() != 1 {
			return
		}
		level, ok := found.Call(nil)[0].Interface().(component.StabilityLevel)
		if ok && level != component.StabilityLevelUndefined {
			levels[key] = level.String()
		}
	}
	for _, from := range signalMethods {
		ask(from.signal, from.method+"Stability")
		for _, to := range signalMethods {
			ask(from.signal+"→"+to.signal, from.method+"To"+to.method+"Stability")
		}
	}
	ask("extension", "Stability")
	return levels
}
