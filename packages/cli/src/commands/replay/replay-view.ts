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
  /** Fields that are other than before the event: of the agent, of the configuration, or of the fleet in numbers. */
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
  const read = readerOf(step);
  const [before, after] = await Promise.all([read(call, position - 1n), read(call, position)]);
  if (decisions) differences.push(...differencesOfReadModel(decisions, after as Partial<AgentDetail> | null));
  const fromSource = await compareWithSource(after, position, source && ((at) => read(source, at)));
  if (fromSource.difference !== '') differences.push(fromSource.difference);
  const id = decisions?.agentId;
  const { displayName } = (after ?? {}) as Partial<AgentDetail>;
  return {
    position: String(position),
    at: new Date(event.recordedAtMs).toISOString(),
    type: event.type,
    stream: event.streamId,
    actor: event.metadata.actor,
    verdict: differences.length > 0 ? 'different' : verdict,
    differences,
    agent: id === undefined ? null : { id, name: displayName ?? id },
    changed: changesBetween(before, after),
    offer: decisions?.offer ?? '',
    drift: decisions ? `${decisions.drift.state}: ${decisions.drift.explanation}` : '',
    fleet,
    source: fromSource.verdict,
  };
}

/** What the read models show of whatever an event is about, by field. */
type Shown = Readonly<Record<string, unknown>>;
type Reader = (call: Client, position: bigint) => Promise<Shown | null>;

const nothing: Reader = () => Promise.resolve(null);

function readerOf({ event, agent, fleet }: ReplayedStep): Reader {
  const at = (position: bigint) => ({ at: String(position) });
  if (agent)
    return (call, position) =>
      orNull(call('getAgent', { params: { id: agent.agentId }, query: at(position) }));
  // Of what is meant for all, the fleet in numbers.
  if (fleet) return async (call, position) => (await call('getDriftSummary', { query: at(position) })).counts;
  const [, configurationId] = /^configuration-([0-9a-f-]{36})$/.exec(event.streamId) ?? [];
  if (configurationId === undefined) return nothing;
  return (call, position) =>
    orNull(call('getConfiguration', { params: { id: configurationId }, query: at(position) }));
}

async function orNull(answer: Promise<Shown>): Promise<Shown | null> {
  try {
    return await answer;
  } catch (error) {
    // Not there yet, or nothing was: the position before the first.
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}

/** What follows from the events alone, against what the read models made of them. */
function differencesOfReadModel(decisions: AgentDecisions, agent: Partial<AgentDetail> | null): string[] {
  if (!agent) return ['The read models do not know this agent.'];
  const pairs: readonly (readonly [what: string, decided: unknown, shown: unknown])[] = [
    ['drift', decisions.drift.state, agent.driftState],
    ['wanted configuration', decisions.wanted?.configHash ?? null, agent.assignedHash],
    ['connected', decisions.connected, agent.connected],
    ['reported configuration', decisions.reported.configHash, agent.remoteConfig?.configHash],
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
  here: Shown | null,
  position: bigint,
  read: ((position: bigint) => Promise<Shown | null>) | undefined,
): Promise<{ readonly verdict: StepView['source']; readonly difference: string }> {
  if (!read || !here) return { verdict: 'not compared', difference: '' };
  const [field] = changesBetween(await read(position), here);
  if (!field) return { verdict: 'identical', difference: '' };
  const difference = `The source's read models say ${field.field} ${field.before}, the replay's ${field.after}.`;
  return { verdict: 'different', difference };
}

/** When it was seen is no state of the log, and why each value is so follows from the rest. */
const unimportant = new Set(['lastSeenAt', 'why', 'stateSince', 'statePosition']);

function changesBetween(before: Shown | null, after: Shown | null): StepView['changed'] {
  if (!after) return [];
  return Object.keys(after)
    .filter((field) => !unimportant.has(field))
    .map((field) => ({ field, before: text(before?.[field]), after: text(after[field]) }))
    .filter((change) => change.before !== change.after);
}

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
