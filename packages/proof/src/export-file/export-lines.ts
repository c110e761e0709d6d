import type { JsonObject } from '@ampora/kernel';

/**
 * An export is lines of UTF-8, each ended by \n:
 *
 *     header        what was asked for, and the signed root that all is proven against
 *     signature     the header's digest, signed
 *     proof         covers the leaves [from, to) completely …
 *     event | scavenged    … and is followed by those of them that are exported, in order
 *     root          an earlier root, exactly as large as what has been covered so far (optional, between chunks)
 *     proof …       until the whole tree is covered
 *     end           how much there was, signed
 *
 * Event lines are made by `eventLine`; all others have the key `ampora` first.
 */
export interface ExportHeader {
  readonly tenant: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** What was asked for; empty when everything was. */
  readonly filter: JsonObject;
  /** Leaves of the tree that the checkpoint states. */
  readonly treeSize: number;
  /** Base64. */
  readonly rootHash: string;
  /** Signed note of that tree. */
  readonly checkpoint: string;
  /** Signed notes in which each signing key hands over to the next, oldest first. */
  readonly rotations: readonly string[];
}

export const EXPORT_VERSION = 1;

export function headerLine(header: ExportHeader): string {
  const { tenant, createdAt, filter, treeSize, rootHash, checkpoint, rotations } = header;
  return JSON.stringify({
    ampora: 'export',
    version: EXPORT_VERSION,
    tenant,
    createdAt,
    filter,
    treeSize: String(treeSize),
    rootHash,
    checkpoint,
    rotations,
  });
}

/** `note` is the signed note over `headerStatement(…)`. */
export function signatureLine(note: string): string {
  return JSON.stringify({ ampora: 'signature', note });
}

/** A part of the leaves that a proof line covers. */
export interface CoveredRun {
  /** So many leaves, all exported: their hashes one by one. */
  readonly leaves?: number;
  /** So many leaves that are not exported: the hashes of the largest aligned subtrees, from left to right. */
  readonly gap?: number;
}

export interface ProofLine {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly runs: readonly CoveredRun[];
  /** Base64, in the order of the runs. */
  readonly hashes: readonly string[];
  /** Base64: the subtrees of [to, treeSize), from left to right. */
  readonly rest: readonly string[];
}

export function proofLine({ from, to, runs, hashes, rest }: ProofLine): string {
  return JSON.stringify({ ampora: 'proof', from: String(from), to: String(to), runs, hashes, rest });
}

/** Stands for an event whose body was scavenged: nothing is left of it but its leaf's hash (base64). */
export function scavengedLine(sequence: number, leafHash: string): string {
  return JSON.stringify({ ampora: 'scavenged', sequence: String(sequence), leafHash });
}

/** An earlier root, signed by a key that the header's rotations lead from or to. */
export function rootLine(checkpoint: string): string {
  return JSON.stringify({ ampora: 'root', checkpoint });
}

export interface ExportCounts {
  /** Event lines. */
  readonly events: number;
  /** Scavenged lines. */
  readonly scavenged: number;
  /** Root lines. */
  readonly roots: number;
}

/** `note` is the signed note over `endStatement(…)`. */
export function endLine({ events, scavenged, roots }: ExportCounts, note: string): string {
  return JSON.stringify({
    ampora: 'end',
    events: String(events),
    scavenged: String(scavenged),
    roots: String(roots),
    note,
  });
}
