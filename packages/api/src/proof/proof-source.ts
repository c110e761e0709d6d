import type { ConsistencyProof, EventProof, SealedRoot, SigningKey } from '@ampora/api-contract';
import type { CommandContext } from '@ampora/application';
import type { EventMetadata, Position } from '@ampora/kernel';

/** The sealed history of tenants, and what proves it. */
export interface ProofSource {
  /** Newest first. `before` and `next` are places in the list of roots. */
  roots(
    tenant: string,
    limit: number,
    before?: number,
  ): Promise<{ readonly items: SealedRoot[]; readonly next: number | undefined }>;
  sealNow(metadata: EventMetadata): Promise<{ sealed: boolean; root: SealedRoot | null; position: string }>;
  keys(tenant: string): Promise<SigningKey[]>;
  rotateKey(context: CommandContext): Promise<Position>;
  eventProof(tenant: string, position: Position): Promise<EventProof | 'no-event' | 'not-sealed'>;
  consistency(tenant: string, from: number, to?: number): Promise<ConsistencyProof | undefined>;
}
