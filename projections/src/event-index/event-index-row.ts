import { crc32 } from 'node:zlib';
import type { AmporaEventType } from '@ampora/catalogue';
import { tableNameOf } from '../engine/projection.ts';

export const eventIndexVersion = 3;
export const eventIndexTable = tableNameOf('event_index', eventIndexVersion);

/** An event type in four bytes; a spec sees to it that no two types of the catalogue share them. */
export function typeCodeOf(type: string): number {
  return crc32(type) | 0;
}

/** What agents say all day long. Such an event is never far away in the log; every other one is indexed as rare. */
export const frequentTypes: readonly AmporaEventType[] = [
  'AgentConnected',
  'AgentDisconnected',
  'AgentHealthReported',
  'AgentEffectiveConfigReported',
  'AgentRemoteConfigOffered',
  'AgentRemoteConfigStatusReported',
];

/** In the index's definition and, letter by letter, in the queries that want it. */
export const isRareSql = `type_code not in (${frequentTypes.map(typeCodeOf).join(', ')})`;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ids are kept as the 16 bytes that they are; what is none (an older process named it otherwise) is not indexed. */
export function uuidOrNull(text: string | undefined): string | null {
  return text !== undefined && uuid.test(text) ? text.toLowerCase() : null;
}

/** What an agent says of itself is found by the agent: its own name as an actor is not kept a second time. */
export const agentActorPrefix = 'agent:';
