import {
  type AppendResult,
  type EventLog,
  EventLogUnavailable,
  type StreamAppend,
} from '@ampora/application/ports';
import { createMetrics } from '@ampora/platform';
import { expect } from 'chai';
import { measureEventLog } from './measure-event-log.ts';

function appended(streamId: string, repeated = false): AppendResult {
  return { outcome: 'appended', streamId, firstRevision: 0, lastRevision: 0, position: 1n, repeated };
}

describe('a measured log', () => {
  it('counts what was stored, not repeats and conflicts, and times every call', async () => {
    const metrics = createMetrics({ processMetrics: false });
    let answer: () => Promise<readonly AppendResult[]> = () =>
      Promise.resolve([
        appended('a'),
        appended('b', true),
        { outcome: 'wrong-expected-revision', streamId: 'c', expectedRevision: 1, actualRevision: 2 },
      ]);
    const told: unknown[] = [];
    const log = measureEventLog({ append: () => answer() } as unknown as EventLog, metrics.eventLog, {
      stored: () => told.push('stored'),
      failed: (error) => told.push(error),
    });
    const two = [{}, {}] as unknown as StreamAppend['events'];
    const batch = ['a', 'b', 'c'].map((streamId) => ({
      streamId,
      expectedRevision: 'any' as const,
      events: two,
    }));
    await log.append(batch);
    answer = () => Promise.reject(new EventLogUnavailable('gone'));
    let refused: unknown;
    await log.append(batch).catch((error: unknown) => (refused = error));
    expect(refused).to.be.instanceOf(EventLogUnavailable);
    expect(told).to.deep.equal(['stored', refused]);
    const { body } = await metrics.exposition();
    expect(body).to.match(/^ampora_event_log_events_appended_total 2$/m);
    expect(body).to.match(/^ampora_event_log_conflicts_total 1$/m);
    expect(body).to.match(/^ampora_event_log_append_duration_seconds_count\{outcome="answered"\} 1$/m);
    expect(body).to.match(/^ampora_event_log_append_duration_seconds_count\{outcome="failed"\} 1$/m);
  });
});
