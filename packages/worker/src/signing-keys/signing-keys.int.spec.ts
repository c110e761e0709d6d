import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamOf } from '@ampora/catalogue';
import { followRotations, openNote, originOf, parseNote, parseVerifierKey } from '@ampora/proof';
import { expect } from 'chai';
import { nodeHashing } from '../node-hashing.ts';
import { append, newSealing, openSealing, type Sealing, wholeLog } from '../sealing.spec.ts';
import { toPublicPem, verifyEd25519 } from './ed25519.ts';
import { SigningKeyMissing } from './signing-keys.ts';

const metadata = { tenant: 'default', actor: 'loopback', actorRole: 'Admin' as const, correlationId: 'c' };
const commandOf = (commandId: string) => ({ commandId, metadata });

describe('the signing keys of a tenant', () => {
  let sealing: Sealing;
  beforeEach(async () => (sealing = await newSealing()));
  afterEach(() => sealing.stop());

  it('begin with one that is made when it is first needed, once for all processes', async () => {
    const other = openSealing(sealing.connectionString);
    const notes = await Promise.all(
      [sealing, other, sealing, other].map(({ keys }) => keys.sign('default', 'text\n')),
    );
    await other.stop();
    const keys = await sealing.keys.list('default');
    expect(keys).to.have.length(1);
    const trust = { hashing: nodeHashing, verify: verifyEd25519, keys: [keys[0]!] };
    for (const { note } of notes)
      expect(
        openNote(note, originOf('default'), { ...trust, keys: [{ publicKey: keys[0]!.publicKey }] }),
      ).to.include({
        outcome: 'trusted',
        text: 'text\n',
      });
  });

  it('are handed over from the old to the new one, and the old one still proves what it signed', async () => {
    const before = await sealing.keys.sign('default', 'before\n');
    await sealing.keys.rotate(commandOf('rotate-1'));
    const after = await sealing.keys.sign('default', 'after\n');
    expect(after.keyId).to.not.equal(before.keyId);
    const [oldKey, newKey] = await sealing.keys.list('default');
    expect(oldKey?.retiredAtMs).to.equal(newKey?.createdAtMs);
    const trust = { hashing: nodeHashing, verify: verifyEd25519, keys: [{ publicKey: oldKey!.publicKey }] };
    const name = originOf('default');
    expect(openNote(before.note, name, trust)).to.have.property('outcome', 'trusted');
    expect(openNote(after.note, name, trust)).to.have.property('outcome', 'other-key');
    const followed = followRotations('default', await sealing.keys.rotations('default'), trust);
    expect(openNote(after.note, name, { ...trust, keys: followed })).to.have.property('outcome', 'trusted');
    expect(followed[1]).to.deep.equal(parseVerifierKey(nodeHashing, newKey!.verifierKey));
  });

  it('are rotated once by one command, however often it is given', async () => {
    await sealing.keys.sign('default', 'text\n');
    const first = await sealing.keys.rotate(commandOf('rotate-1'));
    expect(await sealing.keys.rotate(commandOf('rotate-1'))).to.equal(first);
    expect(await sealing.keys.list('default')).to.have.length(2);
  });

  it('never show a private key in the log', async () => {
    await sealing.keys.sign('default', 'text\n');
    await sealing.keys.rotate(commandOf('rotate-1'));
    const { rows } = await sealing.pool.query<{ key: Buffer }>('select key from public.keys');
    expect(rows).to.have.length(2);
    const log = JSON.stringify(await wholeLog(sealing.log), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const { key } of rows) {
      const seed = key.subarray(-32);
      for (const encoding of ['hex', 'base64'] as const) expect(log).to.not.include(seed.toString(encoding));
    }
  });

  it('name what is missing when the vault has lost one', async () => {
    await sealing.keys.sign('default', 'text\n');
    await sealing.pool.query('delete from public.keys');
    const again = openSealing(sealing.connectionString);
    const refused = await again.keys.sign('default', 'text\n').catch((error: unknown) => error);
    await again.stop();
    expect(refused)
      .to.be.instanceOf(SigningKeyMissing)
      .with.property('message')
      .that.includes('restore the schema vault');
    expect(await sealing.log.readStream(streamOf.auditKeys('default'))).to.have.length(1);
  });

  it('sign checkpoints that openssl verifies', async function () {
    if (!hasOpenssl()) {
      this.test!.title += ' (skipped: needs openssl 3)';
      this.skip();
    }
    await append(sealing.log, 10);
    const { root } = await sealing.sealer.sealNow(metadata);
    const note = parseNote(root?.data.checkpoint ?? '');
    const [key] = await sealing.keys.list('default');
    const directory = await mkdtemp(join(tmpdir(), 'ampora-openssl-'));
    try {
      await writeFile(join(directory, 'public.pem'), toPublicPem(key!.publicKey));
      await writeFile(join(directory, 'text'), note?.text ?? '');
      await writeFile(join(directory, 'altered'), (note?.text ?? '').replace('\n10\n', '\n11\n'));
      await writeFile(join(directory, 'signature'), note?.signatures[0]?.signature ?? '');
      expect(opensslVerifies(directory, 'text')).to.equal(true);
      expect(opensslVerifies(directory, 'altered')).to.equal(false);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

function hasOpenssl(): boolean {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).startsWith('OpenSSL 3');
  } catch {
    return false;
  }
}

function opensslVerifies(directory: string, text: string): boolean {
  try {
    const command = 'pkeyutl -verify -pubin -inkey public.pem -rawin -sigfile signature -in';
    execFileSync('openssl', [...command.split(' '), text], { cwd: directory, stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
