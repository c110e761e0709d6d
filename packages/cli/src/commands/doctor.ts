import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { settingsOf, type SettingsOptions, withSettingsOptions } from '../settings-options.ts';

interface DoctorOptions extends SettingsOptions {
  readonly output: string;
}

const marks = { ok: 'ok', warning: 'note', fault: 'FAULT' } as const;

export function register(program: Command): void {
  const command = program
    .command('doctor')
    .description('Check that this machine can run the server, or that the running one is well')
    .option('-o, --output <format>', 'table or json', 'table')
    .action(doctor);
  withSettingsOptions(command);
}

async function doctor(options: DoctorOptions): Promise<void> {
  const settings = await settingsOf(options);
  const { diagnose } = await import('@ampora/server');
  const findings = await diagnose(settings);
  if (options.output === 'json') console.log(JSON.stringify({ items: findings }, undefined, 2));
  else {
    const width = Math.max(...findings.map(({ name }) => name.length));
    for (const { name, state, detail } of findings) {
      console.log(`${marks[state].padEnd(5)}  ${name.padEnd(width)}  ${detail}`);
    }
  }
  const faults = findings.filter(({ state }) => state === 'fault').length;
  if (faults > 0)
    throw new CommandFailure(`${faults} of ${findings.length} checks failed.`, exitCodes.failed);
}
