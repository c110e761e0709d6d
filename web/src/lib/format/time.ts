const units = [
  { limit: 60, seconds: 1, short: 's', long: 'second' },
  { limit: 3600, seconds: 60, short: 'min', long: 'minute' },
  { limit: 86_400, seconds: 3600, short: 'h', long: 'hour' },
  { limit: 86_400 * 60, seconds: 86_400, short: 'd', long: 'day' },
  { limit: 86_400 * 730, seconds: 2_629_746, short: 'mo', long: 'month' },
  { limit: Number.POSITIVE_INFINITY, seconds: 31_556_952, short: 'y', long: 'year' },
] as const;

/** Distance in time for people: `just now`, `12 s ago`, `in 3 h`. */
export function relativeTime(at: string | number, now: number): string {
  const seconds = (now - toMs(at)) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  const text = durationText(size * 1000);
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** A length of time with its one largest unit: `45 s`, `3 h`. */
export function durationText(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  for (const unit of units) {
    if (seconds < unit.limit) return `${Math.floor(seconds / unit.seconds)} ${unit.short}`;
  }
  return '';
}

/** Local date and time to the second, with a zone: what a hover shows. */
export function absoluteTime(at: string | number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'long',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(toMs(at));
}

/** Short local clock, with the day when it is not the day of `now`. */
export function clockText(at: string | number, now: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', ...zone });
  const clock = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...zone,
  });
  const ms = toMs(at);
  return day.format(ms) === day.format(now) ? clock.format(ms) : `${day.format(ms)} ${clock.format(ms)}`;
}

/** Nanoseconds since 1970 as decimal text; null when not set. */
export function fromUnixNano(nanoseconds: string): number | null {
  if (!/^\d+$/.test(nanoseconds) || nanoseconds === '0') return null;
  return Number(BigInt(nanoseconds) / 1_000_000n);
}

export function toMs(at: string | number): number {
  return typeof at === 'number' ? at : Date.parse(at);
}
