import {
  AppendTooLarge,
  type EventLog,
  type EventText,
  type LiveBatch,
  ScavengeUnsupported,
  type StreamAppend,
} from '@ampora/application/ports';
import type { NewEvent, Position, RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { InvalidAppend } from '../append-checks.ts';
import { eventually, someEvent, someEvents } from './events.ts';

export interface EventLogFixture {
  readonly log: EventLog;
  /** The same store seen from elsewhere: another adapter object where the store allows several, else the same one. */
  another(): Promise<EventLog>;
  close(): Promise<void>;
}

export interface ContractOptions {
  /** Positions are counted from 1 without a hole, and recordedAtMs never decreases along them. */
  readonly dense: boolean;
  /** Cases per law. Default 15. */
  readonly runs?: number;
}

async function collect(pages: AsyncIterable<readonly RecordedEvent[]>): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of pages) events.push(...page);
  return events;
}

const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);
const ascending = (positions: readonly Position[]): boolean =>
  positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? position));

/**
 * What every event log must do, whatever stores it. The store may hold other events: each case uses streams of its
 * own and starts from the head it finds. Where `open` gives a sentence instead of a fixture, every case is reported as
 * pending, with that sentence in its title.
 */
export function describeEventLogContract(
  name: string,
  open: () => Promise<EventLogFixture | string>,
  { dense, runs = 15 }: ContractOptions,
): void {
  describe(`the event log contract on ${name}`, function () {
    this.timeout(60_000);
    let fixture: EventLogFixture;
    let missing: string | undefined;
    let log: EventLog;
    /** Prefix of this case's streams. */
    let own: string;

    before(async function () {
      this.timeout(180_000);
      const opened = await open();
      if (typeof opened === 'string') {
        missing = opened;
        return;
      }
      fixture = opened;
      log = fixture.log;
    });
    after(() => fixture?.close());
    beforeEach(function () {
      own = `contract${randomUUID().slice(0, 8)}-`;
      if (missing === undefined) return;
      if (this.currentTest) this.currentTest.title += ` (${missing})`;
      this.skip();
    });

    const appendOne = async (append: StreamAppend) => {
      const [result] = await log.append([append]);
      if (!result) throw new Error('No result');
      return result;
    };
    const store = async (streamId: string, events: readonly NewEvent[]) => {
      const result = await appendOne({ streamId, expectedRevision: 'any', events });
      if (result.outcome !== 'appended') throw new Error('Refused');
      return result;
    };

    describe('scavenging', () => {
      it('empties events that are scavenged, and leaves everything else of them; or says that its store does it', async () => {
        const stream = `${own}scavenged`;
        await log.append([{ streamId: stream, expectedRevision: 'no-stream', events: someEvents(3) }]);
        const before = await log.readStream(stream);
        const leafHash = 'q'.repeat(43) + '=';
        const decision = randomUUID();
        const second = before.slice(1, 2).map(({ position }) => ({ position, leafHash }));
        const scavenge = () => log.scavenge(second, decision);
        const answer = await scavenge().catch((error: unknown) => error);
        if (answer instanceof ScavengeUnsupported) {
          const kept = await log.readStream(stream);
          expect(kept.map(({ data }) => data)).to.deep.equal(before.map(({ data }) => data));
          return;
        }
        expect(answer).to.equal(1);
        expect(await scavenge(), 'a second time changes nothing').to.equal(0);
        const after = await log.readStream(stream);
        expect(after).to.deep.equal(
          before.map((event, index) =>
            index === 1
              ? { ...event, data: {}, metadata: { ...event.metadata, scavenged: { leafHash, by: decision } } }
              : event,
          ),
        );
        const again = await log.append([{ streamId: stream, expectedRevision: 2, events: someEvents(1) }]);
        expect(again[0]).to.include({ outcome: 'appended', firstRevision: 3 });
      });
    });

    describe('an append', () => {
      it('answers per stream, in the order given', async () => {
        const results = await log.append([
          { streamId: `${own}b`, expectedRevision: 'no-stream', events: someEvents(2) },
          { streamId: `${own}a`, expectedRevision: 'any', events: someEvents(1) },
        ]);
        expect(results.map(({ streamId, outcome }) => [streamId, outcome])).to.deep.equal([
          [`${own}b`, 'appended'],
          [`${own}a`, 'appended'],
        ]);
        expect(results[0]).to.include({ firstRevision: 0, lastRevision: 1, repeated: false });
        expect(results[1]).to.include({ firstRevision: 0, lastRevision: 0, repeated: false });
      });

      it('of nothing does nothing', async () => {
        expect(await log.append([])).to.deep.equal([]);
      });

      it('returns what was stored, to the letter', async () => {
        const event: NewEvent = {
          id: randomUUID(),
          type: 'Happened',
          schemaVersion: 3,
          data: {
            text: 'naïve "quotes" \\ \u0000 \u2028 🛰',
            number: -0.1,
            large: 9007199254740991,
            nested: [{ a: null }, [true, false], {}],
            empty: '',
          },
          metadata: {
            tenant: 'default',
            actor: 'agent:7',
            actorRole: 'Agent',
            sourceIp: '2001:db8::1',
            correlationId: randomUUID(),
            causationId: randomUUID(),
            traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
          },
        };
        const before = Date.now();
        const { position } = await store(`${own}a`, [event]);
        const [stored] = await log.readStream(`${own}a`);
        expect(stored).to.deep.include({ ...event, streamId: `${own}a`, revision: 0, position });
        expect(stored?.recordedAtMs).to.be.within(before - 60_000, Date.now() + 60_000);
      });

      for (const [expected, actual] of [
        ['no-stream', 1],
        [0, 1],
        [2, 1],
      ] as const) {
        it(`that expects ${expected} of a stream at ${actual} is refused and says so`, async () => {
          await store(`${own}a`, someEvents(2));
          const result = await appendOne({
            streamId: `${own}a`,
            expectedRevision: expected,
            events: someEvents(1),
          });
          expect(result).to.deep.equal({
            outcome: 'wrong-expected-revision',
            streamId: `${own}a`,
            expectedRevision: expected,
            actualRevision: actual,
          });
          expect(await log.readStream(`${own}a`)).to.have.length(2);
        });
      }

      it('that expects a revision of a missing stream is refused with -1', async () => {
        const result = await appendOne({ streamId: `${own}a`, expectedRevision: 0, events: someEvents(1) });
        expect(result).to.include({ outcome: 'wrong-expected-revision', actualRevision: -1 });
      });

      it('refused for one stream is stored for the others', async () => {
        await store(`${own}b`, someEvents(1));
        const results = await log.append(
          ['a', 'b', 'c'].map((stream) => ({
            streamId: `${own}${stream}`,
            expectedRevision: 'no-stream',
            events: someEvents(2),
          })),
        );
        expect(results.map(({ outcome }) => outcome)).to.deep.equal([
          'appended',
          'wrong-expected-revision',
          'appended',
        ]);
        const streams = await log.readStreams(['a', 'b', 'c'].map((stream) => own + stream));
        expect(streams.map(({ length }) => length)).to.deep.equal([2, 1, 2]);
      });

      it('may name a stream again: its events follow in order', async () => {
        const events = someEvents(6);
        const results = await log.append([
          { streamId: `${own}a`, expectedRevision: 'no-stream', events: events.slice(0, 2) },
          { streamId: `${own}b`, expectedRevision: 'any', events: someEvents(1) },
          { streamId: `${own}a`, expectedRevision: 1, events: events.slice(2, 3) },
          { streamId: `${own}a`, expectedRevision: 'any', events: events.slice(3, 5) },
          { streamId: `${own}a`, expectedRevision: 1, events: events.slice(5) },
        ]);
        expect(results.map(({ outcome }) => outcome)).to.deep.equal([
          'appended',
          'appended',
          'appended',
          'appended',
          'wrong-expected-revision',
        ]);
        expect(idsOf(await log.readStream(`${own}a`))).to.deep.equal(idsOf(events.slice(0, 5)));
      });

      it('stores a stream after those named before it', async () => {
        const results = await log.append(
          Array.from({ length: 20 }, (_, index) => ({
            streamId: index % 2 === 0 ? `content-${own}${index}` : `${own}${index}`,
            expectedRevision: 'no-stream',
            events: someEvents(1),
          })),
        );
        const positions = results.map((result) => (result.outcome === 'appended' ? result.position : -1n));
        expect(ascending(positions), String(positions)).to.equal(true);
      });

      it('above 1 MiB is refused whole, with its size', async () => {
        const chunk = () => someEvent('Happened', { text: 'x'.repeat(300 * 1024) });
        const error = await log
          .append([
            { streamId: `${own}a`, expectedRevision: 'any', events: someEvents(1) },
            { streamId: `${own}b`, expectedRevision: 'any', events: [chunk(), chunk(), chunk(), chunk()] },
          ])
          .catch((caught: unknown) => caught);
        expect(error).to.be.instanceOf(AppendTooLarge);
        expect(error).to.include({ streamId: `${own}b`, limitBytes: 1024 * 1024 });
        expect(await log.readStreams([`${own}a`, `${own}b`])).to.deep.equal([[], []]);
      });

      it('just below 1 MiB is stored', async () => {
        const text = 'x'.repeat(1024 * 1024 - 1_000);
        await store(`${own}a`, [someEvent('Happened', { text })]);
        const [event] = await log.readStream(`${own}a`);
        expect((event?.data.text as string).length).to.equal(text.length);
      });

      const faults: Readonly<Record<string, (own: string) => StreamAppend>> = {
        'a system stream': () => ({ streamId: '$all', expectedRevision: 'any', events: someEvents(1) }),
        'no events': (own) => ({ streamId: own, expectedRevision: 'any', events: [] }),
        'an id that is no UUID': (own) => ({
          streamId: own,
          expectedRevision: 'any',
          events: [{ ...someEvent(), id: 'seven' }],
        }),
        'a negative revision': (own) => ({ streamId: own, expectedRevision: -1, events: someEvents(1) }),
        'an id twice': (own) => {
          const event = someEvent();
          return { streamId: own, expectedRevision: 'any', events: [event, event] };
        },
      };
      for (const [fault, make] of Object.entries(faults)) {
        it(`with ${fault} is a fault of the caller`, async () => {
          const error = await log.append([make(own)]).catch((caught: unknown) => caught);
          expect(error).to.be.instanceOf(InvalidAppend);
        });
      }

      for (const expected of ['no-stream', 'any', 0] as const) {
        it(`given again (expecting ${expected}) returns the first result, also after later events`, async () => {
          if (expected === 0) await store(`${own}a`, someEvents(1));
          const append: StreamAppend = {
            streamId: `${own}a`,
            expectedRevision: expected,
            events: someEvents(3),
          };
          const first = await appendOne(append);
          expect(await appendOne(append)).to.deep.equal({ ...first, repeated: true });
          await store(`${own}a`, someEvents(2));
          expect(await appendOne(append)).to.deep.equal({ ...first, repeated: true });
          expect(await log.readStream(`${own}a`)).to.have.length(expected === 0 ? 6 : 5);
        });

        it(`of some known and some new events (expecting ${expected}) is refused`, async () => {
          if (expected === 0) await store(`${own}a`, someEvents(1));
          const events = someEvents(2);
          await appendOne({ streamId: `${own}a`, expectedRevision: expected, events });
          const length = (await log.readStream(`${own}a`)).length;
          const overlap = [...events, someEvent()];
          const result = await appendOne({
            streamId: `${own}a`,
            expectedRevision: expected,
            events: overlap,
          });
          expect(result).to.include({ outcome: 'wrong-expected-revision', actualRevision: length - 1 });
          expect(await log.readStream(`${own}a`)).to.have.length(length);
        });
      }

      it('by ten contenders with one expected revision is won by one', async () => {
        const other = await fixture.another();
        await store(`${own}a`, someEvents(1));
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            (index % 2 === 0 ? log : other).append([
              { streamId: `${own}a`, expectedRevision: 0, events: someEvents(1) },
              { streamId: `${own}b${index}`, expectedRevision: 'no-stream', events: someEvents(1) },
            ]),
          ),
        );
        expect(results.filter(([contended]) => contended?.outcome === 'appended')).to.have.length(1);
        expect(results.filter(([, free]) => free?.outcome === 'appended')).to.have.length(10);
        expect(await log.readStream(`${own}a`)).to.have.length(2);
      });
    });

    describe('reading', () => {
      it('a stream goes either way, from a revision, so far', async () => {
        const events = someEvents(5);
        await store(`${own}a`, events);
        const read = async (options: Parameters<EventLog['readStream']>[1]) =>
          (await log.readStream(`${own}a`, options)).map(({ revision }) => revision);
        expect(await read({})).to.deep.equal([0, 1, 2, 3, 4]);
        expect(await read({ direction: 'backwards' })).to.deep.equal([4, 3, 2, 1, 0]);
        expect(await read({ fromRevision: 3 })).to.deep.equal([3, 4]);
        expect(await read({ direction: 'backwards', fromRevision: 3, maxCount: 2 })).to.deep.equal([3, 2]);
        expect(await read({ maxCount: 1 })).to.deep.equal([0]);
        expect(await read({ fromRevision: 9 })).to.deep.equal([]);
        expect(await log.readStream(`${own}missing`)).to.deep.equal([]);
        expect(await log.readStream(`${own}missing`, { direction: 'backwards' })).to.deep.equal([]);
      });

      it('many streams at once keeps the order asked for', async () => {
        await log.append(
          ['a', 'b', 'c'].map((stream, index) => ({
            streamId: own + stream,
            expectedRevision: 'no-stream',
            events: someEvents(index + 1),
          })),
        );
        const streams = await log.readStreams(['c', 'missing', 'a', 'b', 'a'].map((stream) => own + stream));
        expect(
          streams.map((events) => events.map(({ streamId, revision }) => [streamId, revision])),
        ).to.deep.equal([
          [0, 1, 2].map((revision) => [`${own}c`, revision]),
          [],
          [[`${own}a`, 0]],
          [0, 1].map((revision) => [`${own}b`, revision]),
          [[`${own}a`, 0]],
        ]);
        expect(await log.readStreams([])).to.deep.equal([]);
      });

      it('the whole log goes either way, after or before a position, filtered, in pages', async () => {
        const start = await log.head();
        const events: NewEvent[] = [];
        for (let index = 0; index < 30; index++) {
          const event = someEvent(`Type${index % 3}`);
          events.push(event);
          await store(`${own}${index % 2 === 0 ? 'even' : 'odd'}`, [event]);
        }
        const prefix = { streamPrefixes: [own] };
        const all = await collect(log.readAll({ from: start, pageSize: 7, filter: prefix }));
        expect(idsOf(all)).to.deep.equal(idsOf(events));
        expect(ascending(all.map(({ position }) => position))).to.equal(true);
        const unfiltered = await collect(log.readAll({ from: start, pageSize: 7 }));
        expect(idsOf(unfiltered.filter(({ streamId }) => streamId.startsWith(own)))).to.deep.equal(
          idsOf(events),
        );
        expect(unfiltered.filter(({ streamId }) => streamId.startsWith('$'))).to.deep.equal([]);

        const tenth = all[9]?.position ?? 0n;
        expect(idsOf(await collect(log.readAll({ from: tenth, filter: prefix })))).to.deep.equal(
          idsOf(events.slice(10)),
        );
        const back = { direction: 'backwards', from: tenth, filter: prefix } as const;
        expect(idsOf(await collect(log.readAll({ ...back, maxCount: 4, pageSize: 3 })))).to.deep.equal(
          idsOf(events.slice(5, 9)).toReversed(),
        );
        const newest = await collect(log.readAll({ direction: 'backwards', filter: prefix, maxCount: 3 }));
        expect(idsOf(newest)).to.deep.equal(idsOf(events.slice(-3)).toReversed());

        const filter = { streamPrefixes: [`${own}e`, `${own}never`], types: ['Type1', 'Type2'] };
        const matching = events.filter((_, index) => index % 2 === 0 && index % 3 !== 0);
        expect(idsOf(await collect(log.readAll({ from: start, filter, pageSize: 2 })))).to.deep.equal(
          idsOf(matching),
        );
        const none = { streamPrefixes: [own], types: [] };
        expect(await collect(log.readAll({ from: start, filter: none }))).to.deep.equal([]);
      });

      it('the whole log gives no empty and no overfull page', async () => {
        const start = await log.head();
        await store(`${own}a`, someEvents(10));
        for await (const page of log.readAll({ from: start, pageSize: 4 }))
          expect(page.length).to.be.within(1, 4);
      });

      it('the whole log stops when the reader turns away or aborts', async () => {
        const start = await log.head();
        await store(`${own}a`, someEvents(10));
        for await (const page of log.readAll({ from: start, pageSize: 2 })) {
          expect(page).to.have.length(2);
          break;
        }
        const controller = new AbortController();
        const reason = new Error('enough');
        const read = async () => {
          for await (const _ of log.readAll({ from: start, pageSize: 2, signal: controller.signal })) {
            controller.abort(reason);
          }
        };
        expect(await read().catch((caught: unknown) => caught)).to.equal(reason);
        expect(await log.readStream(`${own}a`)).to.have.length(10);
      });

      it('the whole log as text gives the same events, their data to the letter', async () => {
        const before = await log.head();
        const odd = {
          text: 'a\tb\nc\\d "e" \\n \u0001 \u2028 é 漢 🛰',
          lone: '\ud800',
          numbers: [0, -1.5, 1e21, 9007199254740993],
          '10': 'first',
          nothing: null,
        };
        await store(`${own}1`, [someEvent('Odd', odd), someEvent('Plain', {})]);
        const { position: end } = await store(`${own}2`, [someEvent('Odd', { again: true })]);
        await store(`${own}1`, [someEvent('Odd', { after: 'the end' })]);
        const stored = (await collect(log.readAll({ from: before }))).filter(
          ({ position }) => position <= end,
        );
        const read = async (filter?: { types?: string[]; streamPrefixes?: string[] }) => {
          const events: EventText[] = [];
          let last: Position | undefined;
          for await (const page of log.readAllText({
            from: before,
            until: end,
            ...(filter ? { filter } : {}),
          })) {
            events.push(...page.events);
            last = page.position;
          }
          expect(last).to.equal(end);
          return events;
        };
        const asText = (events: readonly RecordedEvent[]) =>
          events.map(({ data, ...envelope }) => ({ ...envelope, dataText: JSON.stringify(data) }));
        expect(await read()).to.deep.equal(asText(stored));
        expect(await read({ types: ['Odd'] })).to.deep.equal(
          asText(stored.filter(({ type }) => type === 'Odd')),
        );
        const second = stored.filter(({ streamId }) => streamId === `${own}2`);
        expect(await read({ streamPrefixes: [`${own}2`] })).to.deep.equal(asText(second));
        expect(await read({ types: ["O'Neil\\"] })).to.deep.equal([]);
        for await (const page of log.readAllText({ from: end, until: end }))
          expect.fail(String(page.position));
      });

      it('the whole log as text comes in pages, and stops when the reader turns away or aborts', async () => {
        const before = await log.head();
        for (let batch = 0; batch < 9; batch++) await store(`${own}${batch}`, someEvents(500));
        for (let body = 0; body < 6; body++)
          await store(`${own}bodies`, [someEvent('Body', { text: 'x'.repeat(900_000) })]);
        const end = await log.head();
        let events = 0;
        let from = before;
        for await (const page of log.readAllText({ from: before, until: end })) {
          expect(page.position > from).to.equal(true);
          from = page.position;
          events += page.events.length;
        }
        expect({ events, from }).to.deep.equal({ events: 4_506, from: end });
        for await (const page of log.readAllText({ from: before })) {
          expect(page.events.length).to.be.greaterThan(0);
          break;
        }
        const stop = new AbortController();
        const reading = (async () => {
          for await (const page of log.readAllText({ from: before, signal: stop.signal }))
            stop.abort(new Error(`enough at ${page.position}`));
        })();
        const outcome = await reading.then(
          () => 'not stopped',
          (error: Error) => error.message,
        );
        expect(outcome).to.match(/enough/);
      });

      it('at a position gives its event, or nothing', async () => {
        const { position } = await store(`${own}a`, someEvents(3));
        expect(await log.readAt(position)).to.include({ streamId: `${own}a`, revision: 2, position });
        expect(await log.readAt(0n)).to.equal(undefined);
        expect(await log.readAt(position + 1_000_000_000n)).to.equal(undefined);
      });

      it('the head is the position of the last event', async () => {
        const { position } = await store(`${own}a`, someEvents(2));
        expect((await log.head()) >= position).to.equal(true);
        const [last] = await collect(log.readAll({ direction: 'backwards', maxCount: 1 }));
        expect(last?.position).to.equal(await log.head());
      });
    });

    describe('a subscription', () => {
      it('catches up from a position, exclusively, then goes on live', async () => {
        const events = someEvents(8);
        const { position } = await store(`${own}a`, events.slice(0, 2));
        await store(`${own}a`, events.slice(2, 5));
        const seen: RecordedEvent[] = [];
        let caughtUp = false;
        const subscription = log.subscribeAll({
          from: position,
          filter: { streamPrefixes: [own] },
          batchSize: 2,
          onBatch: async (batch) => {
            seen.push(...batch.events);
            caughtUp ||= batch.caughtUp;
          },
        });
        await eventually(() => seen.length === 3 && caughtUp, 'the past was delivered');
        const other = await fixture.another();
        await other.append([{ streamId: `${own}b`, expectedRevision: 'any', events: events.slice(5, 7) }]);
        await store(`${own}a`, events.slice(7));
        await eventually(() => seen.length === 6, 'what was stored meanwhile was delivered');
        await subscription.close();
        await subscription.ended;
        expect(idsOf(seen)).to.deep.equal(idsOf(events.slice(2)));
        expect(ascending(seen.map(({ position: each }) => each))).to.equal(true);
      });

      it('says that it has caught up, also when there is nothing', async () => {
        const batches: LiveBatch[] = [];
        const subscription = log.subscribeAll({
          from: await log.head(),
          filter: { streamPrefixes: [own] },
          onBatch: async (batch) => void batches.push(batch),
        });
        await eventually(() => batches.some(({ caughtUp }) => caughtUp), 'it caught up');
        await subscription.close();
        expect(batches.flatMap(({ events }) => events)).to.deep.equal([]);
      });

      it('moves its position over events that the filter leaves out', async () => {
        let position = await log.head();
        const seen: RecordedEvent[] = [];
        const subscription = log.subscribeAll({
          from: position,
          filter: { streamPrefixes: [own], types: ['Wanted'] },
          onBatch: async (batch) => {
            seen.push(...batch.events);
            expect(batch.position >= position).to.equal(true);
            position = batch.position;
          },
        });
        const { position: passed } = await store(`${own}a`, someEvents(40, 'Unwanted'));
        // The store may need later events before it tells about earlier ones.
        await store(`${own}other`, someEvents(40, 'Unwanted'));
        await eventually(() => position >= passed, 'the position moved on');
        await store(`${own}a`, someEvents(1, 'Wanted'));
        await eventually(() => seen.length === 1, 'the wanted event came');
        await subscription.close();
        expect(seen[0]?.type).to.equal('Wanted');
      });

      it('gives the next batch only when the last one is done', async () => {
        const start = await log.head();
        await store(`${own}a`, someEvents(20));
        let running = 0;
        let most = 0;
        let count = 0;
        const subscription = log.subscribeAll({
          from: start,
          filter: { streamPrefixes: [own] },
          batchSize: 3,
          onBatch: async ({ events }) => {
            most = Math.max(most, ++running);
            expect(events.length).to.be.at.most(3);
            await new Promise((resolve) => setImmediate(resolve));
            count += events.length;
            running--;
          },
        });
        await eventually(() => count === 20, 'all were delivered');
        await subscription.close();
        expect(most).to.equal(1);
      });

      it('ends with what onBatch throws, and delivers nothing more', async () => {
        const start = await log.head();
        await store(`${own}a`, someEvents(5));
        const poison = new Error('poison');
        let calls = 0;
        const subscription = log.subscribeAll({
          from: start,
          batchSize: 1,
          filter: { streamPrefixes: [own] },
          onBatch: async ({ events }) => {
            if (events.length === 0) return;
            calls++;
            throw poison;
          },
        });
        expect(await subscription.ended.catch((caught: unknown) => caught)).to.equal(poison);
        await store(`${own}a`, someEvents(1));
        await subscription.close();
        expect(calls).to.equal(1);
      });

      it('closes when the running batch is done', async () => {
        const start = await log.head();
        await store(`${own}a`, someEvents(2));
        let release: () => void = () => undefined;
        const gate = new Promise<void>((resolve) => (release = resolve));
        let entered = false;
        let finished = false;
        const subscription = log.subscribeAll({
          from: start,
          batchSize: 1,
          onBatch: async () => {
            entered = true;
            await gate;
            finished = true;
          },
        });
        await eventually(() => entered, 'a batch came');
        const closed = subscription.close().then(() => finished);
        release();
        expect(await closed).to.equal(true);
      });
    });

    describe('with several writers at once', () => {
      /** A writer's plan: batches of (stream, number of events). */
      const plans = fc.array(
        fc.array(
          fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 4 }),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
        { minLength: 1, maxLength: 4 },
      );

      it('keeps order, revisions and every event, and subscriptions from anywhere see just what follows', async () => {
        const other = await fixture.another();
        await fc.assert(
          fc.asyncProperty(plans, fc.array(fc.nat(20), { maxLength: 3 }), async (writers, starts) => {
            const prefix = `law${randomUUID().slice(0, 8)}-`;
            const start = await log.head();
            const filter = { streamPrefixes: [prefix] };
            const observed: { from: Position; seen: RecordedEvent[] }[] = [];
            const subscribe = (from: Position) => {
              const seen: RecordedEvent[] = [];
              observed.push({ from, seen });
              const onBatch = async (batch: LiveBatch) => void seen.push(...batch.events);
              return log.subscribeAll({ from, filter, batchSize: 3, onBatch });
            };
            const subscriptions = [subscribe(start)];
            const written: NewEvent[] = [];
            const lastOwn = new Map<string, number>();
            await Promise.all(
              writers.map(async (batches, writer) => {
                const through = writer % 2 === 0 ? log : other;
                for (const batch of batches) {
                  const appends = batch.map(([stream, count]) => ({
                    streamId: `${prefix}${stream}`,
                    expectedRevision: 'any' as const,
                    events: someEvents(count),
                  }));
                  const results = await through.append(appends);
                  results.forEach((result, index) => {
                    if (result.outcome !== 'appended')
                      throw new Error('An append that expects nothing was refused');
                    const key = `${writer} ${result.streamId}`;
                    expect(result.firstRevision).to.be.greaterThan(lastOwn.get(key) ?? -1);
                    lastOwn.set(key, result.lastRevision);
                    written.push(...(appends[index]?.events ?? []));
                  });
                }
              }),
            );
            const all = await collect(log.readAll({ from: start, filter }));
            for (const each of starts)
              subscriptions.push(subscribe(all[each % all.length]?.position ?? start));
            const expectedOf = (from: Position) => all.filter(({ position }) => position > from);
            await eventually(
              () => observed.every(({ from, seen }) => seen.length >= expectedOf(from).length),
              'every subscription saw the end',
            );
            for (const subscription of subscriptions) await subscription.close();

            expect(idsOf(all).toSorted()).to.deep.equal(idsOf(written).toSorted());
            expect(ascending(all.map(({ position }) => position))).to.equal(true);
            const next = new Map<string, number>();
            for (const { streamId, revision } of all) {
              expect(revision).to.equal(next.get(streamId) ?? 0);
              next.set(streamId, revision + 1);
            }
            for (const { from, seen } of observed) expect(idsOf(seen)).to.deep.equal(idsOf(expectedOf(from)));
            if (dense) {
              expect((await log.head()) - start).to.equal(BigInt(written.length));
              const times = all.map(({ recordedAtMs }) => recordedAtMs);
              expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
            }
          }),
          { numRuns: runs },
        );
      });

      it('takes a repeated batch for what it is', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 6 }),
            fc.integer({ min: 1, max: 4 }),
            async (streams, count) => {
              const prefix = `law${randomUUID().slice(0, 8)}-`;
              const batch: StreamAppend[] = streams.map((stream) => ({
                streamId: `${prefix}${stream}`,
                expectedRevision: stream % 2 === 0 ? 'no-stream' : 'any',
                events: someEvents(count),
              }));
              const first = await log.append(batch);
              const [second, third] = await Promise.all([log.append(batch), log.append(batch.toReversed())]);
              const repeated = first.map((result) => ({ ...result, repeated: true }));
              expect(second).to.deep.equal(repeated);
              expect(third).to.deep.equal(repeated.toReversed());
              const stored = await log.readStreams(batch.map(({ streamId }) => streamId));
              expect(stored.map(({ length }) => length)).to.deep.equal(streams.map(() => count));
            },
          ),
          { numRuns: runs },
        );
      });
    });
  });
}
