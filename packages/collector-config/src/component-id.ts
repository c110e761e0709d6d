/** The sections that define components. */
export const componentSections = [
  'receivers',
  'processors',
  'exporters',
  'connectors',
  'extensions',
] as const;
export type ComponentSection = (typeof componentSections)[number];

export const signals = ['traces', 'metrics', 'logs', 'profiles'] as const;
export type Signal = (typeof signals)[number];

/** `type` or `type/name`. */
export interface ComponentId {
  readonly type: string;
  readonly name: string;
}

const typeShape = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;
const nameShape = /^[^\p{Z}\p{C}\p{S}]+$/u;

/** Reads `type[/name]` as the Collector does; undefined when it would refuse the text. */
export function parseComponentId(text: string): ComponentId | undefined {
  const slash = text.indexOf('/');
  const type = (slash === -1 ? text : text.slice(0, slash)).trim();
  const name = slash === -1 ? '' : text.slice(slash + 1).trim();
  if (!typeShape.test(type)) return undefined;
  if (slash !== -1 && (name.length === 0 || name.length > 1024 || !nameShape.test(name))) return undefined;
  return { type, name };
}

export function isSignal(text: string): text is Signal {
  return (signals as readonly string[]).includes(text);
}
