import type { SelectableAgent, SelectingGroup } from '@ampora/application';
import type { Position } from '@ampora/kernel';

/** What the reconciler asks of the read models. */
export interface AimedFleet {
  /** Resolves true when what is stored up to a position shows in the answers; false when it does not in good time. */
  waitFor(position: Position): Promise<boolean>;
  /** Every group that is not deleted. */
  groups(): Promise<readonly SelectingGroup[]>;
  /** Agents in the order of their ids, after one. */
  page(after: string | undefined, limit: number): Promise<readonly SelectableAgent[]>;
  agents(agentIds: readonly string[]): Promise<readonly SelectableAgent[]>;
}
