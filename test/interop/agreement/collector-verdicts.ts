import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type SampleConfig, samplesDirectory } from './sample-configs.ts';

const run = promisify(execFile);

/** What the real Collector said, by file: null where it takes the configuration, else its words. */
export type CollectorVerdicts = Readonly<Record<string, string | null>>;

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
  const verdicts: Record<string, string | null> = {};
  for (const { file } of samples) verdicts[file] = await askAbout(executable, join(samplesDirectory, file));
  return verdicts;
}

async function askAbout(executable: string, path: string): Promise<string | null> {
  try {
    await run(executable, ['validate', '--config', path], { env: environment, timeout: 60_000 });
    return null;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code !== 1 || stderr === undefined) throw error;
    return shorten(stderr);
  }
}

/** One line of it, without what differs from run to run. */
function shorten(words: string): string {
  return words
    .replace(/^Error: /, '')
    .replaceAll(
      /(cannot unmarshal the configuration|cannot resolve the configuration|failed to get config): ?/g,
      '',
    )
    .replaceAll(/decoding failed due to the following error\(s\):/g, '')
    .replaceAll(/ \(valid values: \[[^\]]*\]\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(: )+/g, ': ')
    .trim()
    .slice(0, 220);
}
