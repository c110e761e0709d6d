import type { Command } from 'commander';
import { register as causes } from './causes.ts';
import { register as exportEvents } from './export.ts';
import { register as list } from './list.ts';
import { register as keys } from './keys.ts';
import { register as roots } from './roots.ts';
import { register as tail } from './tail.ts';
import { register as verify } from './verify.ts';

/** What one can do with the log, in the order that the help shows. */
const commands = [tail, list, causes, exportEvents, verify, roots, keys];

export function register(program: Command): void {
  const events = program.command('events').description('The event log: the truth that all else is made from');
  for (const registerCommand of commands) registerCommand(events);
}
