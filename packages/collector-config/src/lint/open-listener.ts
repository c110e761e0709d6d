import type { ConfigPath } from '../config-path.ts';
import type { ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, memberOf } from '../config-value.ts';
import type { ConfigDocument } from '../parse-config.ts';
import type { BuiltInLintRule, LintRemark } from './lint-rule.ts';
import { readHost } from './read-host.ts';

/**
 * Listeners on every network interface. A comment on the line of the address, or on the line above it, allows one:
 *
 *     endpoint: 0.0.0.0:4317 # ampora: allow 0.0.0.0 behind the pod's network policy
 */
export const openListener: BuiltInLintRule = {
  id: 'open-listener',
  name: 'No listener on every interface',
  description:
    'No receiver or extension listens on 0.0.0.0, [::] or a bare :port without a comment "ampora: allow 0.0.0.0 <why>" on its line or the line above.',
  defaultSeverity: 'error',
  check: (document) => {
    const lines = document.text.split('\n');
    return listenerPaths(document).flatMap((path) => describe(document, lines, path));
  },
};

/** Keys under which components keep the address that they listen on. */
const addressKeys = new Set(['endpoint', 'listen_address', 'address', 'bind_address', 'http_endpoint']);
/** Exporters that wait to be asked. */
const listeningExporters = /^prometheus(\/|$)/;

function listenerPaths({ root }: ConfigDocument): readonly ConfigPath[] {
  const found: ConfigPath[] = [];
  for (const section of ['receivers', 'extensions', 'exporters']) {
    const components = memberOf(root, section);
    if (!isConfigMap(components)) continue;
    for (const id of Object.keys(components))
      if (section !== 'exporters' || listeningExporters.test(id))
        collect(memberOf(components, id), [section, id], found);
  }
  collectOwnMetrics(root, found);
  return found;
}

function collect(value: ConfigValue | undefined, path: ConfigPath, into: ConfigPath[]): void {
  if (isConfigList(value)) value.forEach((item, index) => collect(item, [...path, index], into));
  if (!isConfigMap(value)) return;
  for (const key of Object.keys(value)) {
    const member = memberOf(value, key);
    if (typeof member !== 'string') collect(member, [...path, key], into);
    else if (addressKeys.has(key) && /:(\d{1,5}|\$\{.*\})\}?\/?$/.test(member) && isOpen(member))
      into.push([...path, key]);
  }
}

function collectOwnMetrics(root: ConfigValue, into: ConfigPath[]): void {
  const path = ['service', 'telemetry', 'metrics', 'readers'];
  const readers = path.reduce<ConfigValue | undefined>(memberOf, root);
  if (!isConfigList(readers)) return;
  readers.forEach((reader, index) => {
    const below = ['pull', 'exporter', 'prometheus', 'host'];
    const host = below.reduce<ConfigValue | undefined>(memberOf, reader);
    if (typeof host === 'string' && isOpen(`${host.includes(':') ? `[${host}]` : host}:0`))
      into.push([...path, index, ...below]);
  });
}

function isOpen(address: string): boolean {
  return readHost(address).kind === 'any';
}

const allowance = /#.*\bampora:\s*allow\s+0\.0\.0\.0\b(.*)$/;

function describe(
  document: ConfigDocument,
  lines: readonly string[],
  path: ConfigPath,
): readonly LintRemark[] {
  const { line } = document.rangeOf(path, 'value');
  const above = lines[line - 2]?.trim() ?? '';
  const comment =
    allowance.exec(lines[line - 1] ?? '') ?? (above.startsWith('#') ? allowance.exec(above) : null);
  if (comment === null)
    return [
      {
        path,
        at: 'value',
        message:
          'Listens on every network interface of the host. Name one address, or say why not in a comment: # ampora: allow 0.0.0.0 <why>.',
      },
    ];
  if ((comment[1] ?? '').trim() !== '') return [];
  return [
    {
      path,
      at: 'value',
      message: 'The comment that allows this listener gives no reason: # ampora: allow 0.0.0.0 <why>.',
    },
  ];
}
