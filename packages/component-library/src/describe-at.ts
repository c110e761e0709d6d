import type { ConfigMap, ConfigPath } from '@ampora/collector-config';

import type { ComponentLibrary, LibraryComponent } from './component-library.ts';
import { docOfField } from './docs/doc-of.ts';
import { placeAt } from './place-at.ts';
import type { SettingsDefault } from './settings-node.ts';
import { describeType } from './shape-of-value.ts';

export interface Description {
  /** The key, or the component's type. */
  readonly title: string;
  readonly component?: LibraryComponent;
  /** Such as `a duration such as 5s or 1m30s`. */
  readonly type: string;
  readonly default?: SettingsDefault;
  /** The words that are taken. */
  readonly enum?: readonly string[];
  /** Does nothing until it is written. */
  readonly isOffByDefault: boolean;
  /** One sentence of our own; empty when there is none. */
  readonly doc: string;
}

/** What is known of the key at a path, for a person who points at it. Undefined where nothing is. */
export function describeAt(
  library: ComponentLibrary,
  path: ConfigPath,
  root: ConfigMap = {},
): Description | undefined {
  const place = placeAt(library, path, root);
  if (place === undefined) return undefined;
  const { node, component, below } = place;
  const isComponent = component !== undefined && below.length === 0;
  return {
    title: isComponent ? component.type : String(path.at(-1)),
    ...(component === undefined ? {} : { component }),
    type: describeType(node),
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.enum === undefined ? {} : { enum: node.enum }),
    isOffByDefault: node.optional === 'off' || node.optional === 'unset',
    doc: isComponent ? component.doc : docOfField(component, below),
  };
}
