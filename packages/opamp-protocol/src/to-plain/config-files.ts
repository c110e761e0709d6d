import type { ConfigFile } from '../config-file.ts';
import type { AgentConfigMap } from '../messages/agent-config-map.ts';
import type { EffectiveConfig } from '../messages/agent-to-server.ts';
import { toPlainText } from './plain-text.ts';

/**
 * The files of a config map, ordered by name (by code unit, so the same everywhere). Names stay unique: of two that become the same
 * plain text the last wins. Bodies may be views on the frame.
 */
export function configMapToFiles(map: AgentConfigMap | undefined): ConfigFile[] {
  if (map === undefined) return [];
  const files = new Map<string, ConfigFile>();
  for (const [key, { contentType, body }] of Object.entries(map.configMap)) {
    const name = toPlainText(key);
    files.set(name, { name, contentType: toPlainText(contentType), body });
  }
  return [...files.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The files of an effective config; none for an absent map, as for an empty one. */
export function effectiveConfigToFiles(config: EffectiveConfig): ConfigFile[] {
  return configMapToFiles(config.configMap);
}
