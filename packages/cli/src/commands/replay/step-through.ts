import { emitKeypressEvents, createInterface, type Key } from 'node:readline';
import type { ReplayedStep } from '@ampora/replay';
import { type Move, placeAfter, placeOf } from './places.ts';

const moves: Readonly<Record<string, Move>> = {
  n: 'next',
  right: 'next',
  down: 'next',
  space: 'next',
  p: 'previous',
  left: 'previous',
  up: 'previous',
  c: 'next-change',
  d: 'next-difference',
  home: 'first',
  end: 'last',
};

export const keysHelp =
  'n next · p previous · c next change · C previous change · d next difference · g jump to a position · q quit';

/** Shows steps at a terminal, forwards and backwards, until the person has seen enough. */
export async function stepThrough(
  steps: readonly ReplayedStep[],
  show: (index: number) => Promise<void>,
): Promise<void> {
  const { stdin } = process;
  emitKeypressEvents(stdin);
  let place = 0;
  await show(place);
  for (;;) {
    const key = await nextKey();
    const name = key.name ?? key.sequence ?? '';
    if (name === 'q' || name === 'escape' || (key.ctrl === true && (name === 'c' || name === 'd'))) return;
    const move = name === 'c' && key.shift === true ? 'previous-change' : moves[name];
    const wanted = name === 'g' ? await askPlace(steps, place) : move && placeAfter(move, place, steps);
    if (wanted === undefined) continue;
    place = wanted;
    await show(place);
  }
}

/** Raw only while a key is awaited: what runs between can be interrupted as ever. */
function nextKey(): Promise<Key> {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve) => {
    stdin.once('keypress', (_text: string | undefined, key: Key) => {
      stdin.setRawMode(false);
      stdin.pause();
      resolve(key);
    });
  });
}

async function askPlace(steps: readonly ReplayedStep[], place: number): Promise<number> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await new Promise<string>((resolve) => {
    prompt.question('Position: ', resolve);
  });
  prompt.close();
  return /^\d{1,19}$/.test(answer.trim()) ? placeOf(BigInt(answer.trim()), steps) : place;
}
