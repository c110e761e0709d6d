import type { DriftState } from '@ampora/api-contract';
import type { Command } from '#lib/cli/command-line.ts';
/** The same agents from the command line. */
export declare function driftCommand(
  filter: {
    readonly state: readonly DriftState[];
    readonly configurationId?: string;
  },
  at: string | null,
): Command;
