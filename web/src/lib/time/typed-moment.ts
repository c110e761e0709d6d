import { absoluteTime } from '#lib/format/time.ts';

/** What a person typed, understood: `at` for the address, null for now; or why it cannot be. */
export type TypedMoment =
  | { readonly kind: 'moment'; readonly at: string | null; readonly meaning: string }
  | { readonly kind: 'refused'; readonly reason: string };

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const dayMs = 86_400_000;
const ago = /^-?\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|w)[a-z]*(?:\s+ago)?$/;
const clock = /^(yesterday\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/;
const dated = /^(\d{4})-(\d{2})-(\d{2})(?:[\sT]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/i;

export const typedExamples = '14:30, 20 min ago, 2026-11-20 09:00, or a log position';

/** Reads a moment as people type it. Times without a zone are local; a clock that is still to come was yesterday's. */
export function readTypedMoment(typed: string, now: number): TypedMoment {
  const text = typed.trim().toLowerCase();
  if (text === 'now' || text === 'live') return { kind: 'moment', at: null, meaning: 'Now, live' };
  if (/^\d{1,19}$/.test(text))
    return { kind: 'moment', at: String(BigInt(text)), meaning: `Log position ${text}` };
  const ms = toMoment(text, now);
  if (ms === null) return { kind: 'refused', reason: `Not a moment. For example: ${typedExamples}.` };
  if (ms > now) return { kind: 'refused', reason: 'That is still to come.' };
  return { kind: 'moment', at: new Date(ms).toISOString(), meaning: absoluteTime(ms) };
}

function toMoment(text: string, now: number): number | null {
  const [, amount, unit] = ago.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (unitMs[unit ?? ''] ?? 0);
  if (dated.test(text)) return datedMoment(text);
  return clockMoment(text, now) ?? zonedMoment(text);
}

function clockMoment(text: string, now: number): number | null {
  const match = clock.exec(text);
  if (match === null) return null;
  const [, yesterday, hours, minutes, seconds = '0', fraction = '0'] = match;
  const moment = new Date(now);
  moment.setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0')));
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const ms = moment.getTime();
  return yesterday !== undefined || ms > now ? ms - dayMs : ms;
}

function datedMoment(text: string): number | null {
  const match = dated.exec(text);
  if (match === null) return null;
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  const moment = new Date(Number(year), Number(month) - 1, Number(day));
  if (moment.getMonth() !== Number(month) - 1) return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  moment.setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0')));
  return moment.getTime();
}

/** With a zone, or as this console itself writes moments. Without a year nothing is guessed. */
function zonedMoment(text: string): number | null {
  if (!/\b\d{4}\b/.test(text)) return null;
  const ms = Date.parse(text.replace(/ at /, ' ').toUpperCase());
  return Number.isNaN(ms) ? null : ms;
}
