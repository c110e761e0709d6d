import { setImmediate as turn } from 'node:timers/promises';
import type { GroupPreview, VersionRef } from '@ampora/api-contract';
import { checkSelector } from '@ampora/application';
import { nearestName } from '@ampora/collector-config';
import { compareAims, type VersionKey } from '@ampora/domain';
import { aimsOf, NEW_GROUP } from './aims-of-change.ts';
import type { PlannedAgent, PlannedGroup, PlanSource } from './plan-source.ts';
import { SAMPLE } from './tally-changes.ts';

const SLICE_MS = 8;
const MOST_KEYS = 10_000;
const MOST_CONTESTED = 50;

export interface PreviewRequest {
  readonly groupId?: string | undefined;
  readonly mode: 'static' | 'dynamic';
  readonly selector: string | null;
  readonly priority?: number | undefined;
  readonly autoApply?: boolean | undefined;
  readonly configuration?: VersionKey | null | undefined;
}

interface Mover {
  readonly agent: PlannedAgent;
  readonly other: string | null;
  readonly runsNow: VersionKey | null;
  readonly wouldRun: VersionKey | null;
}

/** Who would join and leave a group that looked like this, looked at agent by agent. */
export async function previewGroup(source: PlanSource, request: PreviewRequest): Promise<GroupPreview> {
  const { mode, selector } = request;
  const checked = mode === 'dynamic' ? checkSelector(selector ?? '') : undefined;
  const found = await lookAtAll(source, request, checked?.valid !== false);
  const { joins, leaves, contested, keys } = found;
  const refs = await namesOf(source, [...joins.sample, ...leaves.sample]);
  const groupRef = (groupId: string | null) =>
    groupId === null ? null : { groupId, name: found.nameOf(groupId)?.name ?? '' };
  const mover = ({ agent, runsNow, wouldRun }: Mover) => ({
    agentId: agent.agentId,
    displayName: agent.displayName,
    runsNow: refs(runsNow),
    wouldRun: refs(wouldRun),
  });
  return {
    valid: checked?.valid ?? true,
    problems: (checked?.problems ?? []).map(({ severity, code, message, from, to, line, column }) => ({
      severity,
      code,
      message,
      from,
      to,
      line,
      column,
    })),
    matches: found.matches,
    joins: {
      count: joins.count,
      sample: joins.sample.map((one) => ({ ...mover(one), from: groupRef(one.other) })),
    },
    leaves: {
      count: leaves.count,
      sample: leaves.sample.map((one) => ({ ...mover(one), to: groupRef(one.other) })),
    },
    stays: found.stays,
    undecided: found.undecided,
    unmatchedKeys: (checked?.labelKeys ?? [])
      .filter((key) => !keys.has(key))
      .map((key) => {
        const nearest = nearestName(key, keys);
        return { key, nearest: nearest === undefined ? [] : [nearest] };
      }),
    contested: [...contested.values()]
      .toSorted((left, right) => right.agents - left.agents)
      .slice(0, MOST_CONTESTED),
  };
}

async function lookAtAll(source: PlanSource, request: PreviewRequest, isValid: boolean) {
  const { groupId, mode, priority, autoApply, configuration } = request;
  const [groups, fleet] = await Promise.all([source.groups(), source.fleet()]);
  // A selector that cannot be used takes nobody in and lets nobody go.
  const selector = isValid ? request.selector : null;
  const known = groups.map((group) =>
    group.groupId === groupId && configuration !== undefined ? { ...group, assigned: configuration } : group,
  );
  const edit = { mode, selector, ...(priority === undefined ? {} : { priority }) };
  const { before } = aimsOf({ kind: 'publish', configurationId: NEW_GROUP, version: 1 }, { groups, fleet });
  const { after } = groupId
    ? aimsOf({ kind: 'edit-group', groupId, ...edit, autoApply }, { groups: known, fleet })
    : aimsOf(
        {
          kind: 'create-group',
          name: '',
          description: '',
          ...edit,
          priority: priority ?? 0,
          autoApply: autoApply ?? true,
        },
        { groups: known, fleet },
      );
  const subject = after.groups.get(groupId ?? NEW_GROUP) as PlannedGroup;
  const shown =
    configuration === undefined
      ? after
      : {
          ...after,
          groups: new Map(after.groups).set(subject.groupId, { ...subject, assigned: configuration }),
        };
  const answer = {
    matches: 0,
    stays: 0,
    undecided: 0,
    joins: { count: 0, sample: [] as Mover[] },
    leaves: { count: 0, sample: [] as Mover[] },
    contested: new Map<string, GroupPreview['contested'][number]>(),
    keys: new Set<string>(),
    nameOf: (id: string) => before.groups.get(id) ?? shown.groups.get(id),
  };
  const contest = (holder: string, wins: boolean) => {
    const group = answer.nameOf(holder);
    if (!group) return;
    const { name, priority: own, mode: itsMode } = group;
    const line = answer.contested.get(holder) ?? {
      groupId: holder,
      name,
      priority: own,
      mode: itsMode,
      wins,
      agents: 0,
    };
    line.agents++;
    answer.contested.set(holder, line);
  };
  let untilMs = performance.now() + SLICE_MS;
  let looked = 0;
  for await (const page of source.agents({ kind: 'all' }))
    for (const agent of page) {
      const change = compareAims(agent, { before, after: shown });
      const verdict = mode === 'dynamic' ? shown.verdictOf(subject, agent) : 'no-match';
      const { groupBefore, groupAfter } = change;
      const isIn = groupAfter === subject.groupId;
      const wasIn = groupBefore === subject.groupId;
      const mover = { agent, runsNow: change.before, wouldRun: change.after };
      if (verdict === 'match') answer.matches++;
      if (verdict === 'error') answer.undecided++;
      if (isIn && wasIn) answer.stays++;
      if (isIn && !wasIn) note(answer.joins, { ...mover, other: groupBefore });
      if (!isIn && wasIn) note(answer.leaves, { ...mover, other: groupAfter });
      if (verdict === 'match' && !isIn && groupAfter !== null) contest(groupAfter, true);
      if (isIn && !wasIn && groupBefore !== null) contest(groupBefore, false);
      if (answer.keys.size < MOST_KEYS) for (const key in agent.labels) answer.keys.add(key);
      if (++looked % 16 !== 0 || performance.now() < untilMs) continue;
      await turn();
      untilMs = performance.now() + SLICE_MS;
    }
  return answer;
}

function note(list: { count: number; sample: Mover[] }, mover: Mover): void {
  list.count++;
  if (list.sample.length < SAMPLE) list.sample.push(mover);
}

async function namesOf(
  source: PlanSource,
  movers: readonly Mover[],
): Promise<(version: VersionKey | null) => VersionRef | null> {
  const ids = movers.flatMap(({ runsNow, wouldRun }) =>
    [runsNow, wouldRun].flatMap((one) => one?.configurationId ?? []),
  );
  const names = await source.names([...new Set(ids)]);
  return (version) => version && { ...version, name: names.get(version.configurationId) ?? '' };
}
