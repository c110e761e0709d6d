import { streamOf } from '@ampora/catalogue';
import type { Fact } from '../harness.spec.ts';
import { uuidOf } from '../histories.spec.ts';
import type { Projection } from './projection.ts';

/** Counts connections per agent; version 2 counts in tens. `poison` is a remote address that it cannot take. */
export function connectionCounts(version: number, poison: () => string = () => ''): Projection {
  return {
    name: 'connection-counts',
    version,
    tables: [
      {
        name: 'connection_count',
        kind: 'temporal',
        columns: { agent: 'text', connections: 'integer' },
        primaryKey: ['agent'],
        indexes: [{ name: 'connections', on: 'connections' }],
      },
    ],
    keysOf: ({ streamId }) => [{ table: 'connection_count', key: [streamId] }],
    on: {
      AgentConnected(event, rows) {
        if (event.data.remoteAddress === poison()) throw new Error('This address is poison');
        const before = rows.get('connection_count', event.streamId)?.['connections'] ?? 0;
        const connections = (before as number) + (version === 1 ? 1 : 10);
        rows.put('connection_count', { agent: event.streamId, connections });
      },
    },
  };
}

/** Notes each connection; stands beside the other one to see that it goes on. */
export const connectionNotes: Projection = {
  name: 'connection-notes',
  version: 1,
  tables: [
    {
      name: 'connection_note',
      kind: 'append',
      columns: { position: 'bigint', agent: 'text' },
      primaryKey: ['position'],
    },
  ],
  keysOf: () => [],
  on: {
    AgentConnected: (event, rows) =>
      rows.append('connection_note', { position: event.position, agent: event.streamId }),
  },
};

export function connections(count: number, address = '127.0.0.1', agents = 10): readonly Fact[] {
  return Array.from({ length: count }, (_, index) => ({
    stream: streamOf.agent(uuidOf('agent', index % agents)),
    event: {
      type: 'AgentConnected' as const,
      data: {
        connectionId: uuidOf('connection', index),
        transport: 'http' as const,
        remoteAddress: address,
        edgeInstance: 'e',
      },
    },
  }));
}

/** For conditions on the bookkeeping. */
export const where = (name: string, version = 1, slot = 'live') =>
  `from read.projections where name = '${name}' and version = ${version} and slot = '${slot}'`;
