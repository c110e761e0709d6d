import { expect } from 'chai';
import fc from 'fast-check';
import { buildExport, type ExportShape, makeSigner, trusting } from '../built-tree.spec.ts';
import { eventLine } from '../event-line.ts';
import type { Trust } from '../note/signed-note.ts';
import { recorded } from '../built-tree.spec.ts';
import type { ExportFault, ExportVerdict } from './export-verdict.ts';
import { createExportVerifier } from './export-verifier.ts';

const signer = makeSigner();
const trust = trusting(signer);

function verify(text: string, believed: Trust = trust): ExportVerdict {
  const verifier = createExportVerifier(believed);
  const lines = text.split('\n');
  const last = lines.pop();
  for (const line of lines) verifier.feed(line);
  if (last !== '' && last !== undefined) verifier.feed(last, false);
  return verifier.end();
}

const fileOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function faultOf(verdict: ExportVerdict): ExportFault {
  if (verdict.outcome === 'proven') throw new Error('the altered file was believed');
  return verdict.fault;
}

async function linesOf(shape: Partial<ExportShape> = {}): Promise<readonly string[]> {
  return (await buildExport({ size: 60, signer, chunkLeaves: 8, ...shape })).lines;
}

const indexOfSequence = (lines: readonly string[], sequence: number): number =>
  lines.findIndex((line) => line.startsWith('{"specversion"') && line.includes(`"sequence":"${sequence}"`));

describe('an export as it was written', () => {
  it('is proven, whatever was selected, whatever the size of the tree and of the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 700 }),
        async (size, chunkLeaves, step, root) => {
          const isExported = (sequence: number): boolean => (sequence * 7_919) % step === 0;
          const isScavenged = (sequence: number): boolean => sequence % 11 === 3;
          const { lines } = await buildExport({
            size,
            signer,
            chunkLeaves,
            isExported,
            isScavenged,
            roots: [root],
          });
          const verdict = verify(fileOf(lines));
          if (verdict.outcome !== 'proven') throw new Error(verdict.fault.message);
          const exported = Array.from({ length: size }, (_, sequence) => sequence).filter(isExported);
          const scavenged = exported.filter(isScavenged).length;
          expect(verdict.proven).to.deep.include({
            events: exported.length - scavenged,
            scavenged,
            roots: root > 0 && root <= size ? 1 : 0,
            treeSize: size,
            complete: exported.length === size,
            keyId: signer.keyId,
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells the span of time that it holds', async () => {
    const verdict = verify(fileOf(await linesOf()));
    expect(verdict).to.have.nested.property(
      'proven.firstAt',
      new Date(recorded(0).recordedAtMs).toISOString(),
    );
    expect(verdict).to.have.nested.property(
      'proven.lastAt',
      new Date(recorded(59).recordedAtMs).toISOString(),
    );
  });

  it('is proven by an older key that handed over to the one that signed', async () => {
    const old = makeSigner();
    const lines = await linesOf({ rotatedFrom: old });
    const verdict = verify(fileOf(lines), trusting(old));
    expect(verdict).to.have.nested.property('proven.throughRotation', true);
    expect(verify(fileOf(lines))).to.have.nested.property('proven.throughRotation', false);
  });

  it('is refused under another key', async () => {
    expect(faultOf(verify(fileOf(await linesOf()), trusting(makeSigner())))).to.include({
      kind: 'wrong-key',
      line: 1,
    });
  });
});

describe('an altered export', () => {
  it('is found for any byte changed anywhere', async function () {
    this.timeout(60_000);
    const lines = await linesOf({
      roots: [16, 33],
      isScavenged: (sequence) => sequence % 13 === 5,
      isExported: (sequence) => sequence % 5 !== 4,
    });
    const file = Buffer.from(fileOf(lines));
    await fc.assert(
      fc.property(
        fc.integer({ min: 0, max: file.length - 1 }),
        fc.integer({ min: 1, max: 127 }),
        (at, change) => {
          const altered = Buffer.from(file);
          altered[at] = (altered[at] as number) ^ change;
          const text = altered.toString('latin1') === file.toString('latin1') ? '' : altered.toString('utf8');
          expect(verify(text).outcome).to.equal('refuted');
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('is found for any line taken out, put in twice, or swapped with another', async function () {
    this.timeout(60_000);
    const lines = await linesOf({ roots: [16, 33], isScavenged: (sequence) => sequence % 13 === 5 });
    for (let at = 0; at < lines.length; at++) {
      expect(verify(fileOf(lines.toSpliced(at, 1))).outcome, `without line ${at + 1}`).to.equal('refuted');
      expect(verify(fileOf(lines.toSpliced(at, 0, lines[at]!))).outcome, `line ${at + 1} twice`).to.equal(
        'refuted',
      );
      for (let other = at + 1; other < lines.length; other++) {
        const swapped = lines.with(at, lines[other]!).with(other, lines[at]!);
        expect(verify(fileOf(swapped)).outcome, `lines ${at + 1} and ${other + 1} swapped`).to.equal(
          'refuted',
        );
      }
    }
  });

  it('is found wherever it is cut', async () => {
    const file = fileOf(await linesOf({ size: 20 }));
    for (let length = 1; length < file.length; length += 7) {
      const { kind } = faultOf(verify(file.slice(0, length)));
      expect(['file-cut', 'not-an-export'], `cut at ${length}`).to.include(kind);
    }
    expect(faultOf(verify(''))).to.include({ kind: 'not-an-export' });
    expect(faultOf(verify('position,type\n1,AgentConnected\n'))).to.include({ kind: 'not-an-export' });
  });

  const named: readonly (readonly [
    string,
    (lines: readonly string[]) => readonly string[],
    Partial<ExportFault>,
  ])[] = [
    [
      'an event whose data was changed',
      (lines) =>
        lines.map((line) => (line.includes('"sequence":"21"') ? line.replace('"n":21', '"n":22') : line)),
      { kind: 'event-altered', sequence: 21, position: '43', type: 'AgentConnected' },
    ],
    [
      'an event whose sequence was changed',
      (lines) => lines.map((line) => line.replace('"sequence":"21"', '"sequence":"91"')),
      { kind: 'event-altered', sequence: 21, position: '43' },
    ],
    [
      'the first of two altered events',
      (lines) => lines.map((line) => line.replace('"n":50', '"n":0').replace('"n":12}', '"n":0}')),
      { kind: 'event-altered', sequence: 12 },
    ],
    [
      'an event that was taken out',
      (lines) => lines.toSpliced(indexOfSequence(lines, 30), 1),
      { kind: 'event-missing', sequence: 30 },
    ],
    [
      'an event that was taken out at the end of its chunk',
      (lines) => lines.toSpliced(indexOfSequence(lines, 31), 1),
      { kind: 'event-missing', sequence: 31 },
    ],
    [
      'two events that were swapped',
      (lines) => swapped(lines, 33, 36),
      { kind: 'event-reordered', sequence: 36, position: '73' },
    ],
    [
      'two neighbours that were swapped across two chunks',
      (lines) => swapped(lines, 31, 32),
      { kind: 'event-reordered', sequence: 32, position: '65' },
    ],
    [
      'an event that was put in',
      (lines) => lines.toSpliced(indexOfSequence(lines, 10), 0, eventLine(recorded(77), 10)),
      { kind: 'event-inserted', sequence: 10, position: '155', type: 'AgentDisconnected' },
    ],
    [
      'an event that was put in at the end of a chunk',
      (lines) => lines.toSpliced(indexOfSequence(lines, 31) + 1, 0, eventLine(recorded(77), 32)),
      { kind: 'event-inserted', sequence: 32, position: '155' },
    ],
    [
      'an event that stands there twice',
      (lines) => lines.toSpliced(indexOfSequence(lines, 12), 0, lines[indexOfSequence(lines, 10)]!),
      { kind: 'event-inserted', sequence: 10 },
    ],
    [
      'a proof line whose hashes were changed together with their event',
      (lines) => lines.with(2, lines[2]!.replace(/"hashes":\["[^"]+"/, `"hashes":["${'A'.repeat(43)}="`)),
      { kind: 'proof-altered', line: 3 },
    ],
    [
      'a proof line that was taken out',
      (lines) => lines.toSpliced(indexOfSequence(lines, 8) - 1, 1),
      { kind: 'proof-altered' },
    ],
    [
      'a chunk that was taken out',
      (lines) => lines.toSpliced(indexOfSequence(lines, 8) - 1, 9),
      { kind: 'proof-altered' },
    ],
    [
      'another filter than the one that was asked for',
      (lines) => lines.with(0, lines[0]!.replace('"filter":{}', '"filter":{"actor":"bob"}')),
      { kind: 'header-altered', line: 2 },
    ],
    [
      'a checkpoint that states another size',
      (lines) => lines.with(0, lines[0]!.replace('default\\n60\\n', 'default\\n61\\n')),
      { kind: 'checkpoint-altered', line: 1 },
    ],
    [
      'a header that states another root than its checkpoint',
      (lines) => lines.with(0, lines[0]!.replace(/"rootHash":"...../, '"rootHash":"AAAAA')),
      { kind: 'header-altered', line: 1 },
    ],
    ['something after the end', (lines) => [...lines, '{}'], { kind: 'event-inserted' }],
  ];

  for (const [what, alter, expected] of named)
    it(`is named: ${what}`, async () => {
      const lines = await linesOf();
      const altered = alter(lines);
      expect(altered).to.not.deep.equal(lines);
      expect(faultOf(verify(fileOf(altered)))).to.include(expected);
    });

  it('is found when an event is passed off as a scavenged one', async () => {
    const whole = await linesOf();
    const hidden = await linesOf({ isScavenged: (sequence) => sequence === 9 });
    const at = indexOfSequence(whole, 9);
    const line = hidden.find((each) => each.startsWith('{"ampora":"scavenged"'))!;
    expect(faultOf(verify(fileOf(whole.with(at, line))))).to.include({ kind: 'end-altered' });
  });

  it('is found when an earlier root is that of another history', async () => {
    const lines = await linesOf({ roots: [16] });
    const at = lines.findIndex((line) => line.startsWith('{"ampora":"root"'));
    const other = (await linesOf({ roots: [24] })).find((line) => line.startsWith('{"ampora":"root"'))!;
    expect(faultOf(verify(fileOf(lines.with(at, other))))).to.include({ kind: 'root-altered', line: at + 1 });
  });
});

function swapped(lines: readonly string[], one: number, other: number): readonly string[] {
  const a = indexOfSequence(lines, one);
  const b = indexOfSequence(lines, other);
  return lines.with(a, lines[b]!).with(b, lines[a]!);
}
