export type SequenceVerdict = 'first' | 'next' | 'repeated' | 'gap' | 'backwards' | 'restarted';

const WRAP = 2n ** 64n;

/** How a message's number follows on the last one of this agent; `undefined` when none is remembered. Numbers wrap at 2^64. */
export function judgeSequence(last: bigint | undefined, next: bigint): SequenceVerdict {
  if (last === undefined) return 'first';
  if (next === last + 1n || (last === WRAP - 1n && next === 0n)) return 'next';
  if (next === last) return 'repeated';
  if (next === 0n) return 'restarted';
  return next < last ? 'backwards' : 'gap';
}
