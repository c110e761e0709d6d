import { randomUUID } from 'node:crypto';
import { type Cause, causedBy, type LoadedAgent } from '@ampora/application';
import type { AppendResult, StreamAppend } from '@ampora/application/ports';
import { type AgentEvent, streamOf } from '@ampora/catalogue';
import { type AgentCommand, agentDecider, type AgentState } from '@ampora/domain';
import type { EventMetadata, NewEvent } from '@ampora/kernel';
import type { FactSource } from '../facts/fact-writer.ts';
import { stampFacts } from '../facts/stamp-facts.ts';
import type { ReplySlot } from './reply-slot.ts';
import { metadataFor, type SessionContext } from './session-context.ts';
import type { Work } from './work.ts';

/** Whose facts they are. */
export interface FactsOwner {
  readonly agentId: string;
  readonly remoteAddress: string;
  /** Something is durable: answers that waited for it can go. */
  factsStored(): void;
  /** Someone else wrote to the stream: read it again, then call `reload`. */
  factsConflicted(): void;
  factsFailed(error: unknown): void;
}

/** One append may carry 1 MiB; a report's events are about as large as the report. */
const APPEND_BYTES = 320 * 1024;
const ASIDE_BYTES = 4_096;

/**
 * What is known of one agent (a cache of its stream), and what is on its way there. Facts are decided at once on the state in memory; the
 * slots that they belong to wait until they are durable.
 */
export class AgentFacts implements FactSource {
  readonly #context: Pick<SessionContext<never>, 'tenant' | 'writer'>;
  readonly #owner: FactsOwner;
  state: AgentState = agentDecider.initial;
  #revision = -1;
  #queued: Work[] = [];
  #underWay: Work[] = [];
  /** For whose sake the agent was sent what it was sent last. */
  offerCause: Cause | null = null;
  #offered: LoadedAgent['offered'] = null;

  constructor(context: Pick<SessionContext<never>, 'tenant' | 'writer'>, owner: FactsOwner) {
    this.#context = context;
    this.#owner = owner;
  }

  get isIdle(): boolean {
    return this.#queued.length + this.#underWay.length === 0;
  }

  metadata(remoteAddress: string = this.#owner.remoteAddress): EventMetadata {
    return metadataFor(this.#context, this.#owner.agentId, { remoteAddress, correlationId: randomUUID() });
  }

  /** Decides and applies; true when something is to be stored. The slots wait for it. */
  submit(work: Work): boolean {
    work.events = this.#decide(work.commands);
    if (work.events.length === 0) return false;
    for (const slot of work.slots) slot.pending++;
    this.#queued.push(work);
    if (this.#underWay.length === 0 && this.#queued.length === 1) this.#context.writer.submit(this);
    return true;
  }

  /** For what no message brought. `waiters` have been waiting for it and are released with it. */
  submitAside(commands: readonly AgentCommand[], waiters: readonly ReplySlot[] = []): void {
    if (this.state.status !== 'enrolled' || (commands.length === 0 && waiters.length === 0)) return;
    const stored = this.submit({
      commands,
      before: [],
      slots: waiters,
      metadata: this.metadata(),
      sizeBytes: ASIDE_BYTES,
      events: [],
    });
    // Submitting made them wait for the append; the waiting for the burst is over either way.
    for (const slot of waiters) slot.pending--;
    if (!stored) this.#owner.factsStored();
  }

  /** The stream as it is: also after a conflict, when what was under way is decided again. True when there was such. */
  reload({ state, revision, offered }: LoadedAgent): boolean {
    const again = [...this.#underWay, ...this.#queued];
    this.#underWay = [];
    this.#queued = [];
    this.state = state;
    this.#revision = revision;
    this.#offered = offered;
    for (const work of again) {
      work.events = this.#decide(work.commands);
      if (work.events.length === 0) release(work);
      else this.#queued.push(work);
    }
    if (this.#queued.length > 0) this.#context.writer.submit(this);
    return again.length > 0;
  }

  /** What is not stored by now is not true. */
  discard(): void {
    this.#underWay = [];
    this.#queued = [];
  }

  takeAppends(): readonly StreamAppend[] {
    if (this.#underWay.length > 0) return [];
    let bytes = 0;
    while (this.#queued.length > 0 && (bytes === 0 || bytes < APPEND_BYTES)) {
      const work = this.#queued.shift() as Work;
      bytes += work.sizeBytes;
      this.#underWay.push(work);
    }
    if (this.#underWay.length === 0) return [];
    const events = this.#underWay.flatMap((work) => this.#withCauses(stampFacts(work.events, work.metadata)));
    const expectedRevision = this.#revision < 0 ? 'no-stream' : this.#revision;
    const streamId = streamOf.agent(this.#owner.agentId);
    return [...this.#underWay.flatMap(({ before }) => before), { streamId, expectedRevision, events }];
  }

  /** An offer is made for the sake of an assignment, and what the agent says to it for the sake of the offer. */
  #withCauses(events: NewEvent[]): NewEvent[] {
    return events.map((event) => {
      const { id, type, data, metadata } = event;
      if (type === 'AgentRemoteConfigOffered') {
        this.#offered = { configHash: String(data['configHash']), eventId: id };
        return this.offerCause ? { ...event, metadata: causedBy(metadata, this.offerCause) } : event;
      }
      const answersTo = type === 'AgentRemoteConfigStatusReported' ? this.#offered : null;
      if (!answersTo || answersTo.configHash !== data['configHash']) return event;
      return { ...event, metadata: { ...metadata, causationId: answersTo.eventId } };
    });
  }

  stored(result: AppendResult): void {
    if (result.outcome !== 'appended') {
      this.#owner.factsConflicted();
      return;
    }
    this.#revision = result.lastRevision;
    const works = this.#underWay;
    this.#underWay = [];
    for (const work of works) release(work);
    if (this.#queued.length > 0) this.#context.writer.submit(this);
    this.#owner.factsStored();
  }

  failed(error: unknown): void {
    this.#owner.factsFailed(error);
  }

  #decide(commands: readonly AgentCommand[]): AgentEvent[] {
    const events: AgentEvent[] = [];
    for (const command of commands) {
      // After a conflict: another edge was faster to enrol it.
      if (command.type === 'enrol-agent' && this.state.status === 'enrolled') continue;
      for (const event of agentDecider.decide(command, this.state)) {
        this.state = agentDecider.evolve(this.state, event);
        events.push(event);
      }
    }
    return events;
  }
}

function release(work: Work): void {
  work.onStored?.();
  for (const slot of work.slots) slot.pending--;
}
