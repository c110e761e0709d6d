/** A group as far as membership goes. */
export interface AimedGroup {
  readonly groupId: string;
  readonly mode: 'static' | 'dynamic';
  /** Of several dynamic groups that match an agent, the one with the higher number wins. */
  readonly priority: number;
  /** Position of its first event: of equal priorities the older group wins. */
  readonly createdAt: bigint;
}

/** What a group's selector says of an agent; `error` when it could not be evaluated. */
export type SelectorVerdict = 'match' | 'no-match' | 'error';

export type Membership =
  | { readonly kind: 'stay' }
  | { readonly kind: 'join'; readonly groupId: string }
  | { readonly kind: 'leave'; readonly reason: 'selector' | 'group-deleted' };

const stay: Membership = { kind: 'stay' };

/** Dynamic groups in the order in which they are asked: higher priority first, then the older, then by id. */
export function inOrderOfPrecedence<Group extends AimedGroup>(groups: Iterable<Group>): readonly Group[] {
  return [...groups]
    .filter(({ mode }) => mode === 'dynamic')
    .toSorted(
      (left, right) =>
        right.priority - left.priority ||
        compare(left.createdAt, right.createdAt) ||
        compare(left.groupId, right.groupId),
    );
}

function compare<Value extends bigint | string>(left: Value, right: Value): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export interface MembershipQuestion<Group extends AimedGroup> {
  /** The group that the agent is in, if it is in one that exists. */
  readonly current: Group | undefined;
  /** It is in a group that was deleted. */
  readonly isOrphaned: boolean;
  /** By `inOrderOfPrecedence`. */
  readonly groups: readonly Group[];
  readonly verdictOf: (group: Group) => SelectorVerdict;
}

/**
 * Where one agent belongs (adr/0025). A static membership is somebody's choice and is never overridden. A selector that
 * cannot be evaluated takes nobody in and lets nobody go.
 */
export function decideMembership<Group extends AimedGroup>({
  current,
  isOrphaned,
  groups,
  verdictOf,
}: MembershipQuestion<Group>): Membership {
  if (current?.mode === 'static') return stay;
  for (const group of groups) {
    const verdict = verdictOf(group);
    const isCurrent = group.groupId === current?.groupId;
    if (isCurrent && verdict !== 'no-match') return stay;
    if (verdict === 'match') return { kind: 'join', groupId: group.groupId };
  }
  if (current) return { kind: 'leave', reason: 'selector' };
  return isOrphaned ? { kind: 'leave', reason: 'group-deleted' } : stay;
}
