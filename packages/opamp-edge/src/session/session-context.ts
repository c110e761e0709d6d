import type { EventMetadata } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';
import type { EdgeMetrics } from '../edge-metrics.ts';
import type { FactWriter } from '../facts/fact-writer.ts';
import type { OwnMetricsSettings } from '../outbound/own-metrics.ts';
import type { WantedConfigs } from '../push/wanted-configs.ts';
import type { AvailableComponentsIndex } from './components-index.ts';
import type { FullStatePace } from './full-state-pace.ts';

/** What all sessions of an edge share. */
export interface SessionContext<Session> {
  readonly tenant: string;
  readonly edgeInstance: string;
  readonly writer: FactWriter;
  readonly wanted: WantedConfigs;
  readonly ownMetrics: OwnMetricsSettings;
  /** Of this server, as agents are told them. */
  readonly capabilities: bigint;
  readonly components: AvailableComponentsIndex;
  readonly fullState: FullStatePace;
  readonly metrics: EdgeMetrics;
  readonly statusTimeoutMs: number;
  readonly repeatOfferMs: number;
  readonly logger: Logger;
  readonly knownContent: KnownContent;
  /** Loads the session's agent (again), then calls `loaded` or `loadFailed`. */
  readonly load: (session: Session) => void;
  /** Makes the session answer to another uid as well. */
  readonly alias: (instanceUid: Uint8Array, session: Session) => void;
}

/** Hashes of bodies that are in the log for certain. */
export interface KnownContent {
  has(contentHash: string): boolean;
  add(contentHash: string): void;
}

export function metadataFor(
  context: Pick<SessionContext<never>, 'tenant'>,
  agentId: string,
  message: { readonly remoteAddress: string; readonly correlationId: string },
): EventMetadata {
  const { remoteAddress: sourceIp, correlationId } = message;
  return {
    tenant: context.tenant,
    actor: `agent:${agentId}`,
    actorRole: 'Agent',
    ...(sourceIp === '' ? {} : { sourceIp }),
    correlationId,
  };
}
