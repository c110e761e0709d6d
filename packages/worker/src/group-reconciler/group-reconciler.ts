import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type Cause,
  causeOf,
  createSelectors,
  type SelectableAgent,
  type SelectingGroup,
} from '@ampora/application';
import type { EventLog, LiveBatch } from '@ampora/application/ports';
import { streamPrefix } from '@ampora/catalogue';
import { type Aim, createAim, membershipIn } from '@ampora/domain';
import type { EventMetadata, Position, RecordedEvent } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';
import { type Leadership, pause, seekLeadership } from '../leadership/leadership.ts';
import type { AimedFleet } from './aimed-fleet.ts';
import { Lap } from './lap.ts';
import { type Move, moveAgents } from './move-agents.ts';
import { Slice } from './slice.ts';

export interface GroupReconcilerOptions {
  readonly log: EventLog;
  readonly fleet: AimedFleet;
  readonly tenant: string;
  /** Of the database that the lease is held in. */
  readonly connectionString: string;
  readonly logger: Logger;
  readonly observer?: ReconcilerObserver;
  /** Most time between two looks at every agent. Default 30,000. */
  readonly sweepMs?: number;
  /** How often one that does not lead tries to. */
  readonly tryEveryMs?: number;
  readonly pageSize?: number;
}

/** For metrics. */
export interface ReconcilerObserver {
  /** Every agent was looked at once. */
  lapped(seconds: number, agents: number): void;
  moved(joined: number, left: number): void;
  failed(): void;
}

/** What can change where an agent belongs. Whether it is connected or healthy is not among it: a group must not flap. */
const aboutAgents: ReadonlySet<string> = new Set([
  'AgentEnrolled',
  'AgentDescriptionReported',
  'AgentCapabilitiesReported',
  'AgentLabelsChanged',
  'AgentJoinedGroup',
  'AgentLeftGroup',
]);
const aboutGroups: ReadonlySet<string> = new Set([
  'GroupCreated',
  'GroupDetailsChanged',
  'GroupSelectorChanged',
  'GroupDeleted',
  'GroupRestored',
]);

const TOGETHER = 500;
/** Looking at everybody as a safety net may take this part of the time, in a fleet where once takes long. */
const SWEEP_SHARE = 0.05;
const LONGEST_PAUSE_MS = 30_000;
const AGAIN_MS = 250;

class NotShownYet extends Error {
  override readonly name = 'NotShownYet';
}

/**
 * Sees to it that every agent is in the group that it belongs to (adr/0025). It decides on what the read models show and
 * writes on exactly that: safe to run twice, and to be killed at any moment. When it takes the lead it looks at everybody
 * once, so that there is nothing to remember from before.
 */
export class GroupReconciler {
  readonly #options: GroupReconcilerOptions;
  readonly #selectors = createSelectors();
  readonly #lap = new Lap();
  readonly #due = new Map<string, Cause | undefined>();
  readonly #closing = new AbortController();
  #leadership: Leadership | undefined;
  #aim: Aim<SelectableAgent, SelectingGroup> | undefined;
  #areGroupsDue = true;
  #groupCause: Cause | undefined = undefined;
  /** The read models are to show this before anything is decided. */
  #needed: Position = 0n;
  /** They did show this. */
  #shown: Position = -1n;
  #lapBeganMs = 0;
  #lapped = 0;
  #sweepAtMs = 0;
  #wake: () => void = () => undefined;

  constructor(options: GroupReconcilerOptions) {
    this.#options = options;
  }

  start(): void {
    const { connectionString, logger, tryEveryMs = 2_000 } = this.#options;
    this.#leadership = seekLeadership({
      connectionString,
      logger,
      tryEveryMs,
      name: 'group reconciler',
      lead: (signal) => this.lead(AbortSignal.any([signal, this.#closing.signal])),
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#leadership?.close();
  }

  /** Reconciles until aborted, whoever else does. Rejects when the log can no longer be followed. */
  async lead(given: AbortSignal): Promise<void> {
    const { log } = this.#options;
    const ending = new AbortController();
    const signal = AbortSignal.any([given, ending.signal]);
    signal.addEventListener('abort', () => this.#wake());
    const from = await log.head();
    this.#begin(from);
    const subscription = log.subscribeAll({
      from,
      filter: { types: [...aboutAgents, ...aboutGroups] },
      onBatch: (batch) => this.#take(batch),
    });
    // Without news nothing could be relied on but the sweep: whoever leads begins again.
    const lost = subscription.ended.finally(() => ending.abort());
    try {
      await Promise.all([this.#work(signal).finally(() => subscription.close()), lost]);
    } finally {
      ending.abort();
    }
  }

  /** Nothing of an earlier lead counts. */
  #begin(from: Position): void {
    this.#due.clear();
    this.#areGroupsDue = true;
    this.#groupCause = undefined;
    this.#needed = from;
    this.#shown = -1n;
    this.#sweepAtMs = 0;
  }

  async #take({ events }: LiveBatch): Promise<void> {
    for (const event of events) {
      if (event.metadata.tenant !== this.#options.tenant) continue;
      if (event.position > this.#needed) this.#needed = event.position;
      if (aboutGroups.has(event.type)) {
        this.#areGroupsDue = true;
        this.#groupCause = causeOf(event);
      } else this.#due.set(agentIdOf(event), causeOf(event));
    }
    if (events.length > 0) this.#wake();
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { logger, observer } = this.#options;
    let waitMs = 100;
    while (!signal.aborted) {
      try {
        await this.#step(signal);
        waitMs = 100;
      } catch (error) {
        if (signal.aborted) return;
        observer?.failed();
        logger.warn('Agents could not be put into their groups; it is tried again', { error });
        await pause(waitMs, signal);
        waitMs = Math.min(2 * waitMs, 10_000);
      }
    }
  }

  /** Agents of which there is news come before those that are looked at in turn. */
  async #step(signal: AbortSignal): Promise<void> {
    if (!this.#areGroupsDue && this.#due.size === 0 && !this.#lap.isRunning) {
      await this.#rest(signal);
      return;
    }
    const { fleet, logger } = this.#options;
    // What comes in while the read models are waited for is not what they were waited for.
    const seen = this.#needed;
    const areGroupsDue = this.#areGroupsDue;
    const due = areGroupsDue ? [] : this.#takeDue();
    this.#areGroupsDue = false;
    try {
      if (seen > this.#shown && !(await fleet.waitFor(seen)))
        throw new NotShownYet(`Not shown yet: position ${seen}`);
      this.#shown = seen;
      if (areGroupsDue) await this.#readGroups();
      else if (due.length > 0) await this.#lookAt(due, seen);
      else await this.#goOn(seen);
    } catch (error) {
      this.#areGroupsDue ||= areGroupsDue;
      for (const [agentId, cause] of due) if (!this.#due.has(agentId)) this.#due.set(agentId, cause);
      if (!(error instanceof NotShownYet)) throw error;
      logger.debug('The read models have not come as far as the log', { position: String(seen) });
      await pause(AGAIN_MS, signal);
    }
    await turn();
  }

  #takeDue(): readonly (readonly [agentId: string, cause: Cause | undefined])[] {
    const some = [...this.#due].slice(0, TOGETHER);
    for (const [agentId] of some) this.#due.delete(agentId);
    return some;
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const ms = Math.min(this.#sweepAtMs - performance.now(), LONGEST_PAUSE_MS);
    if (ms <= 0) {
      this.#areGroupsDue = true;
      return;
    }
    const rested = new AbortController();
    this.#wake = () => rested.abort();
    await pause(ms, AbortSignal.any([signal, rested.signal]));
    this.#wake = () => undefined;
  }

  /** Groups are few: they are read whole, and everybody is looked at again. */
  async #readGroups(): Promise<void> {
    const groups = await this.#options.fleet.groups();
    this.#aim = createAim<SelectableAgent, SelectingGroup>(groups, null, this.#selectors.verdictOf);
    this.#selectors.keepOnly(groups);
    if (!this.#lap.isRunning) {
      this.#lapBeganMs = performance.now();
      this.#lapped = 0;
    }
    this.#lap.begin();
  }

  async #lookAt(
    due: readonly (readonly [agentId: string, cause: Cause | undefined])[],
    seen: Position,
  ): Promise<void> {
    const agents = await this.#options.fleet.agents(due.map(([agentId]) => agentId));
    const causes = new Map(due);
    await this.#reconcile(agents, seen, ({ agentId }) => causes.get(agentId));
  }

  async #goOn(seen: Position): Promise<void> {
    const { fleet, pageSize = 1_000, sweepMs = 30_000, observer } = this.#options;
    const agents = await fleet.page(this.#lap.after, pageSize);
    await this.#reconcile(agents, seen, () => this.#groupCause);
    this.#lapped += agents.length;
    this.#lap.passed(agents.length < pageSize ? undefined : agents.at(-1)?.agentId);
    if (this.#lap.isRunning) return;
    this.#groupCause = undefined;
    const tookMs = performance.now() - this.#lapBeganMs;
    this.#sweepAtMs = performance.now() + Math.max(sweepMs, tookMs / SWEEP_SHARE);
    observer?.lapped(tookMs / 1_000, this.#lapped);
  }

  async #reconcile(
    agents: readonly SelectableAgent[],
    seen: Position,
    causeFor: (agent: SelectableAgent) => Cause | undefined,
  ): Promise<void> {
    const aim = this.#aim;
    if (!aim) return;
    const { log, logger, observer, tenant } = this.#options;
    const moves: Move[] = [];
    const slice = new Slice();
    for (const [index, agent] of agents.entries()) {
      if (index % 16 === 0 && slice.isOver) await slice.next();
      const membership = membershipIn(agent, aim);
      if (membership.kind === 'stay') continue;
      const group = membership.kind === 'join' ? aim.groups.get(membership.groupId) : undefined;
      moves.push({ agent, membership, group, cause: causeFor(agent) });
    }
    if (moves.length === 0) return;
    const { joined, left, again } = await moveAgents(moves, { log, seen, metadata: systemOf(tenant) });
    for (const { agentId, position } of again) {
      if (position > this.#needed) this.#needed = position;
      if (!this.#due.has(agentId)) this.#due.set(agentId, undefined);
    }
    if (joined + left === 0) return;
    observer?.moved(joined, left);
    logger.info('Agents were put into their groups', { joined, left });
  }
}

function agentIdOf({ streamId }: RecordedEvent): string {
  const prefix = streamId.startsWith(streamPrefix.assignment) ? streamPrefix.assignment : streamPrefix.agent;
  return streamId.slice(prefix.length);
}

function systemOf(tenant: string): EventMetadata {
  return { tenant, actor: 'system', actorRole: 'System', correlationId: randomUUID() };
}
