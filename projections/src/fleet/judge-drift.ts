import { containsConfigTexts } from '@ampora/collector-config';
import type { AssignedVersion, DriftState, NamedContent } from './agent-row.ts';

export interface DriftDifference {
  readonly path: string;
  readonly kind: 'missing' | 'changed';
  readonly assigned: string;
  readonly effective: string;
}

/** Whether everything that was assigned is in what runs. */
export interface Verdict {
  readonly outcome: 'contained' | 'differs' | 'unreadable';
  /** Why it could not be compared; empty otherwise. */
  readonly reason: string;
  readonly differences: readonly DriftDifference[];
  readonly unknowns: readonly { readonly path: string; readonly reason: string }[];
  /** Differences and unknowns beyond those listed. */
  readonly omitted: number;
}

export interface DriftInput {
  readonly wanted: AssignedVersion | null;
  /** Decimal text of the bit mask; null until reported. */
  readonly capabilities: string | null;
  readonly status: 'unset' | 'applied' | 'applying' | 'failed';
  readonly statusHash: string;
  readonly statusError: string;
  readonly files: readonly NamedContent[] | null;
  readonly healthy: boolean | null;
}

export interface Drift {
  readonly state: DriftState;
  /** One sentence for people. */
  readonly explanation: string;
  /** Given when effective and assigned configuration were compared. */
  readonly verdict: Verdict | null;
}

const acceptsRemoteConfig = 0x2n;
const reportsEffectiveConfig = 0x4n;
const reportsRemoteConfig = 0x1000n;

function has(capabilities: string | null, bit: bigint): boolean {
  // Until an agent has told what it can do, it is taken to follow the protocol in full.
  return capabilities === null || (BigInt(capabilities) & bit) !== 0n;
}

export function takesRemoteConfig(capabilities: string | null): boolean {
  return has(capabilities, acceptsRemoteConfig);
}

/**
 * Holds what an agent says (a status is a claim) against what it shows (containment) and how it is (health).
 * `compare` is asked only when the answer depends on it.
 */
export function judgeDrift(
  input: DriftInput,
  compare: (assigned: AssignedVersion, files: readonly NamedContent[]) => Verdict | undefined,
): Drift {
  const { wanted, capabilities, status, statusError } = input;
  if (!wanted && !takesRemoteConfig(capabilities))
    return plain('unassigned', 'The agent takes no configuration over OpAMP: it can only be watched.');
  if (!wanted) return plain('unassigned', 'No configuration is assigned to this agent.');
  const compared = () => (input.files ? compare(wanted, input.files) : undefined);
  if (!takesRemoteConfig(capabilities)) {
    return fromVerdict(compared(), input, {
      state: 'changed',
      differs: 'The agent takes no configuration over OpAMP, and what it runs differs from what is assigned.',
    });
  }
  if (!has(capabilities, reportsRemoteConfig)) {
    return fromVerdict(compared(), input, {
      state: 'pending',
      differs: 'The agent does not report whether it applied the configuration, and does not run it yet.',
    });
  }
  if (input.statusHash !== wanted.configHash || status === 'unset')
    return plain('pending', 'The agent has not answered to the assigned configuration yet.');
  if (status === 'applying') return plain('pending', 'The agent is applying the assigned configuration.');
  if (status === 'failed')
    return plain(
      'rejected',
      statusError
        ? `The agent failed to apply it: ${clip(statusError, 500)}`
        : 'The agent failed to apply it and gave no reason.',
    );
  return fromVerdict(compared(), input, {
    state: 'changed',
    differs: 'The agent says applied, and runs something else.',
  });
}

function plain(state: DriftState, explanation: string): Drift {
  return { state, explanation, verdict: null };
}

function fromVerdict(
  verdict: Verdict | undefined,
  input: DriftInput,
  otherwise: { readonly state: DriftState; readonly differs: string },
): Drift {
  if (!verdict) {
    const explanation = has(input.capabilities, reportsEffectiveConfig)
      ? 'The agent has not reported the configuration that it runs.'
      : 'The agent does not report the configuration that it runs, so its word cannot be checked.';
    return plain('unknown', explanation);
  }
  if (verdict.outcome === 'unreadable') return { state: 'unknown', explanation: verdict.reason, verdict };
  if (verdict.outcome === 'differs')
    return { state: otherwise.state, explanation: otherwise.differs, verdict };
  if (input.healthy === false)
    return {
      state: 'unhealthy',
      explanation: 'The agent runs what is assigned and is not healthy.',
      verdict,
    };
  return { state: 'in-sync', explanation: 'The agent runs what is assigned.', verdict };
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

const listedDifferences = 100;
const rememberedVerdicts = 20_000;

/** Compares texts, and remembers: ten thousand agents of one build on one configuration are one comparison. */
export function createVerdictMemo(): (
  assignedHash: string,
  files: readonly NamedContent[],
  content: (contentHash: string) => string | undefined,
) => Verdict | undefined {
  const remembered = new Map<string, Verdict>();
  return (assignedHash, files, content) => {
    const key = verdictKeyOf(assignedHash, files);
    const known = remembered.get(key);
    if (known) return known;
    const assigned = content(assignedHash);
    const effective = files.map(({ name, contentHash }) => [name, content(contentHash)] as const);
    if (assigned === undefined || effective.some(([, text]) => text === undefined)) return undefined;
    const verdict = compareTexts(assigned, effective as [string, string][]);
    remembered.set(key, verdict);
    if (remembered.size > rememberedVerdicts) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    return verdict;
  };
}

/** Equal keys mean equal verdicts. */
export function verdictKeyOf(assignedHash: string, files: readonly NamedContent[]): string {
  return JSON.stringify([assignedHash, files.map(({ name, contentHash }) => [name, contentHash])]);
}

function compareTexts(assigned: string, effective: readonly (readonly [string, string])[]): Verdict {
  const files = Object.fromEntries(effective);
  const result = containsConfigTexts({ assigned, effective: files }, { maxListed: listedDifferences });
  if (!result.ok) {
    const [problem] = result.problems;
    const which = result.side === 'assigned' ? 'The assigned configuration' : 'The reported configuration';
    const reason = `${which} cannot be read: ${problem ? `line ${problem.line}: ${problem.message}` : 'no reason known'}`;
    return { outcome: 'unreadable', reason: clip(reason, 500), differences: [], unknowns: [], omitted: 0 };
  }
  const { containment } = result;
  return {
    outcome: containment.contained ? 'contained' : 'differs',
    reason: '',
    differences: containment.differences.map((one) => ({
      path: one.path,
      kind: one.kind,
      assigned: toText(one.assigned),
      effective: one.effective === undefined ? '' : toText(one.effective),
    })),
    unknowns: containment.unknowns.map(({ path, reason }) => ({ path, reason })),
    omitted: containment.omitted,
  };
}

function toText(value: unknown): string {
  return clip(typeof value === 'string' ? value : JSON.stringify(value), 500);
}
