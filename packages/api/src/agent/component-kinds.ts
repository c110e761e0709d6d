/** One node of a stored component list, as the edge writes it: kinds at the top, their types below. */
interface StoredComponent {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly components?: Readonly<Record<string, StoredComponent>>;
}

export type ComponentKinds = Record<string, { type: string; module: string }[]>;

/** The list as the page shows it: kind → types, each with the module that it comes from. */
export function componentKinds(body: string): ComponentKinds {
  const kinds = JSON.parse(body) as Readonly<Record<string, StoredComponent>>;
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, { components = {} }]) => [
      kind,
      Object.entries(components)
        .map(([type, component]) => ({ type, module: moduleOf(component) }))
        .sort((left, right) => left.type.localeCompare(right.type)),
    ]),
  );
}

function moduleOf({ metadata = {} }: StoredComponent): string {
  const namespace = metadata['code.namespace'];
  return typeof namespace === 'string' ? namespace : '';
}
