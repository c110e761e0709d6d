import type { Settings } from '@ampora/platform';
import type { Command } from 'commander';

export interface SettingsOptions {
  readonly config?: string;
  readonly set: readonly string[];
}

/** `--config` and `--set`, for commands that work on a server's own settings. */
export function withSettingsOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'settings file (default: ampora.yaml, when there is one)')
    .option(
      '--set <Section:Key=value>',
      'a setting, as in --set Http:Port=8081; may be repeated, wins over file and environment',
      (value: string, given: readonly string[]) => [...given, value],
      [],
    );
}

export async function settingsOf(options: SettingsOptions): Promise<Settings> {
  const { loadSettings } = await import('@ampora/platform');
  return loadSettings({
    ...(options.config === undefined ? {} : { configFile: options.config }),
    env: process.env,
    flags: options.set,
  });
}
