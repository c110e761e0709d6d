import type { Command } from '#lib/cli/command-line.ts';
import type { FleetQuery } from '#lib/fleet/fleet-query.ts';
/** The same agents from the command line. */
export declare function fleetCommand({ search, sort, configurationId, filters }: FleetQuery, at: string | null): Command;
