import type { LiveChanges } from '@ampora/api-contract';

/** What pages declare with `depends`, and what a change makes stale. */
export const stale = {
  overview: 'ampora:overview',
  agents: 'ampora:agents',
  agent: (id: string) => `ampora:agent/${id}` as const,
  configurations: 'ampora:configurations',
  configuration: (id: string) => `ampora:configuration/${id}` as const,
  anyConfiguration: 'ampora:configuration/*',
  drift: 'ampora:drift',
  events: 'ampora:events',
  audit: 'ampora:audit',
  roots: 'ampora:roots',
  projections: 'ampora:projections',
  groups: 'ampora:groups',
  lintRules: 'ampora:lint-rules',
} as const;

/** Two messages as one. */
export function mergeChanges(first: LiveChanges | null, second: LiveChanges): LiveChanges {
  if (first === null) return second;
  return {
    position: second.position,
    at: second.at,
    agents: [...new Set([...first.agents, ...second.agents])],
    configurations: [...new Set([...first.configurations, ...second.configurations])],
    types: [...new Set([...first.types, ...second.types])],
    fleet: first.fleet || second.fleet,
    many: first.many || second.many,
    events: first.events + second.events,
  };
}

/** Whether the changes may concern an agent: listed, or too many to list, or something that concerns all. */
export function touchesAgent(changes: LiveChanges, id: string): boolean {
  return changes.many || changes.fleet || changes.agents.includes(id);
}

/** What agents tell of themselves from day to day, and stored bodies: the audit log does not have them. */
const unaudited =
  /^(?:Agent(?!Configuration|Enrolled|RemoteConfig|Aliased|InstanceUid|JoinedGroup|LeftGroup|LabelsChanged)|ContentStored)/;

/** A test for `invalidate`: which declared dependencies the changes make stale. */
export function staleAfter(changes: LiveChanges): (dependency: URL) => boolean {
  const anyAgent = changes.many || changes.fleet || changes.agents.length > 0;
  const anyConfiguration = changes.fleet || changes.configurations.length > 0;
  const exact = new Set<string>([stale.overview, stale.events]);
  if (anyAgent) exact.add(stale.agents).add(stale.drift);
  if (anyAgent || changes.types.some((type) => type.startsWith('Group'))) exact.add(stale.groups);
  if (anyConfiguration || anyAgent) exact.add(stale.configurations).add(stale.anyConfiguration);
  if (changes.types.some((type) => !unaudited.test(type))) exact.add(stale.audit);
  if (changes.types.includes('AuditRootSealed')) exact.add(stale.roots);
  if (changes.types.some((type) => type.startsWith('LintRule'))) exact.add(stale.lintRules);
  for (const id of changes.agents) exact.add(stale.agent(id));
  for (const id of changes.configurations) exact.add(stale.configuration(id));
  const everyAgent = changes.many || changes.fleet;
  return ({ href }) => exact.has(href) || (everyAgent && href.startsWith('ampora:agent/'));
}
