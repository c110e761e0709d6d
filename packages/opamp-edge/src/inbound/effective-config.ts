import { contentHashOf } from '@ampora/application';
import { type AgentCommand, meaningOfFiles } from '@ampora/domain';
import { type EffectiveConfig, effectiveConfigToFiles } from '@ampora/opamp-protocol';
import { digestOf } from './digest.ts';

export interface EffectiveConfigReport {
  readonly command: Extract<AgentCommand, { type: 'record-effective-config' }>;
  /** By content hash; views on the received message. */
  readonly bodies: ReadonlyMap<string, Uint8Array>;
}

export function readEffectiveConfig(config: EffectiveConfig): EffectiveConfigReport {
  const bodies = new Map<string, Uint8Array>();
  const files = effectiveConfigToFiles(config).map(({ name, contentType, body }) => {
    const contentHash = contentHashOf(body);
    bodies.set(contentHash, body);
    return { name, contentType, contentHash, sizeBytes: body.byteLength };
  });
  return {
    command: { type: 'record-effective-config', digest: digestOf(meaningOfFiles(files)), files },
    bodies,
  };
}
