import { expect } from 'chai';
import fc from 'fast-check';
import { hashing, makeSigner, trusting } from '../built-tree.spec.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import { checkpointText, originOf, parseCheckpoint } from './checkpoint.ts';
import { followRotations, rotationText } from './rotation.ts';
import { openNote, parseNote } from './signed-note.ts';
import { formatVerifierKey, parseVerifierKey } from './verifier-key.ts';

const name = originOf('default');

describe('a signed note', () => {
  const signer = makeSigner();
  const text = checkpointText({ origin: name, treeSize: 12, rootHash: hashing.ofText('root') });
  const note = signer.sign(text);

  it('has the form that C2SP gives it', () => {
    const [origin, size, root, empty, signature] = note.split('\n');
    expect([origin, size, empty]).to.deep.equal(['ampora/default', '12', '']);
    expect(Buffer.from(root!, 'base64')).to.have.length(32);
    expect(signature).to.match(/^— ampora\/default [A-Za-z0-9+/]{90,}=*$/u);
    expect(note.endsWith('\n')).to.equal(true);
  });

  it('is believed under its key and name only', () => {
    expect(openNote(note, name, trusting(signer))).to.include({
      outcome: 'trusted',
      text,
      keyId: signer.keyId,
    });
    expect(openNote(note, name, trusting(makeSigner()))).to.have.property('outcome', 'other-key');
    expect(openNote(note, 'ampora/other', trusting(signer))).to.have.property('outcome', 'other-key');
    expect(openNote(note.replace('\n12\n', '\n13\n'), name, trusting(signer))).to.have.property(
      'outcome',
      'bad-signature',
    );
    expect(openNote(text, name, trusting(signer))).to.have.property('outcome', 'malformed');
  });

  it('states a checkpoint that reads back', () => {
    expect(parseCheckpoint(parseNote(note)!.text)).to.deep.equal({
      origin: name,
      treeSize: 12,
      rootHash: hashing.ofText('root'),
    });
    for (const wrong of [
      '',
      'a\n1\n',
      'a b\n1\nAAAA\n',
      `${name}\n01\n${toBase64(hashing.ofText(''))}\n`,
      `${text}more\n`,
    ])
      expect(parseCheckpoint(wrong), wrong).to.equal(undefined);
  });

  it('keeps tenants with odd names apart, in ASCII', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        (one, other) => {
          expect(originOf(one)).to.match(/^[!-*,-~]+$/);
          expect(originOf(one) === originOf(other)).to.equal(one === other);
        },
      ),
    );
  });
});

describe('a verifier key', () => {
  /** The example of the C2SP signed-note specification and of Go's golang.org/x/mod/sumdb/note. */
  const known = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

  it('is that which other implementations write', () => {
    const key = parseVerifierKey(hashing, known);
    expect(key?.name).to.equal('PeterNeumann');
    expect(formatVerifierKey(hashing, 'PeterNeumann', key!.publicKey)).to.equal(known);
  });

  it('opens a note that another implementation signed', () => {
    const note =
      'If you think cryptography is the answer to your problem,\n' +
      "then you don't know what your problem is.\n" +
      '\n' +
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    const opened = openNote(note, 'PeterNeumann', {
      ...trusting(),
      keys: [parseVerifierKey(hashing, known)!],
    });
    expect(opened).to.have.property('outcome', 'trusted');
  });

  it('is refused when its id is not its own', () => {
    expect(parseVerifierKey(hashing, known.replace('c74f20a3', 'c74f20a4'))).to.equal(undefined);
    expect(parseVerifierKey(hashing, known.slice(0, -4))).to.equal(undefined);
    expect(parseVerifierKey(hashing, 'public.pem')).to.equal(undefined);
  });
});

describe('a rotation', () => {
  it('is followed from key to key, in order, and by nobody else', () => {
    const [first, second, third, thief] = [makeSigner(), makeSigner(), makeSigner(), makeSigner()] as const;
    const notes = [
      first.sign(rotationText('default', second.verifierKey)),
      thief.sign(rotationText('default', thief.verifierKey)),
      second.sign(rotationText('default', third.verifierKey)),
      third.sign(rotationText('other', thief.verifierKey)),
    ];
    const keys = followRotations('default', notes, trusting(first)).map(({ publicKey }) =>
      toBase64(publicKey),
    );
    expect(keys).to.deep.equal([first, second, third].map(({ publicKey }) => toBase64(publicKey)));
    expect(followRotations('default', notes.slice(2), trusting(first))).to.have.length(1);
  });
});

describe('base64', () => {
  it('is that of Node, and has one form only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBase64(bytes);
        expect(text).to.equal(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(text)).to.deep.equal(new Uint8Array(bytes));
      }),
    );
    for (const wrong of ['A', 'AB', 'AB=', 'AB==x', 'AB==', 'AAF=', 'A===', '====', 'AA=A', 'ÄA==', 'A A='])
      expect(fromBase64(wrong), wrong).to.equal(undefined);
  });
});
