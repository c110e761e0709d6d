import { toBase64 } from '../base64.ts';
import { type Hashing, hashLeaf, isSameHash } from '../hashing.ts';
import { originOf, parseCheckpoint } from '../note/checkpoint.ts';
import { followRotations } from '../note/rotation.ts';
import { openNote, type OpenedNote, type Trust } from '../note/signed-note.ts';
import type { TrustedKey } from '../note/verifier-key.ts';
import { CompactRange } from '../tree/compact-range.ts';
import { subtreesOf } from '../tree/subtrees.ts';
import { diagnoseChunk, type ExpectedLeaf, type SeenLine } from './diagnose-chunk.ts';
import { endLine, type ExportHeader, rootLine, scavengedLine, signatureLine } from './export-lines.ts';
import type { ExportFault, ExportVerdict, FaultKind } from './export-verdict.ts';
import { identityOf, type ParsedProof, parseHeader, parseObject, parseProof } from './parse-lines.ts';
import { endStatement, headerStatement } from './statements.ts';

/** Lines that are looked at after a fault, to name it. */
const LOOKED_AT = 4_096;
/** Of how many of them the text is kept. */
const KEPT_TEXTS = 4;

const PROOF = '{"ampora":"proof"';
const ROOT = '{"ampora":"root"';
const END = '{"ampora":"end"';

/**
 * Checks an export line by line, as it comes: memory is that of one chunk's hashes. Each chunk is proven against the
 * signed root of the header before its events are believed.
 */
export interface ExportVerifier {
  /** A line without its end; `isEnded` false when the file stopped within it. False when there is no use in going on. */
  feed(line: string, isEnded?: boolean): boolean;
  /** To be called when there are no more lines. */
  end(): ExportVerdict;
}

export function createExportVerifier(trust: Trust): ExportVerifier {
  return new Verification(trust);
}

type Expecting = 'header' | 'signature' | 'chunk' | 'nothing';

class Verification implements ExportVerifier {
  readonly #given: Trust;
  readonly #hashing: Hashing;
  #trust: Trust;
  #expecting: Expecting = 'header';
  #lines = 0;
  #header: ExportHeader | undefined;
  #headerText = '';
  #root: Uint8Array = new Uint8Array();
  #keyId = '';
  #signedBy: TrustedKey | undefined;
  #range: CompactRange;
  #expected: ExpectedLeaf[] = [];
  #next = 0;
  #seen: SeenLine[] | undefined;
  #events = 0;
  #scavenged = 0;
  #roots = 0;
  #hasGaps = false;
  #firstLine: string | undefined;
  #lastLine: string | undefined;
  #fault: ExportFault | undefined;

  constructor(trust: Trust) {
    this.#given = trust;
    this.#trust = trust;
    this.#hashing = trust.hashing;
    this.#range = new CompactRange(trust.hashing);
  }

  feed(line: string, isEnded = true): boolean {
    if (this.#fault !== undefined) return false;
    this.#lines += 1;
    if (this.#expecting === 'header') this.#takeHeader(line);
    else if (this.#expecting === 'signature') this.#takeSignature(line);
    else if (this.#expecting === 'nothing') this.#refute('event-inserted', 'something stands after the end');
    else this.#takeLine(line);
    if (!isEnded) this.#takeUnended();
    return this.#fault === undefined;
  }

  end(): ExportVerdict {
    if (this.#fault === undefined && this.#seen !== undefined) this.#diagnose(true);
    if (this.#fault === undefined && this.#expecting !== 'nothing') this.#refuteCut();
    const fault = this.#fault;
    if (fault !== undefined || this.#header === undefined)
      return { outcome: 'refuted', fault: fault as ExportFault };
    const { tenant, filter, createdAt, treeSize, rootHash } = this.#header;
    return {
      outcome: 'proven',
      proven: {
        tenant,
        filter,
        createdAt,
        treeSize,
        rootHash,
        keyId: this.#keyId,
        throughRotation: !this.#given.keys.some((key) => key === this.#signedBy),
        complete: !this.#hasGaps,
        events: this.#events,
        scavenged: this.#scavenged,
        roots: this.#roots,
        firstAt: this.#firstLine === undefined ? undefined : identityOf(this.#firstLine).time,
        lastAt: this.#lastLine === undefined ? undefined : identityOf(this.#lastLine).time,
      },
    };
  }

  #refute(kind: FaultKind, message: string): void {
    this.#fault = { kind, line: this.#lines, message };
  }

  /** Whatever is wrong with a last line without an end: the file was cut there. */
  #takeUnended(): void {
    if (this.#fault !== undefined || (this.#seen?.length ?? 0) === 1) return this.#refuteCut();
    if (this.#seen === undefined) this.#refute('file-cut', 'the last line has no end');
  }

  #refuteCut(): void {
    if (this.#lines === 0) return this.#refute('not-an-export', 'the file is empty');
    const wanted = this.#expected[this.#next];
    if (wanted === undefined) return this.#refute('file-cut', 'the file ends before its last line');
    const previous = this.#lastLine === undefined ? undefined : identityOf(this.#lastLine).position;
    this.#fault = {
      kind: 'file-cut',
      line: this.#lines,
      sequence: wanted.sequence,
      message:
        `the file ends before the event of sequence ${wanted.sequence}` +
        (previous === undefined ? '' : `, after position ${previous}`),
    };
  }

  #takeHeader(line: string): void {
    const parsed = parseHeader(line);
    if (parsed.outcome === 'other-version')
      return this.#refute(
        'not-an-export',
        `the export is of version ${String(parsed.version)}, which this program does not know`,
      );
    if (parsed.outcome === 'not-an-export') {
      return line.startsWith('{"ampora":"export"')
        ? this.#refute('header-altered', 'the first line is not as it was written')
        : this.#refute('not-an-export', 'the first line is not that of an Ampora export');
    }
    const { header } = parsed;
    this.#header = header;
    this.#headerText = line;
    const keys = followRotations(header.tenant, header.rotations, this.#given);
    this.#trust = { ...this.#given, keys };
    const opened = openNote(header.checkpoint, originOf(header.tenant), this.#trust);
    if (opened.outcome !== 'trusted') return this.#refuteNote(opened, 'checkpoint-altered', 'the checkpoint');
    const checkpoint = parseCheckpoint(opened.text);
    if (checkpoint?.origin !== originOf(header.tenant))
      return this.#refute('checkpoint-altered', 'the checkpoint is not one of this tenant');
    if (checkpoint.treeSize !== header.treeSize || toBase64(checkpoint.rootHash) !== header.rootHash)
      return this.#refute('header-altered', 'the header names another tree than its checkpoint');
    this.#root = checkpoint.rootHash;
    this.#keyId = opened.keyId;
    this.#signedBy = opened.key;
    this.#expecting = 'signature';
  }

  #refuteNote(opened: Exclude<OpenedNote, { outcome: 'trusted' }>, kind: FaultKind, what: string): void {
    if (opened.outcome === 'other-key')
      return this.#refute(
        'wrong-key',
        `${what} was signed by key ${opened.keyIds.join(', ')}, not by the one given`,
      );
    const why =
      opened.outcome === 'malformed' ? 'is no signed note' : 'does not bear the signature of its text';
    this.#refute(kind, `${what} ${why}`);
  }

  /** The text of a note in a line of a kind; refutes when there is none. */
  #noteIn(line: string, name: 'signature' | 'end', text: string): string | undefined {
    const note = parseObject(line)?.['note'];
    const kind = name === 'signature' ? 'header-altered' : 'end-altered';
    if (typeof note !== 'string') return void this.#refute(kind, `the ${name} line is not as it was written`);
    const opened = openNote(note, originOf(this.#header?.tenant ?? ''), this.#trust);
    if (opened.outcome !== 'trusted') return void this.#refuteNote(opened, kind, `the ${name} line`);
    if (opened.text !== text) {
      const what = name === 'signature' ? 'header is not the one' : 'counts are not those';
      return void this.#refute(kind, `the ${what} that was signed`);
    }
    return note;
  }

  #takeSignature(line: string): void {
    const statement = headerStatement(this.#hashing, this.#header?.tenant ?? '', this.#headerText);
    const note = this.#noteIn(line, 'signature', statement);
    if (note === undefined) return;
    if (signatureLine(note) !== line)
      return this.#refute('header-altered', 'the signature line is not as it was written');
    this.#expecting = 'chunk';
  }

  #takeLine(line: string): void {
    const wanted = this.#expected[this.#next];
    if (this.#seen === undefined && wanted !== undefined) {
      if (isSameHash(hashLeaf(this.#hashing, line), wanted.hash)) return this.#takeEvent(line);
      if (line === scavengedLine(wanted.sequence, toBase64(wanted.hash))) return this.#takeScavenged();
    }
    if (isStructural(line)) {
      if (this.#seen !== undefined || wanted !== undefined) return this.#diagnose(false, line);
      return this.#takeStructural(line);
    }
    this.#lookAt(line);
  }

  #takeEvent(line: string): void {
    this.#next += 1;
    this.#events += 1;
    this.#firstLine ??= line;
    this.#lastLine = line;
  }

  #takeScavenged(): void {
    this.#next += 1;
    this.#scavenged += 1;
  }

  /** From the first faulty line on, the rest of its chunk is looked at before a fault is named. */
  #lookAt(line: string): void {
    this.#seen ??= [];
    const text = this.#seen.length < KEPT_TEXTS ? line : '';
    this.#seen.push({ line: this.#lines, hash: toBase64(hashLeaf(this.#hashing, line)), text });
    if (this.#seen.length >= LOOKED_AT) this.#diagnose(false);
  }

  #diagnose(isCut: boolean, structural?: string): void {
    const seen = this.#seen ?? [];
    const expected = this.#expected.slice(this.#next);
    const [first] = seen;
    if (expected.length === 0 && first !== undefined) {
      const instead = this.#insteadOfStructural(first, isCut ? 'nothing' : structural);
      if (instead !== undefined) return void (this.#fault = { ...instead, line: first.line });
    }
    this.#fault = diagnoseChunk(this.#hashing, {
      expected,
      seen,
      before: this.#expected.slice(0, this.#next),
      isCut,
      previous: this.#lastLine === undefined ? undefined : identityOf(this.#lastLine),
      endLine: this.#lines,
    });
  }

  /** Lines stand where a proof or the end was due, and what comes after them shows that it is not there any more. */
  #insteadOfStructural(first: SeenLine, next: string | undefined): Omit<ExportFault, 'line'> | undefined {
    const proven = this.#range.size;
    const isAllProven = proven === this.#header?.treeSize;
    if (next === 'nothing' && isAllProven && identityOf(first.text).sequence === undefined)
      return { kind: 'end-altered', message: 'the last line is not as it was written' };
    const from = next === undefined ? undefined : leavesBefore(next);
    const isGone =
      next === 'nothing' || next?.startsWith(END) ? !isAllProven : from !== undefined && from !== proven;
    if (!isGone) return undefined;
    return {
      kind: 'proof-altered',
      message: `the proof of the leaves from ${proven} on is missing or altered`,
    };
  }

  #takeStructural(line: string): void {
    if (line.startsWith(PROOF)) return this.#takeProof(line);
    if (line.startsWith(ROOT)) return this.#takeRoot(line);
    this.#takeEnd(line);
  }

  #takeProof(line: string): void {
    const treeSize = this.#header?.treeSize ?? 0;
    const proof = parseProof(line, treeSize);
    if (proof === undefined) return this.#refute('proof-altered', 'the proof line is not as it was written');
    if (proof.from !== this.#range.size)
      return this.#refute(
        'proof-altered',
        `the proof begins at leaf ${proof.from}, and ${this.#range.size} leaves are proven: a part is missing or stands elsewhere`,
      );
    const expected = this.#appendRuns(proof);
    const whole = this.#range.copy();
    whole.appendAll(subtreesOf(proof.to, treeSize), proof.rest);
    if (!isSameHash(whole.root(), this.#root))
      return this.#refute(
        'proof-altered',
        `the proof of the leaves from ${proof.from} to ${proof.to} does not lead to the signed root`,
      );
    this.#expected = expected;
    this.#next = 0;
  }

  #appendRuns({ from, runs, hashes }: ParsedProof): ExpectedLeaf[] {
    const expected: ExpectedLeaf[] = [];
    let at = from;
    let used = 0;
    for (const { leaves = 0, gap = 0 } of runs) {
      for (let leaf = 0; leaf < leaves; leaf++) {
        const hash = hashes[used++] as Uint8Array;
        this.#range.append(hash);
        expected.push({ sequence: at + leaf, hash });
      }
      const subtrees = subtreesOf(at, at + gap);
      this.#range.appendAll(subtrees, hashes.slice(used, used + subtrees.length));
      used += subtrees.length;
      this.#hasGaps ||= gap > 0;
      at += leaves + gap;
    }
    return expected;
  }

  #takeRoot(line: string): void {
    const note = parseObject(line)?.['checkpoint'];
    if (typeof note !== 'string' || rootLine(note) !== line)
      return this.#refute('root-altered', 'the line of an earlier root is not as it was written');
    const origin = originOf(this.#header?.tenant ?? '');
    const opened = openNote(note, origin, this.#trust);
    if (opened.outcome !== 'trusted') return this.#refuteNote(opened, 'root-altered', 'an earlier root');
    const checkpoint = parseCheckpoint(opened.text);
    if (
      checkpoint?.origin !== origin ||
      checkpoint.treeSize !== this.#range.size ||
      !isSameHash(checkpoint.rootHash, this.#range.root())
    )
      return this.#refute(
        'root-altered',
        `an earlier root does not belong to the first ${this.#range.size} events`,
      );
    this.#roots += 1;
  }

  #takeEnd(line: string): void {
    if (this.#range.size !== this.#header?.treeSize)
      return this.#refute(
        'proof-altered',
        `the file ends at leaf ${this.#range.size} of ${this.#header?.treeSize}: a part is missing`,
      );
    const counts = { events: this.#events, scavenged: this.#scavenged, roots: this.#roots };
    const statement = endStatement(this.#hashing, this.#header.tenant, this.#headerText, counts);
    const note = this.#noteIn(line, 'end', statement);
    if (note === undefined) return;
    if (endLine(counts, note) !== line)
      return this.#refute('end-altered', 'the last line is not as it was written');
    this.#expecting = 'nothing';
  }
}

/** How many leaves come before a proof or root line, as it says. */
function leavesBefore(line: string): number | undefined {
  const { from, checkpoint } = parseObject(line) ?? {};
  if (typeof from === 'string') return Number(from);
  return typeof checkpoint === 'string'
    ? parseCheckpoint(checkpoint.split('\n\n')[0] + '\n')?.treeSize
    : undefined;
}

function isStructural(line: string): boolean {
  return line.startsWith(PROOF) || line.startsWith(ROOT) || line.startsWith(END);
}
