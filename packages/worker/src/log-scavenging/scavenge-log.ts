import { idsOf, stampEvents, typedEvents, uuidFrom } from '@ampora/application';
import type { EventLog, ScavengedEvent } from '@ampora/application/ports';
import { type AuditEvent, scavengeableTypes, streamOf, type TypedEvent } from '@ampora/catalogue';
import type { Hashing } from '@ampora/proof';
import { lastSealedRoot } from '../audit-sealer/seal-root.ts';
import { findSuperseded, type Selection } from './find-superseded.ts';

type Decision = TypedEvent<Extract<AuditEvent, { type: 'LogScavenged' }>>;
type Finish = TypedEvent<Extract<AuditEvent, { type: 'LogScavengeFinished' }>>;

export interface ScavengeLogOptions {
  readonly log: EventLog;
  readonly hashing: Hashing;
  readonly tenant: string;
  readonly afterDays: number;
  readonly signal?: AbortSignal;
  readonly nowMs?: () => number;
}

const dayMs = 86_400_000;
const eventsAtOnce = 1_000;

/** Does what was decided and not finished. Answers how many events were emptied. */
export async function finishScavenging(options: ScavengeLogOptions): Promise<number> {
  const last = await lastStep(options);
  return last?.type === 'LogScavenged' ? carryOut(options, last) : 0;
}

async function lastStep({ log, tenant }: ScavengeLogOptions): Promise<Decision | Finish | undefined> {
  const streamId = streamOf.logScavenging(tenant);
  const stored = await log.readStream(streamId, { direction: 'backwards', maxCount: 1 });
  return typedEvents(stored)[0] as Decision | Finish | undefined;
}

/**
 * One round: finishes what was decided and not done, then decides and does what is due by now. First the fact, then
 * the act; the selection stands in the fact, so that whoever comes after a crash does the same. Answers how many
 * events were emptied.
 */
export async function scavengeLog(options: ScavengeLogOptions): Promise<number> {
  let scavenged = await finishScavenging(options);
  const decision = await decide(options, (await lastStep(options))?.revision);
  if (decision) scavenged += await carryOut(options, decision);
  return scavenged;
}

/** Records what is to go. Of two processes one wins; the other finds nothing to do. */
async function decide(
  options: ScavengeLogOptions,
  revision: number | undefined,
): Promise<Decision | undefined> {
  const { log, tenant, afterDays, nowMs = Date.now } = options;
  const root = await lastSealedRoot(log, tenant);
  if (!root) return undefined;
  const selection: Selection = {
    tenant,
    types: scavengeableTypes,
    recordedBeforeMs: nowMs() - afterDays * dayMs,
    sealedPosition: BigInt(root.data.position),
    decidedPosition: await log.head(),
  };
  let eligible = 0;
  for await (const { isGone } of findSuperseded(options, selection)) if (!isGone) eligible++;
  if (eligible === 0) return undefined;
  const streamId = streamOf.logScavenging(tenant);
  const commandId = uuidFrom(`scavenge:${tenant}:${selection.decidedPosition}`);
  const event = {
    type: 'LogScavenged' as const,
    data: {
      tenant,
      scavengeAfterDays: afterDays,
      recordedBeforeMs: selection.recordedBeforeMs,
      types: [...selection.types],
      sealedPosition: String(selection.sealedPosition),
      decidedPosition: String(selection.decidedPosition),
      eligible,
    },
  };
  const [result] = await log.append([
    {
      streamId,
      expectedRevision: revision ?? 'no-stream',
      events: stampEvents([event], systemOf(tenant, commandId), idsOf(commandId, streamId)),
    },
  ]);
  if (result?.outcome !== 'appended') return undefined;
  const [stored] = await log.readStream(streamId, { fromRevision: result.lastRevision, maxCount: 1 });
  return stored && (typedEvents([stored])[0] as Decision | undefined);
}

async function carryOut(options: ScavengeLogOptions, decision: Decision): Promise<number> {
  const { log, tenant } = options;
  const { types, recordedBeforeMs, sealedPosition, decidedPosition } = decision.data;
  const selection: Selection = {
    tenant,
    types,
    recordedBeforeMs,
    sealedPosition: BigInt(sealedPosition),
    decidedPosition: BigInt(decidedPosition),
  };
  let scavenged = 0;
  let waiting: ScavengedEvent[] = [];
  for await (const one of findSuperseded(options, selection)) {
    if (!one.isGone) waiting.push(one);
    if (waiting.length < eventsAtOnce) continue;
    scavenged += await log.scavenge(waiting, decision.id);
    waiting = [];
  }
  scavenged += await log.scavenge(waiting, decision.id);
  const streamId = streamOf.logScavenging(tenant);
  const commandId = uuidFrom(`scavenge-finished:${decision.id}`);
  const finished = {
    type: 'LogScavengeFinished' as const,
    data: { tenant, decisionId: decision.id, scavenged: decision.data.eligible },
  };
  await log.append([
    {
      streamId,
      expectedRevision: decision.revision,
      events: stampEvents([finished], systemOf(tenant, commandId), idsOf(commandId, streamId)),
    },
  ]);
  return scavenged;
}

function systemOf(tenant: string, commandId: string) {
  return {
    tenant,
    actor: 'system',
    actorRole: 'System' as const,
    correlationId: commandId,
    causationId: commandId,
  };
}
