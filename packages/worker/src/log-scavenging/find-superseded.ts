import type { EventLog, ScavengedEvent } from '@ampora/application/ports';
import type { Position, RecordedEvent } from '@ampora/kernel';
import { eventLine, type Hashing, hashLeaf, toBase64 } from '@ampora/proof';

/** Which reports may go. The same selection finds the same events whenever it is made, those that are gone included. */
export interface Selection {
  readonly tenant: string;
  readonly types: readonly string[];
  readonly recordedBeforeMs: number;
  /** Only what a signed root covers: its hash can then be proven for good. */
  readonly sealedPosition: Position;
  /** Only what a newer report up to here has superseded. */
  readonly decidedPosition: Position;
}

export interface Superseded extends ScavengedEvent {
  /** Its data is gone already. */
  readonly isGone: boolean;
}

export interface FindOptions {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly hashing: Hashing;
  readonly signal?: AbortSignal;
}

/**
 * Superseded reports with the hashes of their leaves. Reads the log from the start, since a leaf's hash counts the
 * leaves before it; keeps one entry per agent and type in memory.
 */
export async function* findSuperseded(
  { log, hashing, signal }: FindOptions,
  selection: Selection,
): AsyncGenerator<Superseded> {
  const types = new Set(selection.types);
  const newest = new Map<string, Superseded | undefined>();
  let sequence = 0;
  for await (const page of log.readAll({ pageSize: 2_000, ...(signal ? { signal } : {}) })) {
    for (const event of page) {
      if (event.position > selection.decidedPosition) return;
      if (event.metadata.tenant !== selection.tenant) continue;
      if (types.has(event.type)) {
        const report = `${event.type} ${event.streamId}`;
        const superseded = newest.get(report);
        if (superseded) yield superseded;
        const mayGo =
          event.recordedAtMs < selection.recordedBeforeMs && event.position <= selection.sealedPosition;
        newest.set(report, mayGo ? toSuperseded(event, sequence, hashing) : undefined);
      }
      sequence++;
    }
  }
}

function toSuperseded(event: RecordedEvent, sequence: number, hashing: Hashing): Superseded {
  const { position, metadata } = event;
  if (metadata.scavenged) return { position, leafHash: metadata.scavenged.leafHash, isGone: true };
  return { position, leafHash: toBase64(hashLeaf(hashing, eventLine(event, sequence))), isGone: false };
}
