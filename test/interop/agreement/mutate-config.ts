import {
  type ConfigMap,
  type ConfigValue,
  isConfigList,
  isConfigMap,
  isReference,
} from '@ampora/collector-config';

/** What was done to a configuration that a Collector takes. */
export interface Mutation {
  readonly kind: 'unknown-key' | 'misspelt-key' | 'wrong-type';
  readonly path: readonly (string | number)[];
  /** What stands there now. */
  readonly value: ConfigValue;
  readonly root: ConfigMap;
}

/** Numbers in [0, 1), the same ones for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const sections = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'];

const strangers: readonly ConfigValue[] = [
  'ampora',
  '',
  '5s',
  '7',
  'true',
  7,
  -7,
  1.5,
  true,
  [],
  ['ampora'],
  [7],
  {},
  { ampora: 1 },
];

/** Puts one fault into the settings of a random component, or none when there is nothing to change. */
export function mutateConfig(root: ConfigMap, random: () => number): Mutation | undefined {
  const places: { readonly path: readonly (string | number)[]; readonly value: ConfigValue }[] = [];
  const collect = (value: ConfigValue, path: readonly (string | number)[]): void => {
    places.push({ path, value });
    if (isConfigList(value)) value.forEach((item, index) => collect(item, [...path, index]));
    else if (isConfigMap(value))
      for (const [key, member] of Object.entries(value)) collect(member, [...path, key]);
  };
  for (const section of sections) {
    const components = root[section];
    if (isConfigMap(components))
      for (const [id, settings] of Object.entries(components)) collect(settings, [section, id]);
  }
  const service = root['service'];
  if (isConfigMap(service) && isConfigMap(service['telemetry']))
    collect(service['telemetry'], ['service', 'telemetry']);

  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const mappings = places.filter(({ value }) => isConfigMap(value) || value === null);
  const inner = places.filter(({ path, value }) => path.length > 2 && !isReference(value));
  const kind = pick(['unknown-key', 'misspelt-key', 'wrong-type'] as const) ?? 'unknown-key';
  if (kind === 'wrong-type') {
    const place = pick(inner);
    const value = pick(strangers);
    if (place === undefined || value === undefined) return undefined;
    return { kind, path: place.path, value, root: withValue(root, place.path, value) as ConfigMap };
  }
  const place = pick(mappings);
  if (place === undefined) return undefined;
  const members = isConfigMap(place.value) ? place.value : {};
  const name = pick(Object.keys(members).filter((key) => key.length > 3));
  if (kind === 'unknown-key' || name === undefined) {
    const path = [...place.path, 'ampora_unknown'];
    return {
      kind: 'unknown-key',
      path,
      value: 7,
      root: withValue(root, place.path, { ...members, ampora_unknown: 7 }) as ConfigMap,
    };
  }
  const misspelt = `${name.slice(0, 1)}${name.slice(2)}`;
  const renamed = Object.fromEntries(
    Object.entries(members).map(([key, member]) => [key === name ? misspelt : key, member]),
  );
  return {
    kind,
    path: [...place.path, misspelt],
    value: members[name] ?? null,
    root: withValue(root, place.path, renamed) as ConfigMap,
  };
}

function withValue(
  value: ConfigValue,
  [step, ...rest]: readonly (string | number)[],
  replacement: ConfigValue,
): ConfigValue {
  if (step === undefined) return replacement;
  if (isConfigList(value))
    return value.map((item, index) => (index === step ? withValue(item, rest, replacement) : item));
  if (!isConfigMap(value)) return { [step]: withValue(null, rest, replacement) };
  return { ...value, [step]: withValue(value[step] ?? null, rest, replacement) };
}
