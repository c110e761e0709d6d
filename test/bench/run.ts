import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runBenches } from './harness.ts';

/**
 * node test/bench/run.ts [--quick] [name …]: every `*.bench.ts` here, or the files and benches whose name contains one
 * of the names. Ends with 1 when a full run misses a bound.
 */
const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.bench.ts')).toSorted();
const named = files.filter((file) => positionals.some((name) => file === `${name}.bench.ts`));
for (const file of named.length > 0 && named.length === positionals.length ? named : files) {
  await import(join(import.meta.dirname, file));
}
const results = await runBenches({
  quick: values.quick,
  only: named.length > 0 && named.length === positionals.length ? [] : positionals,
});
if (results.length === 0) {
  console.error(`No bench is called ${positionals.join(' or ')}`);
  process.exitCode = 2;
}
if (!values.quick && results.some(({ passed }) => passed === false)) process.exitCode = 1;
