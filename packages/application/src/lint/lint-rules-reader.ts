import { type LintEvent, streamOf } from '@ampora/catalogue';
import { type KnownLintRule, lintRulesDecider, type LintRulesState } from '@ampora/domain';
import type { Position, RecordedEvent } from '@ampora/kernel';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

/** A lint rule as a tenant wants it, with who wanted it so. */
export interface StoredLintRule extends KnownLintRule {
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}

export interface LintRulesReader {
  /** The rules that were made or changed, by id; as they were at a position, or now. */
  read(tenant: string, at?: Position): Promise<ReadonlyMap<string, StoredLintRule>>;
}

interface Kept {
  readonly state: LintRulesState;
  readonly rules: ReadonlyMap<string, StoredLintRule>;
  /** Of the last event read; -1 before any. */
  readonly revision: number;
}

const nothing: Kept = { state: lintRulesDecider.initial, rules: new Map(), revision: -1 };

/**
 * Folds the one stream that has a tenant's rules. What was read is kept: asking again reads what came since. The past
 * is folded from the start; a tenant changes its rules hundreds of times, not millions.
 */
export function createLintRulesReader(log: Pick<EventLog, 'readStream'>): LintRulesReader {
  const kept = new Map<string, Kept>();
  return {
    async read(tenant, at) {
      const streamId = streamOf.lintRules(tenant);
      if (at !== undefined) {
        const events = await log.readStream(streamId);
        return foldOn(
          nothing,
          events.filter(({ position }) => position <= at),
        ).rules;
      }
      const before = kept.get(tenant) ?? nothing;
      const events = await log.readStream(streamId, { fromRevision: before.revision + 1 });
      const now = foldOn(before, events);
      if (now.revision > (kept.get(tenant)?.revision ?? -1)) kept.set(tenant, now);
      return now.rules;
    },
  };
}

function foldOn(before: Kept, events: readonly RecordedEvent[]): Kept {
  let { state, revision } = before;
  const rules = new Map(before.rules);
  for (const stored of events) {
    revision = stored.revision;
    for (const event of typedEvents<LintEvent>([stored])) {
      state = lintRulesDecider.evolve(state, event);
      const { ruleId } = event.data;
      const known = state.rules.get(ruleId);
      if (known === undefined) rules.delete(ruleId);
      else
        rules.set(ruleId, { ...known, updatedAtMs: stored.recordedAtMs, updatedBy: stored.metadata.actor });
    }
  }
  return { state, rules, revision };
}
