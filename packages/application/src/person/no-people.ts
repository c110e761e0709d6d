import type { People } from '../ports/people.ts';

/** Where nobody signs in: every actor is a program, and nothing is sealed. */
export const noPeople: People = {
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(undefined),
  seal: () => Promise.resolve(undefined),
  keepName: () => Promise.resolve(),
  namesOf: () => Promise.resolve(new Map()),
  open: (texts) => Promise.resolve(texts.map(({ text }) => (text.startsWith('enc:') ? null : text))),
  destroy: () => Promise.resolve(),
};
