import type { ConfigFile } from '../config-file.ts';
import type { AgentConfigFile, AgentConfigMap } from '../messages/agent-config-map.ts';
import type { AgentRemoteConfig } from '../messages/server-to-agent.ts';
import { EmptyRecord } from '../messages/empty.ts';
import { remoteConfigHash } from '../remote-config-hash.ts';

/** The reverse of configMapToFiles. Bodies are not copied. */
export function filesToConfigMap(files: readonly ConfigFile[]): AgentConfigMap {
  const configMap: Record<string, AgentConfigFile> = new EmptyRecord();
  for (const { name, contentType, body } of files) configMap[name] = { contentType, body };
  return { configMap };
}

/** A remote config with its hash, which is never empty. No files at all stops a supervised collector: offer them on purpose only. */
export function filesToRemoteConfig(files: readonly ConfigFile[]): AgentRemoteConfig {
  return { config: filesToConfigMap(files), configHash: remoteConfigHash(files) };
}
