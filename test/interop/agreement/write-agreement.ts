// Asks the real Collector about every sample, and writes down what it said and what we say. With --recorded nobody is
// asked again: after a change of our own words. An argument is a wide Collector that is built already.
import { writeFileSync } from 'node:fs';
import { buildWideCollector } from '../wide-collector.ts';
import { compareVerdicts, renderTable, tableFile } from './agreement-table.ts';
import { askCollector, readVerdicts, verdictsFile } from './collector-verdicts.ts';
import { ourVerdict } from './our-verdict.ts';
import { readSamples } from './sample-configs.ts';

const [given] = process.argv.slice(2);
const samples = readSamples();
const verdicts = given === '--recorded' ? readVerdicts() : await askCollector(await collector(), samples);
const compared = compareVerdicts(samples, verdicts, await ourVerdict());
writeFileSync(verdictsFile, `${JSON.stringify(verdicts, undefined, 2)}\n`);
writeFileSync(tableFile, renderTable(compared));
const agreed = compared.filter(({ agree }) => agree).length;
console.log(`${String(agreed)} of ${String(compared.length)} agree; ${tableFile} is written.`);

async function collector(): Promise<string> {
  return given ?? (await buildWideCollector({ log: (line) => console.log(line) })).collector;
}
