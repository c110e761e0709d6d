import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawGrowth } from './draw-growth.ts';
import { type GrowthPoint, measureGrowth } from './measure-growth.ts';

/**
 * node test/bench/growth/run.ts [--only events …]: appends, rebuilds, seals, exports and looks back at logs of 10^4 to
 * 10^7 events, and draws how the cost grows. The largest takes most of an hour and 25 GB of disk.
 * Sizes that are not measured now are taken from the last results, which `docs/growth.json` keeps; `--redraw` takes all.
 */
const sizes = [10_000, 100_000, 1_000_000, 10_000_000];
const docs = join(import.meta.dirname, '../../../docs');

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, redraw: { type: 'boolean', default: false } },
});
const asked = values.redraw ? [] : (values.only?.map(Number) ?? sizes);

interface Results {
  readonly machine: string;
  readonly points: readonly GrowthPoint[];
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
await mkdir(docs, { recursive: true });
const last = await readFile(join(docs, 'growth.json'), 'utf8').then(
  (text) => (JSON.parse(text) as Results).points,
  () => [] as readonly GrowthPoint[],
);
const points = new Map(last.map((point) => [point.events, point]));
for (const events of asked) {
  points.set(
    events,
    await measureGrowth(events, (line) => console.log(`${line}; load ${loadavg()[0]?.toFixed(1)}`)),
  );
  await keep();
}
if (values.redraw) await keep();

async function keep(): Promise<void> {
  const sorted = [...points.values()].toSorted((left, right) => left.events - right.events);
  await writeFile(join(docs, 'growth.json'), `${JSON.stringify({ machine, points: sorted }, null, 2)}\n`);
  await writeFile(join(docs, 'growth.svg'), drawGrowth(sorted, machine));
}
