import { createHash } from 'node:crypto';
import type { AgentRow, Client } from '@ampora/api-contract';
import type { Slice } from '@ampora/replay';
import { allPages, pageSize } from '../../output/all-pages.ts';
import type { ViewOptions } from './replay-view.ts';

const MOST_AGENTS = 1_000_000;

interface FleetSum {
  readonly agents: number;
  readonly checksum: string;
}

/**
 * The whole fleet at the end of the slice, in the source and in the replay, by checksum over the rows. A line about it;
 * it begins with ≠ when they differ, and is empty when they cannot be compared.
 */
export async function compareFleets({ call, source }: ViewOptions, { to, prefix }: Slice): Promise<string> {
  // Of touched streams the replay has touched agents only; each of them was compared at its steps.
  if (!source || prefix === 'touched streams') return '';
  const [there, here] = await Promise.all([sumOf(source, to), sumOf(call, to)]);
  const isSame = there.checksum === here.checksum;
  if (isSame)
    return `At position ${to} the fleet of ${here.agents} agents is identical in the source and in the replay (${here.checksum.slice(0, 12)}).`;
  return `≠ At position ${to} the fleet is not the same: ${there.agents} agents in the source (${there.checksum.slice(0, 12)}), ${here.agents} in the replay (${here.checksum.slice(0, 12)}).`;
}

async function sumOf(call: Client, at: bigint): Promise<FleetSum> {
  const sum = createHash('sha256');
  let agents = 0;
  const page = (cursor: string | undefined) =>
    call('listAgents', { query: { at: String(at), sort: 'enrolledAt', limit: pageSize, cursor } });
  for await (const row of allPages<AgentRow>(page, MOST_AGENTS)) {
    agents++;
    sum.update(`${JSON.stringify(row)}\n`);
  }
  return { agents, checksum: sum.digest('hex') };
}
