const nanosecondsPer: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const whole = /^[-+]?(?:(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})(?:ns|us|µs|μs|ms|s|m|h)){1,8}$/;
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** A span of time as a value of the language. */
export class Duration {
  readonly nanoseconds: number;

  constructor(nanoseconds: number) {
    this.nanoseconds = nanoseconds;
  }
}

/** Nanoseconds of a duration as the Collector writes it (`1s`, `1m30s`, `1.5h`), undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 64 || !whole.test(text)) return text === '0' ? 0 : undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(part))
    total += Number(amount) * (nanosecondsPer[unit ?? ''] ?? 0);
  return text.startsWith('-') ? -total : total;
}
