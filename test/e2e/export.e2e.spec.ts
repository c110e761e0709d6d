import { execFile, execFileSync } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@ampora/api-contract';
import { exitCodes } from '@ampora/cli';
import { createPostgresEventLog } from '@ampora/event-store';
import { expect } from 'chai';
import { writeFleetHistory } from '../bench/history/fleet-history.ts';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { startCuttingProxy } from '../system/cutting-proxy.ts';
import { type CliRun, runCli } from '../system/run-cli.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../docs/verify_export.py', import.meta.url));
const events = 6_000;

function missingPrograms(): string {
  return ['python3', 'openssl']
    .filter((program) => {
      try {
        execFileSync(program, [program === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' });
        return false;
      } catch {
        return true;
      }
    })
    .join(' and ');
}

interface Tampering {
  readonly what: string;
  /** What `ampora events verify` and the stranger's script call it. */
  readonly kind: RegExp;
  readonly named: RegExp;
  readonly change: (lines: string[]) => string;
}

const at = 2_500;
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
/** A line that stands at least in the middle of its chunk: an event with events around it. */
const place = (lines: readonly string[]): number => {
  let index = at;
  while (![-1, 0, 1].every((step) => lines[index + step]?.startsWith('{"specversion"'))) index += 1;
  return index;
};
const sequenceAt = (lines: readonly string[], index: number): string =>
  /"sequence":"(\d+)"/.exec(lines[index] ?? '')?.[1] ?? '';

const tamperings: readonly Tampering[] = [
  {
    what: 'one byte changed',
    kind: /event-altered/,
    named: /altered/,
    change: (lines) => {
      const index = place(lines);
      return text(lines.with(index, (lines[index] ?? '').replace('"schemaversion":1', '"schemaversion":2')));
    },
  },
  {
    what: 'one line removed',
    kind: /event-missing/,
    named: /missing/,
    change: (lines) => text(lines.toSpliced(place(lines), 1)),
  },
  {
    what: 'two swapped',
    kind: /event-reordered/,
    named: /reordered/,
    change: (lines) => {
      const index = place(lines);
      return text(lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? ''));
    },
  },
  {
    what: 'one added',
    kind: /event-inserted/,
    named: /inserted/,
    change: (lines) => {
      const index = place(lines);
      return text(lines.toSpliced(index, 0, (lines[index] ?? '').replace('"data":{', '"data":{"x":1,')));
    },
  },
  {
    what: 'the file cut',
    kind: /file-cut/,
    named: /cut/,
    change: (lines) => text(lines.slice(0, place(lines))).slice(0, -40),
  },
];

describe('an export, and who is to be convinced by it', function () {
  this.timeout(240_000);
  let ampora: AmporaProcess;
  let folder: string;
  let key: string;
  let pem: string;
  let otherKey: string;
  let otherPem: string;
  const path = (name: string) => join(folder, name);
  const cli = (args: readonly string[], url = ampora.url): Promise<CliRun> =>
    runCli(args, { env: { AMPORA_URL: url } });
  const exported = async (name: string, ...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await cli(['events', 'export', '--output', path(name), ...args]);
    expect(code, stderr).to.equal(exitCodes.ok);
    return path(name);
  };
  const verify = (file: string, by = key) => cli(['events', 'verify', file, '--key', by]);
  const stranger = async (...args: readonly string[]) => {
    try {
      const { stdout } = await run('python3', [script, ...args]);
      return { code: 0, text: stdout };
    } catch (error) {
      const { code, stderr } = error as { code: number; stderr: string };
      return { code, text: stderr };
    }
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-export-'));
    ampora = await startAmpora({ args: ['--no-console'] });
    const log = createPostgresEventLog({ connectionString: await ampora.databaseUrl() });
    // The server has created its tenant already.
    const append: typeof log.append = (batch) =>
      log.append(batch.filter(({ streamId }) => !streamId.startsWith('tenant-')));
    await writeFleetHistory({ ...log, append }, events);
    await log.close();
    const call = createClient({ baseUrl: ampora.url });
    await call('sealNow', {});
    const { items } = await call('listSigningKeys', {});
    key = items.at(-1)?.verifierKey ?? '';
    pem = path('key.pem');
    await writeFile(pem, items.at(-1)?.publicKeyPem ?? '');
    const other = await startAmpora({ args: ['--no-console'] });
    try {
      const otherCall = createClient({ baseUrl: other.url });
      await otherCall('sealNow', {});
      const [first] = (await otherCall('listSigningKeys', {})).items;
      otherKey = first?.verifierKey ?? '';
      otherPem = path('other.pem');
      await writeFile(otherPem, first?.publicKeyPem ?? '');
    } finally {
      await other.dispose();
    }
  });
  after(async () => {
    await ampora?.dispose();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed' && ampora) console.error(ampora.lastOutput().slice(-2_000));
  });

  for (const name of ['whole.jsonl', 'whole.csv', 'whole.parquet']) {
    it(`is proven as ${name.slice(6)}, without the server`, async () => {
      const { code, stdout, stderr } = await verify(await exported(name));
      expect(code, stderr).to.equal(exitCodes.ok);
      expect(stdout)
        .to.match(/Proven/)
        .and.to.match(/every event of the tenant/);
    });
  }

  it('narrowed is proven as well, and says by what', async () => {
    const { code, stdout } = await verify(await exported('some.jsonl', '--type', 'AgentEnrolled'));
    expect(code).to.equal(exitCodes.ok);
    expect(stdout)
      .to.match(/Events +120\n/)
      .and.to.match(/AgentEnrolled/);
  });

  it('convinces a stranger with a script: an export, a narrowed one, a CSV file, one event', async function () {
    const missing = missingPrograms();
    if (missing) {
      this.test!.title += ` (skipped: needs ${missing})`;
      this.skip();
    }
    for (const args of [
      ['export', path('whole.jsonl'), pem],
      ['export', path('some.jsonl'), pem],
      ['export', path('whole.csv.proofs'), pem, '--rows', path('whole.csv')],
    ]) {
      const verdict = await stranger(...args);
      expect(verdict.text).to.match(/^Proven/);
    }
    const proof = await fetch(`${ampora.url}/api/events/4000/proof`);
    const body = await proof.text();
    await writeFile(path('proof.json'), body);
    expect((await stranger('event', path('proof.json'), pem)).text).to.match(/^Proven: leaf 3999 /);
    await writeFile(path('forged.json'), body.replace(/\\"actor\\":\\"[^\\]+/, '\\"actor\\":\\"nobody'));
    expect((await stranger('event', path('forged.json'), pem)).text).to.match(/^Refuted/);
  });

  for (const { what, kind, named, change } of tamperings) {
    it(`with ${what} is refuted, and what was done is named`, async function () {
      const lines = (await readFile(path('whole.jsonl'), 'utf8')).trimEnd().split('\n');
      const file = path('tampered.jsonl');
      await writeFile(file, change(lines));
      const { code, stderr } = await verify(file);
      expect(code).to.equal(exitCodes.refuted);
      expect(stderr).to.match(kind);
      const where = sequenceAt(lines, place(lines));
      if (what !== 'the file cut') expect(stderr).to.contain(where);
      if (missingPrograms()) {
        this.test!.title += ' (the script: skipped, needs python3 and openssl)';
        return;
      }
      const verdict = await stranger('export', file, pem);
      expect(verdict.code).to.equal(1);
      expect(verdict.text)
        .to.match(/^Refuted/)
        .and.to.match(named);
      if (what !== 'the file cut') expect(verdict.text).to.contain(where);
    });
  }

  it('against the wrong key is refuted', async function () {
    const { code, stderr } = await verify(path('whole.jsonl'), otherKey);
    expect(code).to.equal(exitCodes.refuted);
    expect(stderr).to.match(/wrong-key/);
    if (missingPrograms()) return;
    expect((await stranger('export', path('whole.jsonl'), otherPem)).text).to.match(/^Refuted: .*key/);
  });

  it('as CSV is refuted when a row is gone, or a plain column was changed', async () => {
    const csv = await readFile(path('whole.csv'), 'utf8');
    const rows = csv.split('\r\n');
    await writeFile(path('fewer.csv'), rows.toSpliced(2_000, 1).join('\r\n'));
    await writeFile(path('fewer.csv.proofs'), await readFile(path('whole.csv.proofs')));
    expect((await verify(path('fewer.csv'))).stderr).to.match(/event-missing/);
    const edited = (rows[2_000] ?? '').replace(',agent:bench,', ',agent:other,');
    await writeFile(path('edited.csv'), rows.with(2_000, edited).join('\r\n'));
    await writeFile(path('edited.csv.proofs'), await readFile(path('whole.csv.proofs')));
    const { code, stderr } = await verify(path('edited.csv'));
    expect(code).to.equal(exitCodes.refuted);
    expect(stderr).to.match(/row 2000.*actor/);
  });

  for (const format of ['jsonl', 'csv', 'parquet']) {
    it(`as ${format} goes on by itself when the connection is cut, and is whole`, async () => {
      const proxy = await startCuttingProxy(ampora.url, [100_000, 300_000, 700_000]);
      try {
        const file = path(`cut.${format}`);
        const { code, stderr } = await cli(['events', 'export', '--output', file], proxy.url);
        expect(code, stderr).to.equal(exitCodes.ok);
        expect(proxy.cuts()).to.be.greaterThan(0);
        const verdict = await verify(file);
        expect(verdict.code, verdict.stderr).to.equal(exitCodes.ok);
      } finally {
        await proxy.close();
      }
    });
  }

  it('interrupted goes on with --resume, and is the same to the byte', async () => {
    const file = await exported('resumed.jsonl');
    const whole = await readFile(file, 'utf8');
    const header = JSON.parse(whole.slice(0, whole.indexOf('\n'))) as { treeSize: string };
    await writeFile(`${file}.part`, whole.slice(0, Math.floor(whole.length * 0.6)));
    const state = { query: 'format=jsonl', treeSize: Number(header.treeSize) };
    await writeFile(`${file}.part.json`, JSON.stringify(state));
    await rename(file, `${file}.first`);
    await exported('resumed.jsonl', '--resume');
    expect((await readFile(file, 'utf8')) === whole).to.equal(true);
  });

  it('to standard output is the same file', async () => {
    const { code, stdout } = await cli(['events', 'export', '--no-proofs', '--type', 'AgentEnrolled']);
    expect(code).to.equal(exitCodes.ok);
    expect(stdout.trimEnd().split('\n')).to.have.length(120);
  });

  it('that nobody answers for ends with the code for that', async () => {
    const { code } = await cli(['events', 'export'], 'http://127.0.0.1:9');
    expect(code).to.equal(exitCodes.unreachable);
    expect((await cli(['events', 'export', '--entity-type', 'Ship'])).code).to.equal(exitCodes.usage);
  });
});
