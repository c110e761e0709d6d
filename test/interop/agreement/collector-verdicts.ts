import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type SampleConfig, samplesDirectory } from './sample-configs.ts';

const run = promisify(execFile);

/** What the real Collector said, by file: null where it takes the configuration, else its words, line by line. */
export type CollectorVerdicts = Readonly<Record<string, readonly string[] | null>>;

export const verdictsFile = fileURLToPath(new URL('./collector-verdicts.json', import.meta.url));

/** What was said when the table was last written. */
export function readVerdicts(): CollectorVerdicts {
  return JSON.parse(readFileSync(verdictsFile, 'utf8')) as CollectorVerdicts;
}

/** Variables that the samples name; a Collector refuses an authenticator whose token is empty. */
const environment = {
  BACKEND_TOKEN: 'backend-token',
  INGEST_TOKEN: 'ingest-token',
  K8S_NODE_NAME: 'node-1',
  MY_POD_IP: '127.0.0.1',
  OPAMP_KEY: 'opamp-key',
  POD_NAME: 'pod-1',
};

/** Asks the real `validate` about every sample, one after the other: 20 to 100 ms each. */
export async function askCollector(
  executable: string,
  samples: readonly SampleConfig[],
): Promise<CollectorVerdicts> {
  const verdicts: Record<string, readonly string[] | null> = {};
  for (const { file } of samples) verdicts[file] = await askAbout(executable, join(samplesDirectory, file));
  return verdicts;
}

async function askAbout(executable: string, path: string): Promise<readonly string[] | null> {
  try {
    await run(executable, ['validate', '--config', path], { env: environment, timeout: 60_000 });
    return null;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code !== 1 || stderr === undefined) throw error;
    return shorten(stderr);
  }
}

/** Its lines, without what differs from run to run. */
function shorten(words: string): readonly string[] {
  return words
    .replace(/^Error: /, '')
    .replaceAll(
      /(cannot unmarshal the configuration|cannot resolve the configuration|failed to get config): ?/g,
      '',
    )
    .replaceAll(/decoding failed due to the following error\(s\):/g, '')
    .replaceAll(/ \(valid values: \[[^\]]*\]\)/g, '')
    .replaceAll(/(duplicate name) "[^"]*"/g, '$1')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}

/** The same in any order: it lists the faults of a configuration as they come out of a hash table. */
export function inAnyOrder(verdicts: CollectorVerdicts): CollectorVerdicts {
  return Object.fromEntries(
    Object.entries(verdicts).map(([file, lines]) => [file, lines === null ? null : lines.toSorted()]),
  );
}
