import type { Hashing } from '../hashing.ts';
import { originOf } from './checkpoint.ts';
import { openNote, type Trust } from './signed-note.ts';
import { parseVerifierKey, type TrustedKey } from './verifier-key.ts';

const FORM = 'ampora-key-rotation/v1';

/** What an old key signs when it hands over to a new one. */
export function rotationText(tenant: string, newVerifierKey: string): string {
  return `${FORM}\n${originOf(tenant)}\n${newVerifierKey}\n`;
}

/** The keys trusted at first, and those that they have handed over to since. */
export function followRotations(tenant: string, rotations: readonly string[], trust: Trust): TrustedKey[] {
  const keys = [...trust.keys];
  for (const note of rotations) {
    const opened = openNote(note, originOf(tenant), { ...trust, keys });
    if (opened.outcome !== 'trusted') continue;
    const next = newKeyOf(trust.hashing, tenant, opened.text);
    if (next !== undefined) keys.push(next);
  }
  return keys;
}

function newKeyOf(hashing: Hashing, tenant: string, text: string): TrustedKey | undefined {
  const [form, origin, verifierKey = ''] = text.split('\n');
  const key = parseVerifierKey(hashing, verifierKey);
  const isOurs = form === FORM && origin === originOf(tenant) && key?.name === origin;
  return isOurs ? key : undefined;
}
