import { type AimedAgent, type AimedChange, isSameVersion, type VersionKey } from '@ampora/domain';

export const SAMPLE = 20;

type Op = '+' | '~' | '-';

export interface SampledAgent {
  readonly agentId: string;
  readonly displayName: string;
  readonly op: Op;
  readonly before: VersionKey | null;
  readonly after: VersionKey | null;
}

/** Agents that go from the one version to the other. */
export interface Transition {
  readonly before: VersionKey | null;
  readonly after: VersionKey | null;
  agents: number;
}

export interface GroupTally {
  joins: number;
  leaves: number;
}

/** Adds up what a change does to agents, one at a time: exact counts, and the first of each kind by name. */
export class ChangeTally {
  starts = 0;
  changes = 0;
  stops = 0;
  stopsMatching = 0;
  readonly sample: SampledAgent[] = [];
  readonly stopsMatchingSample: Pick<AimedAgent, 'agentId' | 'displayName'>[] = [];
  readonly transitions = new Map<string, Transition>();
  readonly groups = new Map<string, GroupTally>();

  /** Agents are to come in the order of their names. True when what the agent is to run becomes another. */
  add({ agentId, displayName }: AimedAgent, change: AimedChange): boolean {
    const { groupBefore, groupAfter, before, after } = change;
    if (groupBefore !== groupAfter) {
      if (groupBefore !== null) this.#group(groupBefore).leaves++;
      if (groupAfter !== null) this.#group(groupAfter).joins++;
    }
    if (change.stopsMatching) {
      this.stopsMatching++;
      if (this.stopsMatchingSample.length < SAMPLE) this.stopsMatchingSample.push({ agentId, displayName });
    }
    if (isSameVersion(before, after)) return false;
    const op = opOf(before, after);
    if (op === '+') this.starts++;
    else if (op === '-') this.stops++;
    else this.changes++;
    if (this.sample.length < SAMPLE) this.sample.push({ agentId, displayName, op, before, after });
    const key = `${keyOf(before)} ${keyOf(after)}`;
    const transition = this.transitions.get(key) ?? { before, after, agents: 0 };
    transition.agents++;
    this.transitions.set(key, transition);
    return true;
  }

  get total(): number {
    return this.starts + this.changes + this.stops;
  }

  #group(groupId: string): GroupTally {
    const known = this.groups.get(groupId);
    if (known) return known;
    const tally = { joins: 0, leaves: 0 };
    this.groups.set(groupId, tally);
    return tally;
  }
}

function opOf(before: VersionKey | null, after: VersionKey | null): Op {
  if (before === null) return '+';
  return after === null ? '-' : '~';
}

export function keyOf(version: VersionKey | null): string {
  return version === null ? 'none' : `${version.configurationId}@${version.version}`;
}
