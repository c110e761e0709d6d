import { createHash } from 'node:crypto';
import { type ConfigurationEvent, streamOf } from '@ampora/catalogue';
import { configurationDecider } from '@ampora/domain';
import { fold, type RecordedEvent, Rejection } from '@ampora/kernel';
import { TooMuchContention } from '../event-writing/command-handler.ts';
import { keyOf } from '../event-writing/command-id.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { idsOf, stampEvents } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { CommandContext } from './command-context.ts';

const ATTEMPTS = 5;

function streamOfName(tenant: string, name: string): string {
  const hash = createHash('sha256').update(`${tenant}\n${name.toLowerCase()}`).digest('hex');
  return streamOf.configurationName(hash);
}

/** The configuration that a name stands for now. */
export async function holderOf(log: EventLog, tenant: string, name: string): Promise<string | undefined> {
  const reserved = lastReservation(await log.readStream(streamOfName(tenant, name)));
  if (reserved === undefined) return undefined;
  return (await lifeOf(log, reserved)).status === 'created' ? reserved : undefined;
}

/**
 * Takes a name for a configuration that is about to be created, and answers the id that it shall have. A reservation
 * whose configuration was never created (the process died in between) is taken over, with the id it names; one whose
 * configuration was deleted is free.
 */
export async function reserveName(
  log: EventLog,
  wanted: { readonly name: string; readonly proposedId: string },
  context: CommandContext,
): Promise<string> {
  const streamId = streamOfName(context.metadata.tenant, wanted.name);
  const ids = idsOf(context.commandId, streamId);
  const { name, proposedId: configurationId } = wanted;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stored = await log.readStream(streamId);
    if (stored.some(({ id }) => id === ids(0) || id === ids(1))) return configurationId;
    const holder = lastReservation(stored);
    const events: ConfigurationEvent[] = [
      { type: 'ConfigurationNameReserved', data: { configurationId, name } },
    ];
    if (holder !== undefined) {
      const { status, createdFor } = await lifeOf(log, holder);
      if (status === 'missing' || createdFor === keyOf(context.commandId)) return holder;
      if (status === 'created') {
        throw new Rejection('configuration/name-taken', `There is a configuration named “${name}” already.`, {
          name,
          configurationId: holder,
        });
      }
      events.unshift({ type: 'ConfigurationNameReleased', data: { configurationId: holder, name } });
    }
    const metadata = { ...context.metadata, causationId: context.commandId };
    const [result] = await log.append([
      {
        streamId,
        expectedRevision: stored.at(-1)?.revision ?? 'no-stream',
        events: stampEvents(events, metadata, ids),
      },
    ]);
    if (result?.outcome === 'appended') return configurationId;
  }
  throw new TooMuchContention(`The name “${name}” changed hands ${ATTEMPTS} times meanwhile. Try again.`);
}

/** Frees the name of a configuration that was deleted, unless that is done already. */
export async function releaseName(
  log: EventLog,
  { configurationId, name }: { readonly configurationId: string; readonly name: string },
  context: CommandContext,
): Promise<void> {
  const streamId = streamOfName(context.metadata.tenant, name);
  const stored = await log.readStream(streamId);
  if (lastReservation(stored) !== configurationId) return;
  const event: ConfigurationEvent = { type: 'ConfigurationNameReleased', data: { configurationId, name } };
  const metadata = { ...context.metadata, causationId: context.commandId };
  // Whoever was faster took the name, which a deleted configuration does not hold.
  await log.append([
    {
      streamId,
      expectedRevision: stored.at(-1)?.revision ?? 'no-stream',
      events: stampEvents([event], metadata, idsOf(context.commandId, streamId)),
    },
  ]);
}

function lastReservation(stored: readonly RecordedEvent[]): string | undefined {
  const last = typedEvents<ConfigurationEvent>(stored).at(-1);
  return last?.type === 'ConfigurationNameReserved' ? last.data.configurationId : undefined;
}

async function lifeOf(log: EventLog, configurationId: string) {
  const stored = await log.readStream(streamOf.configuration(configurationId));
  const cause = stored[0]?.metadata.causationId;
  return {
    status: fold(configurationDecider, typedEvents<ConfigurationEvent>(stored)).status,
    createdFor: cause === undefined ? undefined : keyOf(cause),
  };
}
