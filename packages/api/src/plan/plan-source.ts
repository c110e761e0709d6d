import type { SelectableAgent, SelectingGroup } from '@ampora/application';
import type { PipelinesComparison } from '@ampora/collector-config';
import type { AgentThroughput } from '@ampora/own-metrics';
import type { Labels, VersionKey } from '@ampora/domain';

/** An agent as a plan sees it. */
export interface PlannedAgent extends SelectableAgent {
  /** Labels that it reports, and those that the server gives it. */
  readonly reported: Labels;
  readonly given: Labels;
}

/** Which agents a change can touch at all. */
export type AgentScope =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | { readonly kind: 'agents'; readonly agentIds: readonly string[] }
  | { readonly kind: 'group'; readonly groupId: string };

/** A group that is there, or was. */
export interface PlannedGroup extends SelectingGroup {
  readonly isDeleted: boolean;
}

/** What plans are computed from. */
export interface PlanSource {
  /** Every group, deleted ones too. */
  groups(): Promise<readonly PlannedGroup[]>;
  /** What all agents without anything nearer are to run. */
  fleet(): Promise<VersionKey | null>;
  /** Agents in the order of their names, a page at a time. */
  agents(scope: AgentScope): AsyncIterable<readonly PlannedAgent[]>;
  /** Names of configurations. */
  names(configurationIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The text of a version; null when there is none. */
  text(version: VersionKey): Promise<string | null>;
  /** What changes between what two texts make an agent do; null stands for no configuration. */
  comparePipelines(before: string | null, after: string | null): Promise<PipelinesComparison>;
  /** What an agent says of itself, if it does. */
  throughput(agentId: string): AgentThroughput | undefined;
  /** The newest version of a configuration that is published. */
  published(configurationId: string): Promise<{ readonly version: number; readonly agents: number } | null>;
}
