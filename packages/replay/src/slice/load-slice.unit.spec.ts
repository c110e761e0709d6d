import { randomUUID } from 'node:crypto';
import { streamOf } from '@ampora/catalogue';
import type { JsonObject, Position, RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { type EventQuery, type EventSource, loadSlice, SliceTooLarge } from './load-slice.ts';

const [one, other, configuration] = [randomUUID(), randomUUID(), randomUUID()];
const body = 'a'.repeat(64);
const unrelatedBody = 'b'.repeat(64);

/** A log of these streams, at positions 1, 2, 3 … */
function logOf(entries: readonly (readonly [stream: string, data: JsonObject, type?: string])[]) {
  const revisions = new Map<string, number>();
  const events = entries.map(([streamId, data, type = 'Noted'], index): RecordedEvent => {
    const revision = revisions.get(streamId) ?? 0;
    revisions.set(streamId, revision + 1);
    return {
      id: randomUUID(),
      type,
      schemaVersion: 1,
      data,
      metadata: { tenant: 'default', actor: 'spec', actorRole: 'System', correlationId: randomUUID() },
      streamId,
      revision,
      position: BigInt(index + 1),
      recordedAtMs: index,
    };
  });
  const asked: EventQuery[] = [];
  const source: EventSource = {
    async *events(query) {
      asked.push(query);
      const { since = 0n, until = 1_000n, stream } = query;
      for (const event of events)
        if (
          event.position >= since &&
          event.position <= until &&
          (stream ?? event.streamId) === event.streamId
        )
          yield event;
    },
  };
  return { events, source, asked };
}

const entries = [
  [streamOf.tenant('default'), {}],
  [streamOf.content(body), {}, 'ContentStored'],
  [streamOf.content(unrelatedBody), {}, 'ContentStored'],
  [streamOf.configuration(configuration), { contentHash: body }],
  [streamOf.agent(one), {}],
  [streamOf.agent(other), { files: [{ contentHash: unrelatedBody }] }],
  [streamOf.fleetAssignment('default'), { configurationId: configuration }],
  [streamOf.agent(one), {}],
  [streamOf.agent(other), {}],
  [streamOf.agent(one), {}],
] as const;

const positionsOf = ({ events }: { readonly events: readonly RecordedEvent[] }): Position[] =>
  events.map(({ position }) => position);

describe('a slice of a log', () => {
  it('from the beginning stands on nothing', async () => {
    const slice = await loadSlice(logOf(entries).source, { from: 0n, to: 4n });
    expect(slice).to.deep.include({ from: 1n, to: 4n, prefix: 'none' });
    expect(positionsOf(slice)).to.deep.equal([1n, 2n, 3n, 4n]);
  });

  it('takes a small prefix whole', async () => {
    const slice = await loadSlice(logOf(entries).source, { from: 8n, to: 9n });
    expect(slice.prefix).to.equal('whole');
    expect(positionsOf(slice)).to.deep.equal([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
  });

  it('takes of a large prefix what the slice stands on: its agents, what is meant for them, and the bodies', async () => {
    const slice = await loadSlice(logOf(entries).source, { from: 8n, to: 8n }, { wholePrefix: 2 });
    expect(slice.prefix).to.equal('touched streams');
    expect(positionsOf(slice)).to.deep.equal([1n, 2n, 4n, 5n, 7n, 8n]);
  });

  it('takes everything when something is assigned to all', async () => {
    const slice = await loadSlice(logOf(entries).source, { from: 7n, to: 7n }, { wholePrefix: 2 });
    expect(slice.prefix).to.equal('whole');
    expect(positionsOf(slice)).to.have.length(7);
  });

  it('takes everything when it touches many streams', async () => {
    const limits = { wholePrefix: 2, mostStreams: 3 };
    expect(await loadSlice(logOf(entries).source, { from: 8n, to: 8n }, limits)).to.deep.include({
      prefix: 'whole',
    });
  });

  it('is refused when it is too large to step through', async () => {
    const refused = await loadSlice(logOf(entries).source, { from: 1n, to: 10n }, { mostEvents: 5 }).catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(SliceTooLarge);
  });
});
