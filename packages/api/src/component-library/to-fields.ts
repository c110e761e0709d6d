import type { ComponentField } from '@ampora/api-contract';
import { docOfField, enumOfField, type LibraryComponent, type SettingsNode } from '@ampora/component-library';

/** The settings of a component as a tree, our own words beside each. */
export function toFields(component: LibraryComponent): ComponentField[] {
  return fieldsOf(component, component.settings, []);
}

function fieldsOf(
  component: LibraryComponent,
  node: SettingsNode,
  below: readonly string[],
): ComponentField[] {
  return [...(node.fields ?? [])].map(([name, field]) => toField(component, field, [...below, name]));
}

function toField(component: LibraryComponent, node: SettingsNode, below: readonly string[]): ComponentField {
  const words = node.enum ?? enumOfField(component, below);
  const { element, variants } = node;
  return {
    name: below.at(-1) ?? '',
    type: node.type,
    default: node.default ?? null,
    doc: docOfField(component, below),
    children: fieldsOf(component, node, below),
    // Our words know no list indexes: what is below an element is described below its list.
    element: element === undefined ? null : { ...toField(component, element, below), name: '', doc: '' },
    ...(words === undefined ? {} : { enum: [...words] }),
    opaque: node.type === 'any' || node.isOpen,
    optional: node.optional ?? null,
    ...(variants === undefined
      ? {}
      : {
          variants: {
            discriminator: variants.discriminator,
            by: Object.fromEntries(
              [...variants.by].map(([word, variant]) => [word, fieldsOf(component, variant, below)]),
            ),
          },
        }),
  };
}
