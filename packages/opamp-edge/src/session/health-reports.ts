import {
  type AgentCommand,
  type Damping,
  dueAt,
  elapse,
  nothingStated,
  observe,
  resumeDamping,
  type StatedStates,
  type Statement,
} from '@ampora/domain';
import type { HealthReport } from '../inbound/health.ts';
import type { ReplySlot } from './reply-slot.ts';

/** What is to be stated of an agent's health, and which answers wait until it is. */
export class HealthReports {
  #damping: Damping = resumeDamping(nothingStated, 0);
  /** Of the state that damping calls current, while it may still have to be stated. */
  #report: HealthReport | undefined = undefined;
  #waiters: ReplySlot[] = [];

  get dueMs(): number {
    return (this.#report && dueAt(this.#damping)) ?? Infinity;
  }

  take(report: HealthReport, slot: ReplySlot, nowMs: number): AgentCommand[] {
    const { damping, statement } = observe(this.#damping, report.digest, nowMs);
    this.#damping = damping;
    const isHeld = damping.gathering !== null && damping.gathering.changes > 0;
    this.#report = isHeld || damping.episode ? report : undefined;
    // Held until the burst is over; a repeat of what is held waits with it.
    if (isHeld) {
      slot.pending++;
      this.#waiters.push(slot);
    } else this.#release();
    return statement ? [healthCommand(statement, report)] : [];
  }

  /** What time has brought, each with the answers that waited for it. */
  elapse(nowMs: number): { readonly commands: AgentCommand[]; readonly waiters: ReplySlot[] }[] {
    const due: { commands: AgentCommand[]; waiters: ReplySlot[] }[] = [];
    for (let report = this.#report; report && this.dueMs <= nowMs; report = this.#report) {
      const { damping, statement } = elapse(this.#damping, nowMs);
      this.#damping = damping;
      if (statement)
        due.push({ commands: [healthCommand(statement, report)], waiters: this.#waiters.splice(0) });
      if (!damping.episode && !damping.gathering?.changes) this.#report = undefined;
    }
    return due;
  }

  resume(stated: StatedStates, nowMs: number): void {
    this.#damping = resumeDamping(stated, nowMs);
    this.#report = undefined;
  }

  /** A burst that ended in an episode's counting: its next statement may be an hour away, and counts are all that it will have of these. */
  #release(): void {
    for (const slot of this.#waiters.splice(0)) slot.pending--;
  }

  /** Whoever waited is told that it failed. */
  discard(): void {
    this.#waiters = [];
  }
}

function healthCommand(statement: Statement, report: HealthReport): AgentCommand {
  if (statement.kind === 'changed') return { type: 'record-health', ...report, reports: statement.changes };
  const { kind: _kind, ...episode } = statement;
  return { type: 'record-health-flapping', ...report, ...episode };
}
