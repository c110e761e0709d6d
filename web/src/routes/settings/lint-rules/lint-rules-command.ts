import type { Command } from '#lib/cli/command-line.ts';

/** The rules from the command line. */
export function lintRulesCommand(at: string | null): Command {
  return { words: ['lint-rules', 'list'], options: [], at };
}
