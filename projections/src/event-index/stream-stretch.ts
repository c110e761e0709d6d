import type { EventLog } from '@ampora/application/ports';
import { END_OF_TIME, type Position, type RecordedEvent, START } from '@ampora/kernel';
import type { Stretch } from './event-filter.ts';

/** How many events of a stream stand at or before a position: a few probes, however long the stream is. */
async function countUpTo(log: EventLog, streamId: string, position: Position): Promise<number> {
  const [last] = await log.readStream(streamId, { direction: 'backwards', maxCount: 1 });
  if (!last || position <= START) return 0;
  if (position >= last.position) return last.revision + 1;
  const there = await log.readAt(position);
  if (there?.streamId === streamId) return there.revision + 1;
  let low = 0;
  let high = last.revision;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [event] = await log.readStream(streamId, { fromRevision: middle, maxCount: 1 });
    if (event && event.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A stream's events within a stretch of the log, page by page in either direction. */
export async function* readStreamStretch(
  log: EventLog,
  streamId: string,
  { after, upTo }: Stretch,
  { forwards, pageSize }: { readonly forwards: boolean; readonly pageSize: number },
): AsyncGenerator<readonly RecordedEvent[]> {
  const [first, end] = await Promise.all([
    after === START ? 0 : countUpTo(log, streamId, after),
    upTo === END_OF_TIME ? Number.MAX_SAFE_INTEGER : countUpTo(log, streamId, upTo),
  ]);
  if (end <= first) return;
  let next: number | undefined = forwards ? first : end === Number.MAX_SAFE_INTEGER ? undefined : end - 1;
  for (;;) {
    const page = await log.readStream(streamId, {
      direction: forwards ? 'forwards' : 'backwards',
      maxCount: pageSize,
      ...(next === undefined ? {} : { fromRevision: next }),
    });
    const within = page.filter(({ revision }) => revision >= first && revision < end);
    if (within.length > 0) yield within;
    const last = page.at(-1);
    if (!last || page.length < pageSize || within.length < page.length) return;
    next = forwards ? last.revision + 1 : last.revision - 1;
    if (next < 0) return;
  }
}

/** Several runs of events, each in log order, as one. */
export async function* mergeByPosition(
  runs: readonly AsyncGenerator<readonly RecordedEvent[]>[],
  forwards: boolean,
): AsyncGenerator<readonly RecordedEvent[]> {
  const heads = await Promise.all(runs.map(async (run) => ({ run, left: await nextPage(run) })));
  for (;;) {
    const open = heads.filter(({ left }) => left.length > 0);
    const [only] = open;
    if (!only) return;
    // Up to the nearest of the ends that are at hand, everything is known.
    const ends = open.map(({ left }) => left.at(-1)?.position ?? START);
    const edge = ends.reduce((one, other) => (forwards === one < other ? one : other));
    const known = open.flatMap((head) => {
      const cut = head.left.findIndex(({ position }) => (forwards ? position > edge : position < edge));
      const taken = cut < 0 ? head.left : head.left.slice(0, cut);
      head.left = cut < 0 ? [] : head.left.slice(cut);
      return taken;
    });
    yield known.toSorted((left, right) => (forwards === left.position < right.position ? -1 : 1));
    await Promise.all(
      heads.map(async (head) => {
        if (head.left.length === 0) head.left = await nextPage(head.run);
      }),
    );
  }
}

async function nextPage(run: AsyncGenerator<readonly RecordedEvent[]>): Promise<readonly RecordedEvent[]> {
  const { value, done } = await run.next();
  return done ? [] : value;
}
