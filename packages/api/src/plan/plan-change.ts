import { setImmediate as turn } from 'node:timers/promises';
import type { ChangePlan, VersionRef } from '@ampora/api-contract';
import { compareAims, type VersionKey } from '@ampora/domain';
import { notFound } from '../problem/api-error.ts';
import { aimsOf, NEW_GROUP, type PlannedAims, type SettledChange } from './aims-of-change.ts';
import type { PlanSource } from './plan-source.ts';
import { CarriedTally } from './tally-carried.ts';
import { ChangeTally, type Transition } from './tally-changes.ts';

const SLICE_MS = 8;
/** Pairs of texts that are compared: more than these, and the lists say that they are not whole. */
const MOST_COMPARED = 100;
const MOST_LISTED = 200;

type Warning = ChangePlan['warnings'][number];

export interface PlanRequest {
  readonly change: SettledChange;
  readonly tenant: string;
  /** Agents that a bulk action means. */
  readonly selected?: readonly string[];
}

/** What a change would do, computed from what the read models show. Reads, and nothing else. */
export async function planChange(
  source: PlanSource,
  { change, tenant, selected = [] }: PlanRequest,
): Promise<ChangePlan> {
  const [groups, fleet] = await Promise.all([source.groups(), source.fleet()]);
  const aims = aimsOf(change, { groups, fleet, selected });
  const tally = new ChangeTally();
  const carried = new CarriedTally();
  const looked = await tallyAll(source, aims, { tally, carried });
  const warnings = warningsOf(change, aims, looked);
  if (aims.scope.kind === 'agents' && looked.agents < new Set(aims.scope.agentIds).size) {
    const missing = new Set(aims.scope.agentIds).size - looked.agents;
    if (looked.agents === 0 && missing === 1)
      throw notFound('agent/not-found', 'There is no such agent.', {
        agentId: String(aims.scope.agentIds[0]),
      });
    warnings.push({ code: 'plan/agents-missing', message: `${missing} of the agents named do not exist.` });
  }
  const transitions =
    change.kind === 'publish' ? await publishing(source, change, warnings) : [...tally.transitions.values()];
  const given = change.kind === 'publish' ? change.body : undefined;
  const texts = await compareTexts(source, { transitions, given }, warnings);
  const names = await source.names([
    ...new Set(
      tally.sample.flatMap(({ before, after }) =>
        [before, after].flatMap((one) => one?.configurationId ?? []),
      ),
    ),
  ]);
  const lists = { groups: groupLines(aims, tally), ...texts };
  return {
    agents: {
      total: tally.total,
      starts: tally.starts,
      changes: tally.changes,
      stops: tally.stops,
      sample: tally.sample.map(({ before, after, ...agent }) => ({
        ...agent,
        before: toRef(before, names),
        after: toRef(after, names),
      })),
    },
    ...lists,
    tenants: tally.total > 0 || lists.groups.length > 0 ? [tenant] : [],
    throughput: carried.toPlan(),
    stopsMatching: {
      count: tally.stopsMatching,
      sample: tally.stopsMatchingSample.map((agent) => ({ ...agent })),
    },
    warnings,
    totals: totalsOf(tally, lists),
  };
}

interface Looked {
  agents: number;
  watchOnly: number;
}

interface Tallies {
  readonly tally: ChangeTally;
  readonly carried: CarriedTally;
}

async function tallyAll(source: PlanSource, aims: PlannedAims, { tally, carried }: Tallies): Promise<Looked> {
  const looked = { agents: 0, watchOnly: 0 };
  let untilMs = performance.now() + SLICE_MS;
  for await (const page of source.agents(aims.scope))
    for (const agent of page) {
      looked.agents++;
      if (!agent.takesRemoteConfig) looked.watchOnly++;
      if (tally.add(agent, compareAims(agent, aims))) carried.add(source.throughput(agent.agentId));
      if (looked.agents % 16 !== 0 || performance.now() < untilMs) continue;
      await turn();
      untilMs = performance.now() + SLICE_MS;
    }
  return looked;
}

function toRef(version: VersionKey | null, names: ReadonlyMap<string, string>): VersionRef | null {
  return version && { ...version, name: names.get(version.configurationId) ?? '' };
}

function groupLines({ before, after, subject }: PlannedAims, tally: ChangeTally): ChangePlan['groups'] {
  const lines: ChangePlan['groups'] = [];
  const nothing = { joins: 0, leaves: 0 };
  if (subject) {
    const { groupId, name } = subject.group;
    const moves = tally.groups.get(groupId) ?? nothing;
    lines.push({ op: subject.op, groupId: groupId === NEW_GROUP ? null : groupId, name, ...moves });
  }
  for (const [groupId, moves] of tally.groups) {
    if (groupId === subject?.group.groupId) continue;
    const name = (after.groups.get(groupId) ?? before.groups.get(groupId))?.name ?? '';
    lines.push({ op: '~', groupId, name, ...moves });
  }
  return lines.slice(0, MOST_LISTED);
}

/** Publishing freezes a text and moves nobody: what is shown is what it would change for those who run the version before. */
async function publishing(
  source: PlanSource,
  { configurationId, version = 0 }: Extract<SettledChange, { readonly kind: 'publish' }>,
  warnings: Warning[],
): Promise<readonly Transition[]> {
  const published = await source.published(configurationId);
  const agents = published?.agents ?? 0;
  const who =
    agents === 0 ? 'Nobody runs this configuration.' : `${agents} agents run it in another version.`;
  warnings.push({
    code: 'plan/publishing-moves-nobody',
    message: `${who} Publishing changes none of them: a version is run once it is assigned.`,
  });
  return [
    {
      before: published && { configurationId, version: published.version },
      after: { configurationId, version },
      agents,
    },
  ];
}

function warningsOf(change: SettledChange, { subject }: PlannedAims, { watchOnly }: Looked): Warning[] {
  const warnings: Warning[] = [];
  if ((change.kind === 'assign' || change.kind === 'bulk') && watchOnly > 0)
    warnings.push({
      code: 'plan/watch-only',
      message: `${watchOnly} of these agents take no remote configuration and can only be watched.`,
    });
  if (change.kind === 'assign' && subject && !subject.group.autoApply)
    warnings.push({
      code: 'plan/not-applied',
      message: `“${subject.group.name}” does not apply its configuration by itself: its members are told one by one, or by a bulk action.`,
    });
  if (change.kind === 'bulk' && change.bulk.action === 'drain')
    warnings.push({
      code: 'plan/reconnects',
      message: 'Connections of these agents are closed; they come back by themselves, elsewhere or here.',
    });
  if (change.kind === 'bulk' && change.bulk.action === 'force-push')
    warnings.push({
      code: 'plan/offered-again',
      message: 'These agents are sent what they are to run once more, even if they say that they have it.',
    });
  if (change.kind === 'restore-group' && subject?.group.mode === 'static')
    warnings.push({
      code: 'plan/without-members',
      message: 'Nobody joins by restoring it: add those that should be in it.',
    });
  return warnings;
}

/** What becomes of pipelines and destinations, added up over all agents. */
async function compareTexts(
  source: PlanSource,
  {
    transitions,
    given,
  }: { readonly transitions: readonly Transition[]; readonly given?: string | undefined },
  warnings: Warning[],
): Promise<Pick<ChangePlan, 'pipelines' | 'destinations'>> {
  const byAgents = transitions.toSorted((left, right) => right.agents - left.agents);
  const pipelines = new Map<string, ChangePlan['pipelines'][number]>();
  const destinations = new Map<string, ChangePlan['destinations'][number]>();
  let isPartial = byAgents.length > MOST_COMPARED;
  for (const { before, after, agents } of byAgents.slice(0, MOST_COMPARED)) {
    const [left, right] = await Promise.all([
      before && source.text(before),
      given ?? (after && source.text(after)),
    ]);
    const compared = await source.comparePipelines(left, right);
    isPartial ||= compared.isPartial;
    for (const line of compared.pipelines) add(pipelines, `${line.op} ${line.id}`, { ...line, agents });
    for (const line of compared.destinations)
      add(destinations, JSON.stringify([line.op, line.exporter, line.endpoint]), { ...line, agents });
  }
  if (isPartial)
    warnings.push({
      code: 'plan/not-whole',
      message:
        'Pipelines and destinations are not listed whole: a text cannot be read, or there are too many different ones.',
    });
  return { pipelines: inOrder(pipelines), destinations: inOrder(destinations) };
}

function add<Line extends { agents: number }>(lines: Map<string, Line>, key: string, line: Line): void {
  const known = lines.get(key);
  if (known) known.agents += line.agents;
  else lines.set(key, line);
}

function inOrder<Line extends { agents: number }>(lines: ReadonlyMap<string, Line>): Line[] {
  return [...lines.values()].toSorted((left, right) => right.agents - left.agents).slice(0, MOST_LISTED);
}

type Lists = Pick<ChangePlan, 'groups' | 'pipelines' | 'destinations'>;

/** Lines of each kind: agents, groups, pipelines and destinations together. */
function totalsOf(tally: ChangeTally, { groups, pipelines, destinations }: Lists): ChangePlan['totals'] {
  const lines = [...groups, ...pipelines, ...destinations];
  const count = (op: '+' | '~' | '-') => lines.filter((line) => line.op === op).length;
  return {
    add: tally.starts + count('+'),
    change: tally.changes + count('~'),
    remove: tally.stops + count('-'),
  };
}
