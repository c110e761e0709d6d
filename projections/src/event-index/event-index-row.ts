import { crc32 } from 'node:zlib';
import { tableNameOf } from '../engine/projection.ts';

export const eventIndexVersion = 1;
export const eventIndexTable = tableNameOf('event_index', eventIndexVersion);

/** An event type in four bytes; a spec sees to it that no two types of the catalogue share them. */
export function typeCodeOf(type: string): number {
  return crc32(type) | 0;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ids are kept as the 16 bytes that they are; what is none (an older process named it otherwise) is not indexed. */
export function uuidOrNull(text: string | undefined): string | null {
  return text !== undefined && uuid.test(text) ? text.toLowerCase() : null;
}

/** What an agent says of itself is found by the agent: its own name as an actor is not kept a second time. */
export const agentActorPrefix = 'agent:';
