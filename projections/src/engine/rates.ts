import { changeBookmark } from './bookkeeping.ts';
import type { Member } from './member.ts';
import type { ProjectorContext } from './projector-context.ts';

const leastSeconds = 0.5;

/** Notes how fast the projections go, smoothed, so that who looks sees a rate and a time left. */
export function createRates({ pool, members }: ProjectorContext, isMine: (member: Member) => boolean) {
  let lastMs = performance.now();

  return async function note(): Promise<void> {
    const nowMs = performance.now();
    const seconds = (nowMs - lastMs) / 1_000;
    if (seconds < leastSeconds) return;
    lastMs = nowMs;
    for (const member of members.all()) {
      const { writer } = member;
      const before = member.rate;
      member.rate = smooth(before, (writer.foldedEvents - member.seenEvents) / seconds);
      member.positionRate = smooth(
        member.positionRate,
        Number(writer.foldedPosition - member.seenPosition) / seconds,
      );
      member.seenEvents = writer.foldedEvents;
      member.seenPosition = writer.foldedPosition;
      if (member.rate === before || !isMine(member)) continue;
      await changeBookmark(pool, writer.key, { rate: member.rate, position_rate: member.positionRate });
    }
  };
}

function smooth(before: number, now: number): number {
  const next = before * 0.7 + Math.max(0, now) * 0.3;
  return next < 0.05 ? 0 : next;
}
