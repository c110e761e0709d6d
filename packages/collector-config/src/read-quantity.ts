import type { ConfigValue } from './config-value.ts';

const nanosecondsPer: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Nanoseconds of a duration as the Collector writes it (`1s`, `1m30s`, `1.5h`), undefined for any other text. */
export function readDuration(text: string): bigint | undefined {
  if (text.length > 64 || !/^[-+]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0n;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    total += scale(amount ?? '0', nanosecondsPer[unit ?? ''] ?? 0n);
  return text.startsWith('-') ? -total : total;
}

const sizeUnits = ['', 'K', 'M', 'G', 'T', 'P'];

/** Bytes of a size with a unit (`512KB`, `1MiB`, `10 B`), undefined for any other text. Units in any case. */
export function readSize(text: string): bigint | undefined {
  const match = text.length > 40 ? null : /^(\d[\d_]*(?:\.\d+)?) ?([KMGTP]?)(I?)B$/i.exec(text);
  if (match === null) return undefined;
  const power = BigInt(sizeUnits.indexOf((match[2] ?? '').toUpperCase()));
  const step = match[3] === '' ? 1000n : 1024n;
  return scale((match[1] ?? '0').replaceAll('_', ''), step ** power);
}

/** The integer that a number or a text of digits stands for (`1_048_576`, `0x10`, `1.0`), undefined for any other value. */
export function readInteger(value: ConfigValue): bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.replaceAll('_', '');
  if (/^(0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.test(text)) return BigInt(text);
  return /^[-+]?\d+(\.0*)?$/.test(text) ? BigInt(text.replace(/^\+|\.0*$/g, '')) : undefined;
}

function scale(amount: string, unit: bigint): bigint {
  const [whole = '', fraction = ''] = amount.split('.');
  return BigInt(whole || '0') * unit + (BigInt(fraction || '0') * unit) / 10n ** BigInt(fraction.length);
}
