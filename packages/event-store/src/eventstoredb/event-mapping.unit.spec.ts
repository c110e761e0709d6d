import type { ResolvedEvent } from '@eventstore/db-client';
import type { NewEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { someEvent } from '../contract/events.ts';
import { toEventData, toRecordedEvent } from './event-mapping.ts';

function readBack(event: NewEvent, changed: Record<string, unknown> = {}): ResolvedEvent {
  const data = toEventData(event);
  return {
    event: {
      streamId: 'agent-7',
      id: data.id,
      isJson: true,
      revision: 4n,
      type: data.type,
      created: new Date(1_700_000_000_123),
      data: data.data,
      metadata: data.metadata,
      position: { commit: 4_611_686_018_427_387_904n, prepare: 4_611_686_018_427_387_904n },
      ...changed,
    },
  } as unknown as ResolvedEvent;
}

describe('an event on its way to EventStoreDB and back', () => {
  const event: NewEvent = {
    ...someEvent('AgentConnected', { n: 1 }),
    schemaVersion: 2,
    metadata: {
      ...someEvent().metadata,
      causationId: 'cause',
      sourceIp: '10.0.0.1',
      traceparent: '00-a-b-01',
    },
  };

  it("names correlation and causation as the server's tools do", () => {
    const { metadata, contentType } = toEventData(event);
    expect(contentType).to.equal('application/json');
    expect(metadata).to.include({ $correlationId: event.metadata.correlationId, $causationId: 'cause' });
    expect(metadata).to.not.have.any.keys('correlationId', 'causationId');
  });

  it('is the same event, with its place', () => {
    expect(toRecordedEvent(readBack(event))).to.deep.equal({
      ...event,
      streamId: 'agent-7',
      revision: 4,
      position: 4_611_686_018_427_387_904n,
      recordedAtMs: 1_700_000_000_123,
    });
  });

  it('keeps absent metadata absent', () => {
    const plain = someEvent();
    expect(toRecordedEvent(readBack(plain))?.metadata).to.deep.equal(plain.metadata);
  });

  for (const [what, changed] of Object.entries({
    'of a system stream': { streamId: '$persistentsubscription-a' },
    "of a stream's metadata": { streamId: '$$agent-7' },
    'with a system type': { type: '$metadata' },
    'that is not JSON': { isJson: false },
    'without our metadata': { metadata: { user: 'x' } },
    'with binary metadata': { metadata: new Uint8Array([1]) },
    'without metadata': { metadata: undefined },
  })) {
    it(`${what} never surfaces`, () => {
      expect(toRecordedEvent(readBack(event, changed))).to.equal(undefined);
    });
  }

  it('that was deleted meanwhile never surfaces', () => {
    expect(toRecordedEvent({ commitPosition: 5n })).to.equal(undefined);
  });
});
