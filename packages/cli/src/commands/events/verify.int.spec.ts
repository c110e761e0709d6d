import { execFile } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  checkpointText,
  createExportProofs,
  createTree,
  endLine,
  endStatement,
  eventLine,
  formatNote,
  formatVerifierKey,
  hashLeaf,
  headerLine,
  headerStatement,
  keyIdOf,
  originOf,
  signatureLine,
  TileBuilder,
  toBase64,
} from '@ampora/proof';
import { expect } from 'chai';
import { nodeHashing } from './node-trust.ts';

const launcher = fileURLToPath(new URL('../../../bin/ampora.mjs', import.meta.url));
const tenant = 'default';
const name = originOf(tenant);

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As on the machine of a stranger: no server answers anywhere. */
function verify(...args: readonly string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'], AMPORA_URL: 'http://127.0.0.1:9' };
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'events', 'verify', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('ampora events verify', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const verifierKey = formatVerifierKey(nodeHashing, name, raw);
  let directory: string;
  let file: string;
  let key: string;
  let text: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ampora-verify-'));
    text = await someExport(raw, privateKey, 40);
    file = await write('export.jsonl', text);
    key = await write('public.pem', publicKey.export({ format: 'pem', type: 'spki' }).toString());
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function write(to: string, content: string | Buffer): Promise<string> {
    const path = join(directory, to);
    await writeFile(path, content);
    return path;
  }

  it('proves a file with a public key in PEM or as a verifier key, plain or gzip', async () => {
    const zipped = await write('export.jsonl.gz', gzipSync(text));
    for (const args of [
      [file, '--key', key],
      [file, '--key', verifierKey],
      [zipped, '--key', key],
    ]) {
      const { code, stdout, stderr } = await verify(...args);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include('Proven').and.include('every event of the tenant');
      expect(stdout).to.match(/^Events +40$/m);
    }
    const { stdout } = await verify(file, '--key', key, '-o', 'json');
    expect(JSON.parse(stdout)).to.have.nested.property('proven.events', 40);
  });

  it('names the altered event and ends with 7', async () => {
    const altered = await write('altered.jsonl', text.replace('"n":17}', '"n":18}'));
    const { code, stderr, stdout } = await verify(altered, '--key', key);
    expect(code).to.equal(7);
    expect(stdout).to.equal('');
    expect(stderr).to.include('event-altered').and.include('sequence 17').and.include('position 18');
  });

  it('finds bytes that only look like those that were sealed', async () => {
    const sealed = Buffer.from('�');
    const bytes = Buffer.from(text);
    const at = bytes.indexOf(sealed);
    const altered = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from([0xff]),
      bytes.subarray(at + sealed.length),
    ]);
    const { code, stderr } = await verify(await write('bytes.jsonl', altered), '--key', key);
    expect(code, stderr).to.equal(7);
    expect(stderr).to.include('event-altered');
  });

  it('ends with 7 for a file that was cut, and for another key', async () => {
    const cut = await write('cut.jsonl', text.slice(0, -200));
    expect(await verify(cut, '--key', key))
      .to.deep.include({ code: 7 })
      .and.property('stderr')
      .includes('file-cut');
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const refused = await verify(file, '--key', await write('other.pem', other));
    expect(refused.code).to.equal(7);
    expect(refused.stderr).to.include('wrong-key');
  });

  it('ends with 8 for what is no export or no file, and with 2 for what is no key', async () => {
    const zeros = await write('zeros', Buffer.alloc(70 * 1024 * 1024));
    for (const path of [key, join(directory, 'absent'), zeros, await write('empty', '')])
      expect((await verify(path, '--key', key)).code, path).to.equal(8);
    const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    for (const wrong of [file, join(directory, 'absent'), await write('private.pem', privatePem)])
      expect((await verify(file, '--key', wrong)).code, wrong).to.equal(2);
    expect((await verify(file)).code).to.equal(2);
  });
});

async function someExport(publicKey: Uint8Array, privateKey: KeyObject, size: number): Promise<string> {
  const noteOf = (text: string): string =>
    formatNote({
      text,
      signatures: [
        {
          name,
          keyId: Buffer.from(keyIdOf(nodeHashing, name, publicKey), 'hex'),
          signature: sign(null, Buffer.from(text), privateKey),
        },
      ],
    });
  const lines = Array.from({ length: size }, (_, sequence) => lineOf(sequence));
  const builder = new TileBuilder(nodeHashing);
  for (const [index, line] of lines.entries()) builder.append(hashLeaf(nodeHashing, line), BigInt(index + 1));
  const tiles = builder.takeChanged().map(({ hashes }) => hashes);
  const tree = createTree({ read: async () => tiles }, nodeHashing);
  const rootHash = await tree.root(size);
  const header = headerLine({
    tenant,
    createdAt: '2026-01-01T00:00:00.000Z',
    filter: {},
    treeSize: size,
    rootHash: toBase64(rootHash),
    checkpoint: noteOf(checkpointText({ origin: name, treeSize: size, rootHash })),
    rotations: [],
  });
  const counts = { events: size, scavenged: 0, roots: 0 };
  const all = Array.from({ length: size }, (_, sequence) => sequence);
  return [
    header,
    signatureLine(noteOf(headerStatement(nodeHashing, tenant, header))),
    await createExportProofs({ tree, treeSize: size }).cover(all, size),
    ...lines,
    endLine(counts, noteOf(endStatement(nodeHashing, tenant, header, counts))),
    '',
  ].join('\n');
}

function lineOf(sequence: number): string {
  const event = {
    id: `00000000-0000-4000-8000-${String(sequence).padStart(12, '0')}`,
    type: 'AgentConnected',
    schemaVersion: 1,
    streamId: 'agent-1',
    revision: sequence,
    position: BigInt(sequence + 1),
    recordedAtMs: 1_700_000_000_000 + sequence,
    data: { name: 'an old � kept as it came', n: sequence },
    metadata: { tenant, actor: 'system', actorRole: 'System' as const, correlationId: 'c' },
  };
  return eventLine(event, sequence);
}
