const known = ['traces', 'metrics', 'logs', 'profiles'];

/** The colour of a signal as a token; the quiet one for what is none. */
export function signalColour(signal: string | null): string {
  return signal !== null && known.includes(signal) ? `var(--signal-${signal})` : 'var(--text-soft)';
}

/** The signal of a pipeline's id. */
export function signalOf(lane: string | null): string | null {
  return lane === null ? null : (lane.split('/')[0] ?? null);
}
