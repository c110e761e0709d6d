import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import {
  createTree,
  eventLine,
  hashLeaf,
  parseCheckpoint,
  parseNote,
  toBase64,
  verifyInclusion,
} from '@ampora/proof';
import { expect } from 'chai';
import { nodeHashing } from '../node-hashing.ts';
import { append, newSealing, openSealing, rootsFromLog, type Sealing, wholeLog } from '../sealing.spec.ts';
import { SealedHistoryAltered, type SealedRootEvent } from './seal-root.ts';

const by = (tenant = 'default') => ({
  tenant,
  actor: 'loopback',
  actorRole: 'Admin' as const,
  correlationId: 'c',
});

async function sealedRoots(log: EventLog, tenant = 'default'): Promise<SealedRootEvent[]> {
  return typedEvents(await log.readStream(streamOf.auditSeal(tenant))) as unknown as SealedRootEvent[];
}

/** Every tile as text, to compare trees by. */
async function tilesOf({ pool }: Sealing): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select tenant, level, tile, first_position, encode(sha256(hashes), 'hex') as hashes,
            encode(sha256(coalesce(positions, '')), 'hex') as positions
     from proof.tiles order by tenant, level, tile`,
  );
  return rows;
}

describe('the audit sealer', () => {
  let sealing: Sealing;
  beforeEach(async () => (sealing = await newSealing()));
  afterEach(() => sealing.stop());

  it('seals the root that the log gives, for each tenant its own', async () => {
    await append(sealing.log, 300);
    await append(sealing.log, 70, 'other');
    await append(sealing.log, 300);
    const { root } = await sealing.sealer.sealNow(by());
    await sealing.sealer.sealNow(by('other'));
    expect(root?.data).to.include({
      treeSize: 600,
      position: '670',
      rootHash: (await rootsFromLog(sealing.log))[600],
    });
    const [other] = await sealedRoots(sealing.log, 'other');
    expect(other?.data).to.include({
      treeSize: 70,
      rootHash: (await rootsFromLog(sealing.log, 'other'))[70],
    });
  });

  it('seals nothing when only its own roots came since', async () => {
    await append(sealing.log, 3);
    await sealing.sealer.sealNow(by());
    const { root } = await sealing.sealer.sealNow(by());
    const again = await sealing.sealer.sealNow(by());
    expect(again).to.have.property('sealed', false);
    expect(again.root?.data).to.deep.equal(root?.data);
    // The first one, and one more for the key that it made.
    expect(await sealedRoots(sealing.log)).to.have.length(2);
  });

  it('seals by itself after the interval, and after so many events', async () => {
    await append(sealing.log, 5);
    const sealer = sealing.sealerWith({ pollMs: 5, maxEvents: 50 });
    sealer.start();
    await until(async () => (await sealedRoots(sealing.log)).length === 1);
    await append(sealing.log, 60);
    await until(async () => (await sealedRoots(sealing.log)).length === 2);
    await append(sealing.log, 5);
    const sizes = (await sealedRoots(sealing.log)).map(({ data }) => data.treeSize);
    expect(sizes[1]).to.be.at.least(65);
  });

  it('proves each event of a sealed tree', async () => {
    await append(sealing.log, 517);
    await sealing.sealer.sealNow(by());
    for (const position of [1n, 256n, 257n, 517n]) {
      const proof = await sealing.proofs.eventProof('default', position);
      if (typeof proof === 'string') throw new Error(proof);
      const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64');
      const note = parseNote(proof.checkpoint);
      const checkpoint = parseCheckpoint(note?.text ?? '');
      const claim = {
        leafIndex: proof.leafIndex,
        treeSize: proof.treeSize,
        leafHash: hashLeaf(nodeHashing, proof.line ?? ''),
        rootHash: checkpoint?.rootHash ?? new Uint8Array(),
        hashes: proof.hashes.map(bytes),
      };
      expect(verifyInclusion(nodeHashing, claim), String(position)).to.equal(true);
    }
    expect(await sealing.proofs.eventProof('default', 519n)).to.equal('not-sealed');
    expect(await sealing.proofs.eventProof('other', 1n)).to.equal('no-event');
  });

  it('builds the same tiles anew when they were dropped', async () => {
    await append(sealing.log, 700);
    await append(sealing.log, 300, 'other');
    await sealing.sealer.sealNow(by());
    await append(sealing.log, 111);
    await sealing.sealer.catchUp();
    const before = await tilesOf(sealing);
    expect(before).to.have.length.above(4);
    await sealing.store.drop();
    expect(await tilesOf(sealing)).to.deep.equal([]);
    await sealing.sealer.catchUp();
    expect(await tilesOf(sealing)).to.deep.equal(before);
  });

  it('keeps the tree of a log in which an event was scavenged', async () => {
    await append(sealing.log, 40);
    const { root } = await sealing.sealer.sealNow(by());
    const victim = (await wholeLog(sealing.log))[17]!;
    const leafHash = toBase64(hashLeaf(nodeHashing, eventLine(victim, 17)));
    expect(await sealing.log.scavenge([{ position: victim.position, leafHash }], 'policy')).to.equal(1);
    expect((await sealing.log.readAt(victim.position))?.data).to.deep.equal({});
    await sealing.store.drop();
    await sealing.sealer.catchUp();
    const tree = createTree(sealing.store.tilesOf('default'), nodeHashing);
    expect(toBase64(await tree.root(40))).to.equal(root?.data.rootHash);
  });

  it('refuses to seal a history that is not what was sealed before', async () => {
    await append(sealing.log, 20);
    await sealing.sealer.sealNow(by());
    await sealing.pool.query('alter table log.events disable trigger all');
    await sealing.pool.query(
      `update log.events set data = '{"tenant":"x","displayName":"y"}' where position = 7`,
    );
    await sealing.store.drop();
    await append(sealing.log, 1);
    const refused = await sealing.sealer.sealNow(by()).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(SealedHistoryAltered);
    expect(await sealedRoots(sealing.log)).to.have.length(1);
  });

  it('goes on growing, and sealing for others, while one tenant is refused', async () => {
    await append(sealing.log, 20);
    await sealing.sealer.sealNow(by());
    await sealing.pool.query('delete from public.keys');
    await append(sealing.log, 20);
    await append(sealing.log, 20, 'other');
    const failures: string[] = [];
    const fresh = openSealing(sealing.connectionString);
    const observer = {
      grown: () => undefined,
      sealed: () => undefined,
      failed: (why: string) => failures.push(why),
    };
    fresh.sealerWith({ intervalMs: 1, pollMs: 5, observer }).start();
    await until(async () => failures.length > 0 && (await sealedRoots(sealing.log, 'other')).length > 0);
    await fresh.stop();
    expect((await sealing.store.tree('default')).size).to.be.at.least(40);
    expect(await sealedRoots(sealing.log)).to.have.length(1);
  });

  it('makes one tree when two seal at once', async () => {
    const sealers = [1, 2].map(() => sealing.sealerWith({ intervalMs: 1, pollMs: 1, tryEveryMs: 20 }));
    for (const sealer of sealers) sealer.start();
    for (let round = 0; round < 40; round++) {
      await append(sealing.log, 23);
      if (round % 5 === 0) await Promise.all(sealers.map((sealer) => sealer.sealNow(by())));
    }
    await Promise.all(sealers.map((sealer) => sealer.close()));
    await sealing.sealer.sealNow(by());
    await expectOneTree(sealing);
  });

  it('makes the same tree however often it is killed', async function () {
    this.timeout(90_000);
    const program = fileURLToPath(new URL('sealer-process.spec.ts', import.meta.url));
    for (let round = 0; round < 5; round++) {
      await append(sealing.log, 37);
      const child = spawn(process.execPath, [program, sealing.connectionString], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      const killAt = performance.now() + 30 + 60 * round;
      while (performance.now() < killAt) await append(sealing.log, 37);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await sealing.sealer.sealNow(by());
    expect(await sealedRoots(sealing.log)).to.have.length.above(5);
    await expectOneTree(sealing);
  });
});

/** Each root is that of the log at its size, sizes only grow, and the tiles are those that the log gives. */
async function expectOneTree(sealing: Sealing): Promise<void> {
  const roots = await rootsFromLog(sealing.log);
  const sealed = await sealedRoots(sealing.log);
  const sizes = sealed.map(({ data }) => data.treeSize);
  expect(sealed.map(({ data }) => data.rootHash)).to.deep.equal(sizes.map((size) => roots[size]));
  expect(sizes).to.deep.equal([...new Set(sizes)].toSorted((a, b) => a - b));
  await sealing.sealer.catchUp();
  const before = await tilesOf(sealing);
  await sealing.store.drop();
  await sealing.sealer.catchUp();
  expect(before).to.deep.equal(await tilesOf(sealing));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it did not happen within 20 s');
    await sleep(10);
  }
}
