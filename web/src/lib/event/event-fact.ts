type Data = Readonly<Record<string, unknown>>;

const textOf = (data: Data, name: string): string => {
  const value = data[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
const joined = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(': ');

/** What an event says beyond its type, in a few words; empty when nothing in it is plain. */
export function eventFact({ data }: { readonly data: Data }): string {
  const health = data['health'];
  if (typeof health === 'object' && health !== null && 'healthy' in health) {
    const node = health as Data;
    const state = node['healthy'] === true ? 'healthy' : 'unhealthy';
    return joined(state, textOf(node, 'lastError') || textOf(node, 'status'));
  }
  if (textOf(data, 'status') !== '') return joined(textOf(data, 'status'), textOf(data, 'errorMessage'));
  const version = textOf(data, 'version');
  const versioned = version === '' ? '' : `version ${version}`;
  const texts = ['name', 'reason', 'notes', 'transport'].map((name) => textOf(data, name));
  return joined(versioned, ...texts);
}
