import type { Command } from '#lib/cli/command-line.ts';
/** The same configurations from the command line. */
export declare function configurationsCommand(search: string, at: string | null): Command;
/** The versions of one configuration, or the text of one version. */
export declare function configurationCommand(
  name: string,
  version: number | null,
  at: string | null,
): Command;
