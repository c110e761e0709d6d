import { readFileSync } from 'node:fs';
import { StartupError } from '../startup-error.ts';
import { parseSettings } from './parse-settings.ts';
import type { Settings } from './settings-schema.ts';

const DEFAULT_FILE = 'ampora.yaml';

export interface LoadSettingsOptions {
  /** A file named on the command line must exist; `ampora.yaml` in the working directory may. */
  readonly configFile?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags?: readonly string[];
}

/** Reads the settings file, then {@link parseSettings}. */
export function loadSettings({ configFile, env, flags = [] }: LoadSettingsOptions): Settings {
  const yamlText = readFile(configFile);
  return parseSettings({
    ...(yamlText === undefined ? {} : { yamlText }),
    yamlName: configFile ?? DEFAULT_FILE,
    env,
    flags,
  });
}

function readFile(configFile: string | undefined): string | undefined {
  try {
    return readFileSync(configFile ?? DEFAULT_FILE, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (configFile === undefined && code === 'ENOENT') return undefined;
    throw new StartupError(`Cannot read the settings file ${configFile ?? DEFAULT_FILE} (${code}).`, {
      cause: error,
    });
  }
}
