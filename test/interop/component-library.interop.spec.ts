import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ConfigMap,
  type ConfigValue,
  isConfigMap,
  memberOf,
  parseConfig,
  type Signal,
  signals,
} from '@ampora/collector-config';
import {
  checkAgainstLibrary,
  type ComponentLibrary,
  defaultRelease,
  type LibraryComponent,
  loadRelease,
} from '@ampora/component-library';
import { expect } from 'chai';
import { mutateConfig, randomNumbers } from './agreement/mutate-config.ts';
import { readSamples } from './agreement/sample-configs.ts';
import { generateRelease, knownReleases } from './component-release.ts';
import { findGo, needsGo } from './go-build.ts';
import { buildWideCollector } from './wide-collector.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const log = (line: string): void => console.log(`    ${line}`);
const buildMs = 45 * 60_000;

describe('the component library', function () {
  if (findGo() === undefined) {
    it.skip(needsGo);
    return;
  }

  it('is what the components of the default release say of themselves', async function () {
    this.timeout(buildMs);
    const { file, source } = await generateRelease(defaultRelease, { log });
    expect(
      source === (await readFile(root + file, 'utf8')),
      `${file}: run npm run component-library`,
    ).to.equal(true);
  });

  // Each other release is a build of its own, of minutes: only where it is wanted.
  const all = process.env['AMPORA_INTEROP_RELEASES'] === 'all';
  (all ? it : it.skip)(
    all
      ? 'is what the components of every other release say of themselves'
      : 'skipped: needs AMPORA_INTEROP_RELEASES=all (some minutes for each other release)',
    async function () {
      this.timeout(buildMs);
      for (const version of await knownReleases()) {
        const { file, source } = await generateRelease(version, { log });
        expect(source === (await readFile(root + file, 'utf8')), file).to.equal(true);
      }
    },
  );

  describe('on configurations with one fault put into them', () => {
    const seed = Number(process.env['AMPORA_SEED'] ?? 1);
    const rounds = Number(process.env['AMPORA_ROUNDS'] ?? 250);
    let library: ComponentLibrary;
    let directory: string;
    let ask: (text: string) => Promise<string | undefined>;

    before(async function () {
      this.timeout(buildMs);
      const { collector } = await buildWideCollector({ log });
      const loaded = await loadRelease(defaultRelease);
      if (loaded === undefined) throw new Error(`no library of ${defaultRelease}`);
      library = loaded;
      directory = await mkdtemp(join(tmpdir(), 'ampora-faults-'));
      ask = (text) => askCollector(collector, join(directory, 'config.yaml'), text);
    });

    after(async () => {
      await rm(directory, { recursive: true, force: true });
    });

    it('finds an error where the real Collector does, and nowhere else', async function () {
      this.timeout(10 * 60_000);
      const random = randomNumbers(seed);
      const sound = await soundConfigs(ask);
      expect(sound.length).to.be.greaterThan(30);
      const wrong: string[] = [];
      for (let round = 0; round < rounds; round++) {
        const base = sound[Math.floor(random() * sound.length)];
        const mutation = base && mutateConfig(base, random);
        if (mutation === undefined) continue;
        const text = JSON.stringify(mutation.root);
        const parsed = parseConfig(text);
        if (!parsed.ok) throw new Error(`JSON is YAML, and yet: ${JSON.stringify(parsed.problems[0])}`);
        const ours = checkAgainstLibrary(parsed.document, library).find(
          ({ severity }) => severity === 'error',
        );
        const theirs = await ask(text);
        const what = `${mutation.kind} at ${mutation.path.join(' ')} = ${JSON.stringify(mutation.value)}`;
        if (ours !== undefined && theirs === undefined) wrong.push(`false alarm: ${what}: ${ours.message}`);
        // What a component says later, of values that its decoder took, is a matter of its own rules.
        if (ours === undefined && theirs !== undefined && isOfDecoder(theirs) && !isExcused(theirs))
          wrong.push(`missed: ${what}: ${theirs}`);
      }
      expect(wrong, `seed ${String(seed)}`).to.deep.equal([]);
    });

    it('knows of each component in which pipelines it can stand', async function () {
      this.timeout(10 * 60_000);
      const settings = sampleSettings();
      const wrong: string[] = [];
      let asked = 0;
      for (const component of library.components) {
        const { kind, type, deprecatedAlias = type, handWritten, needsSettings } = component;
        if (handWritten || kind === 'connector' || kind === 'extension') continue;
        const own = settings.get(`${kind}/${type}`) ?? settings.get(`${kind}/${deprecatedAlias}`);
        if (own === undefined && needsSettings) throw new Error(`no sample configures the ${kind} ${type}`);
        for (const signal of signals) {
          const text = JSON.stringify(pipelineWith(component, own ?? {}, signal));
          const parsed = parseConfig(text);
          if (!parsed.ok) throw new Error(text);
          const codes = checkAgainstLibrary(parsed.document, library).map(({ code }) => code);
          const theirs = (await ask(text))?.includes('telemetry type is not supported') ?? false;
          asked++;
          if (codes.includes('schema/unsupported-signal') !== theirs) wrong.push(`${kind}/${type} ${signal}`);
        }
      }
      expect(wrong).to.deep.equal([]);
      expect(asked).to.be.greaterThan(100);
    });
  });
});

function isOfDecoder(words: string): boolean {
  return words.includes('cannot unmarshal the configuration');
}

/** Words with a grammar of their own, which the library does not read: the fields of a log record. */
function isExcused(words: string): boolean {
  return /unrecognized prefix/.test(words);
}

/** Settings that a Collector takes, by `kind/type`, from the samples. */
function sampleSettings(): ReadonlyMap<string, ConfigValue> {
  const found = new Map<string, ConfigValue>();
  for (const { file, text } of readSamples()) {
    const parsed = file.startsWith('sound/') ? parseConfig(text) : undefined;
    if (parsed?.ok !== true) continue;
    for (const kind of ['receiver', 'processor', 'exporter']) {
      const defined = memberOf(parsed.document.root, `${kind}s`);
      if (!isConfigMap(defined)) continue;
      for (const [id, settings] of Object.entries(defined)) {
        const key = `${kind}/${id.split('/')[0] ?? id}`;
        if (!found.has(key)) found.set(key, settings);
      }
    }
  }
  return found;
}

function pipelineWith({ kind, type }: LibraryComponent, settings: ConfigValue, signal: Signal): object {
  const list = `${kind}s`;
  const defined: Readonly<Record<string, object>> = { receivers: { nop: null }, exporters: { nop: null } };
  return {
    ...defined,
    [list]: { ...defined[list], [type]: settings },
    extensions: { file_storage: { directory: tmpdir() } },
    service: {
      extensions: ['file_storage'],
      pipelines: { [signal]: { receivers: ['nop'], exporters: ['nop'], [list]: [type] } },
    },
  };
}

async function soundConfigs(
  ask: (text: string) => Promise<string | undefined>,
): Promise<readonly ConfigMap[]> {
  const roots: ConfigMap[] = [];
  for (const { file, text } of readSamples()) {
    const parsed = file.startsWith('sound/') ? parseConfig(text) : undefined;
    if (parsed?.ok !== true) continue;
    // A few are sound on a host with certain variables and files only.
    if ((await ask(JSON.stringify(parsed.document.root))) === undefined) roots.push(parsed.document.root);
  }
  return roots;
}

async function askCollector(collector: string, file: string, text: string): Promise<string | undefined> {
  await writeFile(file, text);
  return new Promise((resolve, reject) => {
    // Without the gate it refuses every pipeline of profiles, whatever is in it.
    const args = ['validate', '--config', file, '--feature-gates=service.profilesSupport'];
    execFile(collector, args, { timeout: 60_000 }, (error, _stdout, stderr) => {
      if (error === null) resolve(undefined);
      else if (error.code === 1) resolve(stderr.replaceAll(/\s+/g, ' ').slice(-400));
      // Some values end it in a panic: it does not run on them either.
      else if (stderr.startsWith('panic: ')) resolve(stderr.slice(0, 200));
      else reject(error);
    });
  });
}
