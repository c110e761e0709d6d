import { toBase64 } from '../base64.ts';
import { type Hashing, hashLeaf } from '../hashing.ts';
import type { ExportFault, FaultKind } from './export-verdict.ts';
import { type Identity, identityOf } from './parse-lines.ts';

/** A leaf that must follow a proof line. */
export interface ExpectedLeaf {
  readonly sequence: number;
  readonly hash: Uint8Array;
}

/** A line that followed it. */
export interface SeenLine {
  readonly line: number;
  /** Base64 of the hash of the leaf that it is. */
  readonly hash: string;
  /** The text itself, of the first few. */
  readonly text: string;
}

export interface FaultyChunk {
  /** Leaves of the chunk that were not there yet when the first fault came. */
  readonly expected: readonly ExpectedLeaf[];
  /** The lines from the first faulty one to the chunk's end. */
  readonly seen: readonly SeenLine[];
  /** Hashes of the chunk's leaves that came before. */
  readonly before: readonly ExpectedLeaf[];
  /** The file ended within the chunk. */
  readonly isCut: boolean;
  /** The event before the fault, for people. */
  readonly previous: Identity | undefined;
  /** Number of the line at which the chunk ended. */
  readonly endLine: number;
}

/** Says which event was altered, left out, moved or put in, by what the rest of the chunk still holds. */
export function diagnoseChunk(hashing: Hashing, chunk: FaultyChunk): ExportFault {
  const { expected, seen, before, isCut, previous } = chunk;
  const [wanted] = expected;
  const [found] = seen;
  const wantedHash = wanted && toBase64(wanted.hash);
  const identity = found && identityOf(found.text);
  const after = previous?.position === undefined ? '' : `, after position ${previous.position}`;

  const fault = (
    kind: FaultKind,
    message: string,
    about: Identity & { sequence: number | undefined },
  ): ExportFault => ({
    kind,
    line: found?.line ?? chunk.endLine,
    message,
    ...(about.sequence === undefined ? {} : { sequence: about.sequence }),
    ...(about.position === undefined ? {} : { position: about.position }),
    ...(about.type === undefined ? {} : { type: about.type }),
  });
  const missing = (): ExportFault =>
    fault('event-missing', `the event of sequence ${wanted?.sequence} is missing${after}`, {
      sequence: wanted?.sequence,
    });
  const cut = (): ExportFault =>
    fault('file-cut', `the file ends before the event of sequence ${wanted?.sequence}${after}`, {
      sequence: wanted?.sequence,
    });

  if (found === undefined || identity === undefined) return isCut ? cut() : missing();
  const named = nameOf(identity);
  if (wanted === undefined || wantedHash === undefined) {
    const isAgain = before.some(({ hash }) => toBase64(hash) === found.hash);
    const message = isAgain ? `${named} stands here a second time` : `${named} belongs to no proof`;
    return fault('event-inserted', message, identity);
  }
  if (isCut && seen.length === 1 && identity.sequence === undefined) return cut();
  const place = expected.findIndex(({ hash }) => toBase64(hash) === found.hash);
  const isWantedLater = seen.some(({ hash }) => hash === wantedHash);
  if (place > 0) {
    if (!isWantedLater) return missing();
    const sequence = expected[place]?.sequence;
    return fault(
      'event-reordered',
      `${named} stands at the place of sequence ${wanted.sequence}; its own is ${sequence}`,
      { ...identity, sequence },
    );
  }
  if (before.some(({ hash }) => toBase64(hash) === found.hash))
    return fault('event-inserted', `${named} stands here a second time`, identity);
  if (isWantedLater) return fault('event-inserted', `${named} was never sealed here${after}`, identity);
  const moved = movedFrom(hashing, found.text, identity, wanted);
  if (moved !== undefined)
    return fault('event-reordered', `${named} stands at the place of sequence ${wanted.sequence}`, identity);
  return fault(
    'event-altered',
    `the event of sequence ${wanted.sequence}${after} is not what was sealed (its line says ${named})`,
    { ...identity, sequence: wanted.sequence },
  );
}

/** The place that a line claims, when it is another than the one it stands at and the claim is not the only thing changed. */
function movedFrom(
  hashing: Hashing,
  text: string,
  { sequence }: Identity,
  wanted: ExpectedLeaf,
): number | undefined {
  if (sequence === undefined || sequence === wanted.sequence) return undefined;
  const corrected = text.replace(`"sequence":"${sequence}"`, `"sequence":"${wanted.sequence}"`);
  return toBase64(hashLeaf(hashing, corrected)) === toBase64(wanted.hash) ? undefined : sequence;
}

function nameOf({ sequence, position, type }: Identity): string {
  if (sequence === undefined) return 'a line that is no event';
  return `the event of sequence ${sequence} (position ${position ?? '?'}, ${type ?? '?'})`;
}
