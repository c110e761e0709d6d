import type { ConfigMap } from '../config-value.ts';
import { memberOf } from '../config-value.ts';
import type { ComponentRemark } from './component-rule.ts';
import { Settings } from './settings.ts';

/** What the Collector asks of its own telemetry. */
export function checkOwnTelemetry(root: ConfigMap): readonly ComponentRemark[] {
  const telemetry = memberOf(memberOf(root, 'service'), 'telemetry');
  const metrics = new Settings(telemetry, ['service', 'telemetry']).at('metrics');
  const readers = metrics.at('readers');
  const isOff = metrics.at('level').isHidden || metrics.at('level').text?.toLowerCase() === 'none';
  if (isOff || readers.isHidden || !readers.isSet || !readers.isEmpty) return [];
  const message =
    'Metrics of its own go nowhere: give one reader at least, leave readers out, or write level: none.';
  return [{ kind: 'required', path: readers.path, message }];
}
