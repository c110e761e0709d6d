import type { Command } from '#lib/cli/command-line.ts';
import type { FleetQuery } from '#lib/fleet/fleet-query.ts';

/** The same agents from the command line. */
export function fleetCommand(
  { search, sort, configurationId, labels, filters }: FleetQuery,
  at: string | null,
): Command {
  return {
    words: ['agents', 'list'],
    options: [
      ['--search', search],
      ['--connected', filters.connected],
      ['--healthy', filters.healthy],
      ['--flapping', filters.flapping],
      ['--drift', filters.driftState],
      ['--status', filters.remoteConfigStatus],
      ['--type', filters.agentType],
      ['--agent-version', filters.agentVersion],
      ['--os', filters.osType],
      ['--configuration', configurationId],
      ['--group', filters.groupId],
      ...labels.map((label) => ['--label', label] as const),
      ['--sort', sort === 'displayName' ? null : sort],
    ],
    at,
  };
}
