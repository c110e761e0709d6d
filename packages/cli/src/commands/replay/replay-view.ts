import { type AgentDetail, ApiProblem, type Client } from '@ampora/api-contract';
import type { AgentDecisions, ReplayedStep } from '@ampora/replay';

/** One step as it is shown: what was decided again, what the event changed, and whether everybody says the same. */
export interface StepView {
  readonly position: string;
  readonly at: string;
  readonly type: string;
  readonly stream: string;
  readonly actor: string;
  readonly verdict: ReplayedStep['verdict'];
  /** What differs from the log, from the read models of the replay, or from those of the source; empty when nothing does. */
  readonly differences: readonly string[];
  readonly agent: { readonly id: string; readonly name: string } | null;
  /** Fields of the agent that are other than before the event. */
  readonly changed: readonly { readonly field: string; readonly before: string; readonly after: string }[];
  readonly offer: string;
  readonly drift: string;
  /** Of an event for all agents. */
  readonly fleet: ReplayedStep['fleet'];
  /** Whether the read models of the source say the same of that moment. */
  readonly source: 'identical' | 'different' | 'not compared';
}

export interface ViewOptions {
  /** Of the replay's own server. */
  readonly call: Client;
  /** Of the server that the events are from; absent where there is none, or where its names were replaced. */
  readonly source?: Client;
}

/** Asks the read models what a step changed, and holds them against what was decided. */
export async function viewStep(step: ReplayedStep, { call, source }: ViewOptions): Promise<StepView> {
  const { event, verdict, difference, agent: decisions, fleet } = step;
  const { position } = event;
  const differences = difference === '' ? [] : [difference];
  const id = decisions?.agentId;
  const [before, after] =
    id === undefined
      ? [null, null]
      : await Promise.all([agentAt(call, id, position - 1n), agentAt(call, id, position)]);
  if (decisions) differences.push(...differencesOfReadModel(decisions, after));
  const fromSource = await compareWithSource(after, position, source);
  if (fromSource.difference !== '') differences.push(fromSource.difference);
  return {
    position: String(position),
    at: new Date(event.recordedAtMs).toISOString(),
    type: event.type,
    stream: event.streamId,
    actor: event.metadata.actor,
    verdict: differences.length > 0 ? 'different' : verdict,
    differences,
    agent: id === undefined ? null : { id, name: after?.displayName ?? id },
    changed: changesBetween(before, after),
    offer: decisions?.offer ?? '',
    drift: decisions ? `${decisions.drift.state}: ${decisions.drift.explanation}` : '',
    fleet,
    source: fromSource.verdict,
  };
}

async function agentAt(call: Client, id: string, position: bigint): Promise<AgentDetail | null> {
  try {
    return await call('getAgent', { params: { id }, query: { at: String(position) } });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}

/** What follows from the events alone, against what the read models made of them. */
function differencesOfReadModel(decisions: AgentDecisions, agent: AgentDetail | null): string[] {
  if (!agent) return ['The read models do not know this agent.'];
  const pairs: readonly (readonly [what: string, decided: unknown, shown: unknown])[] = [
    ['drift', decisions.drift.state, agent.driftState],
    ['wanted configuration', decisions.wanted?.configHash ?? null, agent.assignedHash],
    ['connected', decisions.connected, agent.connected],
    ['reported configuration', decisions.reported.configHash, agent.remoteConfig.configHash],
    ['status', decisions.reported.status, agent.remoteConfigStatus],
    ['instance uid', decisions.instanceUid, agent.instanceUid],
  ];
  return pairs
    .filter(([, decided, shown]) => decided !== shown)
    .map(
      ([what, decided, shown]) =>
        `${what}: decided again ${text(decided)}, the read models say ${text(shown)}.`,
    );
}

async function compareWithSource(
  agent: AgentDetail | null,
  position: bigint,
  source: Client | undefined,
): Promise<{ readonly verdict: StepView['source']; readonly difference: string }> {
  if (!source || !agent) return { verdict: 'not compared', difference: '' };
  const there = await agentAt(source, agent.id, position);
  const [field] = changesBetween(there, agent);
  if (!field) return { verdict: 'identical', difference: '' };
  const difference = `The source's read models say ${field.field} ${field.before}, the replay's ${field.after}.`;
  return { verdict: 'different', difference };
}

function changesBetween(before: AgentDetail | null, after: AgentDetail | null): StepView['changed'] {
  if (!after) return [];
  return (
    (Object.keys(after) as (keyof AgentDetail)[])
      // When it was seen is no state of the log, and why each value is so follows from the rest.
      .filter((field) => !['lastSeenAt', 'why', 'stateSince', 'statePosition'].includes(field))
      .map((field) => ({ field, before: text(before?.[field]), after: text(after[field]) }))
      .filter((change) => change.before !== change.after)
  );
}

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
