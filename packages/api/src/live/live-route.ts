import { parsePosition } from '@ampora/kernel';
import { Router } from 'express';
import { bufferTime, filter } from 'rxjs';
import { identify, type SessionReader } from '../authority/caller.ts';
import { ApiError } from '../problem/api-error.ts';
import type { LiveBus } from './live-bus.ts';
import { type Changes, mergeChanges, toMessage } from './summarise-changes.ts';

export interface LiveRouteOptions {
  readonly bus: LiveBus;
  readonly sessions: SessionReader;
  /** Most browsers served at once. */
  readonly maxSubscribers?: number;
  readonly onSent?: (events: number) => void;
  readonly onDropped?: () => void;
}

/** People look at 20 frames a second at the most. */
const COALESCE_MS = 50;
const KEEP_ALIVE_MS = 15_000;
/** A browser that lets this much pile up gets one `many` message when it reads again. */
const MOST_UNREAD_BYTES = 256 * 1024;

/** `GET /api/live`: one stream per browser, resumable by `Last-Event-ID` = log position. */
export function liveRoute(options: LiveRouteOptions): Router {
  const { bus, sessions, maxSubscribers = 500 } = options;
  const router = Router();
  let subscribers = 0;

  router.get('/api/live', async (request, response) => {
    await identify(request, sessions);
    if (subscribers >= maxSubscribers) {
      throw new ApiError(503, 'live/too-many', `This server already feeds ${maxSubscribers} live pages.`, {
        headers: { 'retry-after': '30' },
      });
    }
    subscribers++;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    });
    response.write(
      `retry: 1000\nevent: ready\nid: ${bus.position}\ndata: {"position":"${bus.position}"}\n\n`,
    );

    let behind = false;
    const send = (changes: Changes) => {
      if (response.writableLength > MOST_UNREAD_BYTES) {
        behind = true;
        options.onDropped?.();
        return;
      }
      const whole = behind ? { ...changes, many: true, fleet: true } : changes;
      behind = false;
      options.onSent?.(changes.events);
      response.write(
        `event: changes\nid: ${changes.position}\ndata: ${JSON.stringify(toMessage(whole))}\n\n`,
      );
    };

    // What came while the missed was read goes after it: the last id that a browser has seen is where it goes on.
    let waiting: Changes[] | undefined = [];
    const subscription = bus.changes
      .pipe(
        bufferTime(COALESCE_MS),
        filter((all) => all.length > 0),
      )
      .subscribe((all) => {
        const merged = mergeChanges(all);
        if (!merged) return;
        if (waiting) waiting.push(merged);
        else send(merged);
      });
    const keepAlive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS);
    const busEnded = bus.changes.subscribe({ complete: () => response.end() });
    response.on('close', () => {
      subscribers--;
      clearInterval(keepAlive);
      subscription.unsubscribe();
      busEnded.unsubscribe();
    });

    const resumeFrom = parsePosition(
      String(request.headers['last-event-id'] ?? request.query['lastEventId'] ?? ''),
    );
    const missed = resumeFrom === undefined ? undefined : await bus.missedSince(resumeFrom);
    const first = mergeChanges([...(missed ? [missed] : []), ...waiting]);
    waiting = undefined;
    if (first) send(first);
  });
  return router;
}
