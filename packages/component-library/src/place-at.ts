import type { ConfigMap, ConfigPath, ConfigValue } from '@ampora/collector-config';
import { componentSections, parseComponentId } from '@ampora/collector-config';

import { kindOfSection } from './check-against-library.ts';
import type { ComponentLibrary, LibraryComponent } from './component-library.ts';
import { findComponent } from './component-library.ts';
import { docOfField, enumOfField } from './docs/doc-of.ts';
import { fieldAt, valueBelow } from './settings-below.ts';
import type { SettingsNode } from './settings-node.ts';

/** A place in a configuration, as the library knows it. */
export interface Place {
  readonly node: SettingsNode;
  /** Undefined below `service.telemetry`. */
  readonly component?: LibraryComponent;
  /** From the component's settings (or from `service.telemetry`) to here. */
  readonly below: ConfigPath;
  /** What our own words say of a key below this place; empty when they say nothing. */
  readonly docOf: (name: string) => string;
}

/** The place of a path of a configuration: `receivers`, the component's id, then its settings. */
export function placeAt(
  library: ComponentLibrary,
  path: ConfigPath,
  root: ConfigMap = {},
): Place | undefined {
  const [section, id] = path;
  const below = path.slice(2);
  const value = valueBelow(valueBelow(root, section ?? ''), id ?? '');
  if (section === 'service' && id === 'telemetry')
    return placeBelow(library.telemetry, undefined, below, value);
  const named = componentSections.find((one) => one === section);
  const type = typeof id === 'string' ? parseComponentId(id)?.type : undefined;
  if (named === undefined || type === undefined) return undefined;
  const component = findComponent(library, kindOfSection(named), type);
  return component && placeBelow(component.settings, component, below, value);
}

function placeBelow(
  settings: SettingsNode,
  component: LibraryComponent | undefined,
  below: ConfigPath,
  value: ConfigValue | undefined,
): Place | undefined {
  const node = fieldAt(settings, below, value);
  if (node === undefined) return undefined;
  const words = node.enum ?? enumOfField(component, below);
  return {
    node: words === undefined ? node : { ...node, enum: words },
    ...(component === undefined ? {} : { component }),
    below,
    docOf: (name) => docOfField(component, [...below, name]),
  };
}
