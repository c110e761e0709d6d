import type { Command } from '#lib/cli/command-line.ts';

/** The same people from the command line. */
export const peopleCommand: Command = { words: ['people', 'list'], options: [], at: null };

/** Forgets a person from the command line. */
export function forgetCommand(id: string): Command {
  return { words: ['people', 'forget', id], options: [['--yes', true]], at: null };
}
