import type { Command } from '#lib/cli/command-line.ts';

/** The same configurations from the command line. */
export function configurationsCommand(search: string, at: string | null): Command {
  return { words: ['configs', 'list'], options: [['--search', search]], at };
}

/** The versions of one configuration, or the text of one version. */
export function configurationCommand(name: string, version: number | null, at: string | null): Command {
  return { words: ['configs', 'show', version === null ? name : `${name}@${version}`], options: [], at };
}

/** What differs between two versions. */
export function compareCommand(name: string, from: number, to: number, at: string | null): Command {
  return { words: ['configs', 'diff', `${name}@${from}`, String(to)], options: [], at };
}

/** Brings a configuration to what a file says: the way to do from the command line what an editor does. */
export function applyCommand(name: string): Command {
  return {
    words: ['configs', 'apply'],
    options: [
      ['--file', 'config.yaml'],
      ['--name', name],
    ],
    at: null,
  };
}
