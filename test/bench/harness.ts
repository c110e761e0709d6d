import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** One timed run: does a fixed piece of work and says how much of `unit` it reached (a rate, a duration, a size). */
export type Measure = (context: RoundContext) => Promise<number | Measured>;

/** A run with what else was seen during it, such as a latency or the load generator's share of a core. */
export interface Measured {
  readonly value: number;
  readonly figures: Readonly<Record<string, number>>;
}

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
  /** What `bound` is about: product ÷ baseline (the default), or product − baseline. */
  readonly compare?: Compare;
  /** Bound on the median comparison: a least one when higher is better, else a most. */
  readonly bound?: number;
  readonly aim?: number;
  readonly setUp?: (quick: boolean) => Promise<void>;
  readonly tearDown?: () => Promise<void>;
  /** Absent where there is nothing to compare with: the figure then stands alone and claims nothing. */
  readonly baseline?: Measure;
  readonly product: Measure;
}

export type Compare = 'ratio' | 'difference';

export interface BenchResult {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly quick: boolean;
  readonly at: string;
  readonly machine: string;
  /** Load average over one minute, before the first round and after the last. */
  readonly loadAverage: readonly [number, number];
  readonly baseline?: Summary;
  readonly product: Summary;
  readonly compare: Compare;
  /** Product against baseline, round by round: what to judge by, because hosts change speed between rounds. */
  readonly ratios?: Summary;
  /** Medians of what else was seen. */
  readonly figures: { readonly baseline: Figures; readonly product: Figures };
  readonly bound?: number;
  readonly aim?: number;
  readonly passed?: boolean;
}

export type Figures = Readonly<Record<string, number>>;

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

/** A table line: title, medians with their spread, median comparison with its spread, verdict. */
export function tableLine(result: BenchResult): string {
  const span = (summary: Summary, unit = ''): string =>
    `${readable(summary.median)} (${readable(summary.min)}–${readable(summary.max)})${unit}`;
  const verdict = result.passed === undefined ? '' : result.passed ? 'ok' : 'MISSED';
  const sign = result.compare === 'difference' ? '+ ' : '';
  const bound =
    result.bound === undefined ? '' : `${result.higherIsBetter ? '≥' : '≤'} ${sign}${result.bound}`;
  const unit = ` ${result.unit}`;
  const cells = [
    result.title,
    result.baseline ? span(result.baseline, unit) : '—',
    span(result.product, unit),
    result.ratios ? sign + span(result.ratios) : '—',
  ];
  return `| ${[...cells, bound, verdict].join(' | ')} |`;
}

/** What else was seen, baseline and product side by side; empty when nothing was. */
function figureLines({ figures, loadAverage }: BenchResult): string {
  const names = new Set([...Object.keys(figures.baseline), ...Object.keys(figures.product)]);
  const shown = (value: number | undefined): string => (value === undefined ? '—' : readable(value));
  const lines = [...names].map(
    (name) =>
      `    ${name}: baseline ${shown(figures.baseline[name])}, product ${shown(figures.product[name])}`,
  );
  return [...lines, `    load average: ${loadAverage.map((value) => value.toFixed(1)).join(' → ')}`].join(
    '\n',
  );
}

const TABLE_HEAD =
  '| bench | baseline: median (range) | product: median (range) | ratio (or difference) per round | bound | |\n|---|---|---|---|---|---|';

function plot(result: BenchResult): string {
  const width = 640;
  const height = 300;
  const left = 80;
  const floor = height - 40;
  const count = result.product.rounds.length;
  const top = Math.max(...(result.baseline?.rounds ?? []), ...result.product.rounds) * 1.1 || 1;
  const slot = (width - left - 20) / count;
  const bar = (round: number, value: number, place: number, colour: string): string => {
    const high = (value / top) * (floor - 50);
    return `<rect x="${(left + round * slot + place * slot * 0.4 + 4).toFixed(1)}" y="${(floor - high).toFixed(1)}" width="${(slot * 0.38).toFixed(1)}" height="${high.toFixed(1)}" fill="${colour}"><title>${value}</title></rect>`;
  };
  const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const bars = result.product.rounds.map((product, round) => {
    const compared = result.ratios?.rounds[round];
    const text = compared === undefined ? '' : readable(compared);
    const label = `<text x="${(left + (round + 0.42) * slot).toFixed(1)}" y="${floor + 16}" text-anchor="middle">${text}</text>`;
    return (
      bar(round, result.baseline?.rounds[round] ?? 0, 0, '#8a94a6') +
      bar(round, product, 1, '#2f6fde') +
      label
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="12" y="20" font-size="14">${escape(result.title)}</text>
<text x="12" y="36" fill="#555">${escape(result.unit)}; grey baseline, blue product; ${result.compare} under each round; ${escape(result.at.slice(0, 10))}</text>
<text x="${left - 6}" y="${floor}" text-anchor="end">0</text><text x="${left - 6}" y="54" text-anchor="end">${readable(top / 1.1)}</text>
<line x1="${left}" y1="${floor}" x2="${width - 20}" y2="${floor}" stroke="#333"/>
${bars.join('\n')}
</svg>
`;
}

interface Series {
  readonly values: number[];
  readonly figures: Figures[];
}

async function measureInto(series: Series, measure: Measure, context: RoundContext): Promise<void> {
  const measured = await measure(context);
  series.values.push(typeof measured === 'number' ? measured : measured.value);
  series.figures.push(typeof measured === 'number' ? {} : measured.figures);
}

function medianFigures(figures: readonly Figures[]): Figures {
  const names = new Set(figures.flatMap((each) => Object.keys(each)));
  const medianOf = (name: string): number =>
    summarize(figures.map((each) => each[name]).filter((value) => value !== undefined)).median;
  return Object.fromEntries([...names].map((name) => [name, medianOf(name)]));
}

async function runBench(bench: Bench, quick: boolean): Promise<BenchResult> {
  const rounds = quick ? Math.min(3, bench.rounds) : bench.rounds;
  const baseline: Series = { values: [], figures: [] };
  const product: Series = { values: [], figures: [] };
  const measureBaseline = bench.baseline;
  const loadBefore = loadavg()[0] ?? 0;
  try {
    await bench.setUp?.(quick);
    await measureBaseline?.({ round: -1, quick });
    await bench.product({ round: -1, quick });
    for (let round = 0; round < rounds; round++) {
      const context = { round, quick };
      // Turn and turn about who goes first, so that neither always runs on the warmer machine.
      const baselineFirst = round % 2 === 0;
      if (measureBaseline && baselineFirst) await measureInto(baseline, measureBaseline, context);
      await measureInto(product, bench.product, context);
      if (measureBaseline && !baselineFirst) await measureInto(baseline, measureBaseline, context);
    }
  } finally {
    await bench.tearDown?.();
  }
  const { id, title, unit, higherIsBetter, bound, aim, compare = 'ratio' } = bench;
  const against = (value: number, round: number): number => {
    const raw = baseline.values[round] ?? Number.NaN;
    return compare === 'ratio' ? value / raw : value - raw;
  };
  const ratios = measureBaseline && summarize(product.values.map(against));
  return {
    ...{ id, title, unit, higherIsBetter, quick, compare },
    at: new Date().toISOString(),
    machine: machine(),
    loadAverage: [loadBefore, loadavg()[0] ?? 0],
    ...(ratios ? { baseline: summarize(baseline.values), ratios } : {}),
    product: summarize(product.values),
    figures: { baseline: medianFigures(baseline.figures), product: medianFigures(product.figures) },
    ...(bound === undefined || !ratios
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
    console.log(figureLines(result));
    await writeFile(join(resultsDirectory, `${result.id}.json`), `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(join(resultsDirectory, `${result.id}.svg`), plot(result));
  }
  return results;
}
