import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const samplesDirectory = fileURLToPath(new URL('../configs', import.meta.url));

/** A configuration that the real Collector and we are asked about. */
export interface SampleConfig {
  /** As in `faulty/open-quote.yaml`. */
  readonly file: string;
  readonly text: string;
  /** First line of its comment: what it shows, or which fault is in it. */
  readonly title: string;
  /** Why we say something else than the Collector; absent where we agree. */
  readonly explanation?: string;
}

export function readSamples(): readonly SampleConfig[] {
  return ['sound', 'faulty'].flatMap((folder) =>
    readdirSync(`${samplesDirectory}/${folder}`)
      .toSorted()
      .map((name) => {
        const text = readFileSync(`${samplesDirectory}/${folder}/${name}`, 'utf8');
        const header = /^(?:#.*\r?\n?)*/.exec(text)?.[0] ?? '';
        const lines = header.split(/\r?\n/).map((line) => line.replace(/^# ?/, '').trim());
        const explanation = lines.find((line) => line.startsWith('Explained: '))?.slice('Explained: '.length);
        return {
          file: `${folder}/${name}`,
          text,
          title: lines[0] ?? '',
          ...(explanation === undefined ? {} : { explanation }),
        };
      }),
  );
}
