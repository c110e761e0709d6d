/** What a key press asks the console to do. */
export type Shortcut =
  | { readonly kind: 'go'; readonly path: string }
  | { readonly kind: 'step'; readonly direction: -1 | 1 }
  | { readonly kind: 'search' | 'help' | 'time' | 'live' };

export const destinations = [
  { key: 'o', path: '/', word: 'Overview', icon: 'overview' },
  { key: 'f', path: '/fleet', word: 'Fleet', icon: 'fleet' },
  { key: 'g', path: '/groups', word: 'Groups', icon: 'group' },
  { key: 'c', path: '/configurations', word: 'Configurations', icon: 'file' },
  { key: 'd', path: '/drift', word: 'Drift', icon: 'drift' },
  { key: 'e', path: '/events', word: 'Events', icon: 'pulse' },
  { key: 'a', path: '/audit', word: 'Audit', icon: 'shield' },
  { key: 'p', path: '/projections', word: 'Projections', icon: 'layers' },
  { key: 's', path: '/settings', word: 'Settings', icon: 'sliders' },
] as const;

/** How long the second key of `g f` may take. */
const chordMs = 1_200;

/** Reads key presses one after another; knows the two-key ones. */
export class ShortcutReader {
  #leaderAt = Number.NEGATIVE_INFINITY;

  /** What this key asks for, if anything. `atMs` is any steady clock. */
  read(key: string, atMs: number): Shortcut | null {
    const chord = atMs - this.#leaderAt <= chordMs;
    this.#leaderAt = Number.NEGATIVE_INFINITY;
    if (chord) {
      if (key === 'n') return { kind: 'live' };
      const destination = destinations.find((candidate) => candidate.key === key);
      return destination ? { kind: 'go', path: destination.path } : null;
    }
    if (key === 'g') this.#leaderAt = atMs;
    if (key === '/') return { kind: 'search' };
    if (key === '?') return { kind: 'help' };
    if (key === 't') return { kind: 'time' };
    if (key === '[') return { kind: 'step', direction: -1 };
    if (key === ']') return { kind: 'step', direction: 1 };
    return null;
  }
}

/** Whether a key press belongs to a field that the person types in. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
