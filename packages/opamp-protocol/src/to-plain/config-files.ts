import type { ConfigFile } from '../config-file.ts';
import type { AgentConfigMap } from '../messages/agent-config-map.ts';
import type { EffectiveConfig } from '../messages/agent-to-server.ts';
import { toPlainText } from './plain-text.ts';

/** The files of a config map, ordered by name (by code unit, so the same everywhere). Bodies may be views on the frame. */
export function configMapToFiles(map: AgentConfigMap | undefined): ConfigFile[] {
  if (map === undefined) return [];
  return Object.entries(map.configMap)
    .map(([name, { contentType, body }]) => ({
      name: toPlainText(name),
      contentType: toPlainText(contentType),
      body,
    }))
    .sort((left, right) => (left.name < right.name ? -1 : Number(left.name > right.name)));
}

/** The files of an effective config; none for an absent map, as for an empty one. */
export function effectiveConfigToFiles(config: EffectiveConfig): ConfigFile[] {
  return configMapToFiles(config.configMap);
}
