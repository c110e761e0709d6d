import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { release, type } from 'node:os';
import { join } from 'node:path';

/** One timed run: does a fixed piece of work and says how much of `unit` it reached (a rate, a duration, a size). */
export type Measure = (context: RoundContext) => Promise<number>;

export interface RoundContext {
  /** From 0; the warm-up is round -1. */
  readonly round: number;
  /** True for `--quick`: do less of the same. */
  readonly quick: boolean;
}

export interface Bench {
  /** Names the result files: kebab-case. */
  readonly id: string;
  readonly title: string;
  /** Alternating rounds of baseline and product; at least 5 (3 when quick). */
  readonly rounds: number;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** Bound on the median ratio product ÷ baseline: a least one when higher is better, else a most. */
  readonly bound?: number;
  readonly aim?: number;
  readonly setUp?: (quick: boolean) => Promise<void>;
  readonly tearDown?: () => Promise<void>;
  readonly baseline: Measure;
  readonly product: Measure;
}

export interface BenchResult {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly quick: boolean;
  readonly at: string;
  readonly machine: string;
  readonly baseline: Summary;
  readonly product: Summary;
  /** product ÷ baseline, round by round: what to judge by, because hosts change speed between rounds. */
  readonly ratios: Summary;
  readonly bound?: number;
  readonly aim?: number;
  readonly passed?: boolean;
}

export interface Summary {
  readonly rounds: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

const benches: Bench[] = [];

/** Registers a comparison; `run.ts` runs what the loaded `*.bench.ts` files registered. */
export function defineBench(bench: Bench): void {
  if (!/^[a-z0-9-]+$/.test(bench.id)) throw new Error(`Bench id ${bench.id} must be kebab-case`);
  if (benches.some((other) => other.id === bench.id)) throw new Error(`Bench id ${bench.id} is taken`);
  if (bench.rounds < 5)
    throw new Error(`Bench ${bench.id} has ${bench.rounds} rounds; five is the least to judge by`);
  benches.push(bench);
}

export function summarize(rounds: readonly number[]): Summary {
  const sorted = rounds.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
  return { rounds, median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

function machine(): string {
  const processors = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${gibibytes} GiB, ${type()} ${release()}, Node ${process.version}`;
}

function readable(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** A table line: title, medians with their spread, median ratio with its spread, verdict. */
export function tableLine(result: BenchResult): string {
  const span = (summary: Summary): string =>
    `${readable(summary.median)} (${readable(summary.min)}–${readable(summary.max)})`;
  const verdict = result.passed === undefined ? '' : result.passed ? 'ok' : 'MISSED';
  const bound = result.bound === undefined ? '' : `${result.higherIsBetter ? '≥' : '≤'} ${result.bound}`;
  const cells = [
    result.title,
    `${span(result.baseline)} ${result.unit}`,
    `${span(result.product)} ${result.unit}`,
  ];
  return `| ${[...cells, span(result.ratios), bound, verdict].join(' | ')} |`;
}

const TABLE_HEAD =
  '| bench | baseline: median (range) | product: median (range) | ratio per round | bound | |\n|---|---|---|---|---|---|';

function plot(result: BenchResult): string {
  const width = 640;
  const height = 300;
  const left = 80;
  const floor = height - 40;
  const count = result.baseline.rounds.length;
  const top = Math.max(...result.baseline.rounds, ...result.product.rounds) * 1.1 || 1;
  const slot = (width - left - 20) / count;
  const bar = (round: number, value: number, place: number, colour: string): string => {
    const high = (value / top) * (floor - 50);
    return `<rect x="${(left + round * slot + place * slot * 0.4 + 4).toFixed(1)}" y="${(floor - high).toFixed(1)}" width="${(slot * 0.38).toFixed(1)}" height="${high.toFixed(1)}" fill="${colour}"><title>${value}</title></rect>`;
  };
  const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const bars = result.baseline.rounds.map((value, round) => {
    const product = result.product.rounds[round] ?? 0;
    const label = `<text x="${(left + (round + 0.42) * slot).toFixed(1)}" y="${floor + 16}" text-anchor="middle">${readable(result.ratios.rounds[round] ?? 0)}</text>`;
    return bar(round, value, 0, '#8a94a6') + bar(round, product, 1, '#2f6fde') + label;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="12" y="20" font-size="14">${escape(result.title)}</text>
<text x="12" y="36" fill="#555">${escape(result.unit)}; grey baseline, blue product; ratio under each round; ${escape(result.at.slice(0, 10))}</text>
<text x="${left - 6}" y="${floor}" text-anchor="end">0</text><text x="${left - 6}" y="54" text-anchor="end">${readable(top / 1.1)}</text>
<line x1="${left}" y1="${floor}" x2="${width - 20}" y2="${floor}" stroke="#333"/>
${bars.join('\n')}
</svg>
`;
}

async function runBench(bench: Bench, quick: boolean): Promise<BenchResult> {
  const rounds = quick ? Math.min(3, bench.rounds) : bench.rounds;
  const baseline: number[] = [];
  const product: number[] = [];
  await bench.setUp?.(quick);
  try {
    await bench.baseline({ round: -1, quick });
    await bench.product({ round: -1, quick });
    for (let round = 0; round < rounds; round++) {
      // Turn and turn about who goes first, so that neither always runs on the warmer machine.
      const baselineFirst = round % 2 === 0;
      if (baselineFirst) baseline.push(await bench.baseline({ round, quick }));
      product.push(await bench.product({ round, quick }));
      if (!baselineFirst) baseline.push(await bench.baseline({ round, quick }));
    }
  } finally {
    await bench.tearDown?.();
  }
  const ratios = summarize(product.map((value, round) => value / (baseline[round] ?? Number.NaN)));
  const { id, title, unit, higherIsBetter, bound, aim } = bench;
  return {
    ...{ id, title, unit, higherIsBetter, quick },
    at: new Date().toISOString(),
    machine: machine(),
    baseline: summarize(baseline),
    product: summarize(product),
    ratios,
    ...(bound === undefined
      ? {}
      : { bound, passed: higherIsBetter ? ratios.median >= bound : ratios.median <= bound }),
    ...(aim === undefined ? {} : { aim }),
  };
}

/** Runs the registered benches whose id contains one of `only` (all when empty); prints, writes JSON and SVG. */
export async function runBenches({
  quick,
  only = [],
  resultsDirectory = join(import.meta.dirname, 'results'),
}: {
  readonly quick: boolean;
  readonly only?: readonly string[];
  readonly resultsDirectory?: string;
}): Promise<readonly BenchResult[]> {
  await mkdir(resultsDirectory, { recursive: true });
  console.log(`${machine()}${quick ? '; quick: for smoke, not for figures' : ''}\n\n${TABLE_HEAD}`);
  const results: BenchResult[] = [];
  for (const bench of benches) {
    if (only.length > 0 && !only.some((part) => bench.id.includes(part))) continue;
    const result = await runBench(bench, quick);
    results.push(result);
    console.log(tableLine(result));
    await writeFile(join(resultsDirectory, `${result.id}.json`), `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(join(resultsDirectory, `${result.id}.svg`), plot(result));
  }
  return results;
}
