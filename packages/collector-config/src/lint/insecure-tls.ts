import type { ConfigPath } from '../config-path.ts';
import type { ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, memberOf } from '../config-value.ts';
import { readHost } from './read-host.ts';
import type { BuiltInLintRule, LintRemark } from './lint-rule.ts';

/** Exporters that send without TLS to another host. Settings inside settings (a load balancer's protocol) count too. */
export const insecureTls: BuiltInLintRule = {
  id: 'tls-insecure',
  name: 'No plain text to other hosts',
  description: 'No exporter has tls.insecure: true unless it sends to localhost, 127.0.0.1 or ::1.',
  defaultSeverity: 'error',
  check: ({ root }) => {
    const exporters = memberOf(root, 'exporters');
    if (!isConfigMap(exporters)) return [];
    return Object.keys(exporters).flatMap((id) =>
      findInsecure(memberOf(exporters, id), ['exporters', id], undefined),
    );
  },
};

function findInsecure(
  value: ConfigValue | undefined,
  path: ConfigPath,
  outerEndpoint: string | undefined,
): readonly LintRemark[] {
  if (isConfigList(value))
    return value.flatMap((item, index) => findInsecure(item, [...path, index], outerEndpoint));
  if (!isConfigMap(value)) return [];
  const own = memberOf(value, 'endpoint');
  const endpoint = typeof own === 'string' ? own : outerEndpoint;
  const below = Object.keys(value).flatMap((key) =>
    findInsecure(memberOf(value, key), [...path, key], endpoint),
  );
  if (memberOf(memberOf(value, 'tls'), 'insecure') !== true) return below;
  const remark = describe([...path, 'tls', 'insecure'], endpoint);
  return remark === undefined ? below : [remark, ...below];
}

function describe(path: ConfigPath, endpoint: string | undefined): LintRemark | undefined {
  const host = endpoint === undefined ? undefined : readHost(endpoint);
  if (host?.kind === 'loopback') return undefined;
  const marked = { path, at: 'value', suggestion: 'false' } as const;
  if (host?.kind === 'unknown')
    return {
      ...marked,
      atMost: 'warning',
      message: `Sends without TLS, and where to is known on the agent's host only. Is it always that host itself?`,
    };
  const where = host === undefined ? 'another host' : `"${host.host}"`;
  return {
    ...marked,
    message: `Sends to ${where} without TLS: everyone on the way can read and change it. Use TLS, or send to localhost.`,
  };
}
