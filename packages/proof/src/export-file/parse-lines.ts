import { fromBase64 } from '../base64.ts';
import { HASH_BYTES } from '../hashing.ts';
import { subtreesOf } from '../tree/subtrees.ts';
import {
  type CoveredRun,
  EXPORT_VERSION,
  type ExportHeader,
  headerLine,
  type ProofLine,
  proofLine,
} from './export-lines.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The object that a line is in JSON, if it is one. */
export function parseObject(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

function toSize(value: unknown): number | undefined {
  return isText(value) && /^(?:0|[1-9]\d{0,15})$/.test(value) ? Number(value) : undefined;
}

export type ParsedHeader =
  | { readonly outcome: 'header'; readonly header: ExportHeader }
  | { readonly outcome: 'not-an-export' }
  | { readonly outcome: 'other-version'; readonly version: unknown };

export function parseHeader(line: string): ParsedHeader {
  const fields = parseObject(line);
  if (fields?.['ampora'] !== 'export') return { outcome: 'not-an-export' };
  if (fields['version'] !== EXPORT_VERSION) return { outcome: 'other-version', version: fields['version'] };
  const { tenant, createdAt, filter, rootHash, checkpoint, rotations } = fields;
  const treeSize = toSize(fields['treeSize']);
  const isWhole =
    isText(tenant) &&
    isText(createdAt) &&
    isText(rootHash) &&
    isText(checkpoint) &&
    isTexts(rotations) &&
    treeSize !== undefined &&
    typeof filter === 'object' &&
    filter !== null;
  if (!isWhole) return { outcome: 'not-an-export' };
  const header = {
    tenant,
    createdAt,
    filter: filter as ExportHeader['filter'],
    treeSize,
    rootHash,
    checkpoint,
    rotations,
  };
  return headerLine(header) === line ? { outcome: 'header', header } : { outcome: 'not-an-export' };
}

/** A proof line in its one form, with its hashes as bytes. */
export interface ParsedProof extends Pick<ProofLine, 'from' | 'to' | 'runs'> {
  readonly hashes: readonly Uint8Array[];
  readonly rest: readonly Uint8Array[];
}

export function parseProof(line: string, treeSize: number): ParsedProof | undefined {
  const fields = parseObject(line);
  const { runs, hashes, rest } = fields ?? {};
  const from = toSize(fields?.['from']);
  const to = toSize(fields?.['to']);
  if (from === undefined || to === undefined || to <= from || to > treeSize) return undefined;
  if (!isRuns(runs) || !isTexts(hashes) || !isTexts(rest)) return undefined;
  if (proofLine({ from, to, runs, hashes, rest }) !== line) return undefined;
  const length = runs.reduce((sum, { leaves = 0, gap = 0 }) => sum + leaves + gap, 0);
  const expected = length === to - from ? hashesIn(from, runs) : -1;
  if (expected !== hashes.length || rest.length !== subtreesOf(to, treeSize).length) return undefined;
  const bytes = toHashes(hashes);
  const restBytes = toHashes(rest);
  return bytes && restBytes && { from, to, runs, hashes: bytes, rest: restBytes };
}

function isRuns(value: unknown): value is CoveredRun[] {
  if (!Array.isArray(value)) return false;
  return value.every((run: unknown) => {
    if (typeof run !== 'object' || run === null) return false;
    const entries = Object.entries(run);
    const [[name, length] = []] = entries;
    return (
      entries.length === 1 &&
      (name === 'leaves' || name === 'gap') &&
      Number.isSafeInteger(length) &&
      length > 0
    );
  });
}

function hashesIn(from: number, runs: readonly CoveredRun[]): number {
  let at = from;
  let count = 0;
  for (const { leaves = 0, gap = 0 } of runs) {
    count += leaves + subtreesOf(at, at + gap).length;
    at += leaves + gap;
  }
  return count;
}

function toHashes(texts: readonly string[]): Uint8Array[] | undefined {
  const hashes: Uint8Array[] = [];
  for (const text of texts) {
    const hash = fromBase64(text);
    if (hash?.length !== HASH_BYTES) return undefined;
    hashes.push(hash);
  }
  return hashes;
}

/** What an event's line says it is; of an altered line, as far as it can be read. */
export interface Identity {
  readonly sequence: number | undefined;
  readonly position?: string;
  readonly type?: string;
  readonly time?: string;
}

export function identityOf(line: string): Identity {
  const fields = parseObject(line) ?? fieldsByPattern(line);
  const { position, type, time } = fields;
  return {
    sequence: toSize(fields['sequence']),
    ...(isText(position) ? { position } : {}),
    ...(isText(type) ? { type } : {}),
    ...(isText(time) ? { time } : {}),
  };
}

function fieldsByPattern(line: string): Fields {
  const found = ['sequence', 'position', 'type', 'time'].map((name) => [
    name,
    new RegExp(`"${name}":"([^"\\\\]{1,100})"`).exec(line)?.[1],
  ]);
  return Object.fromEntries(found) as Fields;
}
