import type { AgentEvent, EffectiveConfigFile } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

/** The bodies are stored by their hashes before this is. */
export interface RecordEffectiveConfig {
  readonly type: 'record-effective-config';
  readonly digest: string;
  readonly files: EffectiveConfigFile[];
}

export function recordEffectiveConfig(command: RecordEffectiveConfig, state: AgentState): AgentEvent[] {
  const { digest, files } = command;
  if (enrolled(state).effectiveConfig === digest) return [];
  return [{ type: 'AgentEffectiveConfigReported', data: { digest, files } }];
}
