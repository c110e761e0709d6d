// `npm test`: every level in turn, each in a process of its own, then one line with the totals.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  broken: { title: string; message: string }[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const known = ['unit', 'architecture', 'int', 'e2e', 'interop'];
const asked = process.argv.slice(2);
const unknown = asked.filter((level) => !known.includes(level));
if (unknown.length > 0) {
  console.error(`There is no level ${unknown.join(', ')}. Levels: ${known.join(', ')}.`);
  process.exit(2);
}
const levels = asked.length > 0 ? asked : ['unit', 'architecture', 'int', 'e2e'];

const folder = mkdtempSync(join(tmpdir(), 'ampora-tally-'));
const total: Tally = { passed: 0, failed: 0, skipped: 0, broken: [] };
for (const level of levels) {
  console.log(`\n━━ ${level} ━━`);
  const tally = await runLevel(level, join(folder, `${level}.json`));
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
  total.broken.push(...tally.broken.map((test) => ({ ...test, title: `[${level}] ${test.title}` })));
}
rmSync(folder, { recursive: true });
// Said again at the end: a long log is often seen by its tail only.
for (const { title, message } of total.broken) console.log(`FAILED ${title}\n${message}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** A level that dies before it can count is one failure. */
async function runLevel(level: string, file: string): Promise<Tally> {
  const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
  const child = spawn(
    process.execPath,
    [mocha, '--config', `.mocharc.${level}.cjs`, '--reporter', './test/reporting/tally-reporter.cjs'],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, AMPORA_TALLY: file },
    },
  );
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  const code = await new Promise<number>((resolve) =>
    child.on('close', (exitCode) => resolve(exitCode ?? 1)),
  );
  process.off('SIGINT', forward);
  process.off('SIGTERM', forward);
  try {
    const tally = JSON.parse(readFileSync(file, 'utf8')) as Tally;
    return code !== 0 && tally.failed === 0
      ? {
          ...tally,
          failed: 1,
          broken: [{ title: 'the run', message: `mocha ended with code ${code} after its last test` }],
        }
      : tally;
  } catch {
    const message = `mocha ended with code ${code} before it could count`;
    return { passed: 0, failed: 1, skipped: 0, broken: [{ title: 'the run', message }] };
  }
}
