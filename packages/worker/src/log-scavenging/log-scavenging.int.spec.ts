import { stampEvents } from '@ampora/application';
import { type AmporaEvent, decodeEvent, streamOf } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';
import { createTree, eventLine, hashLeaf, scavengedMark, toBase64 } from '@ampora/proof';
import { expect } from 'chai';
import { nodeHashing } from '../node-hashing.ts';
import { newSealing, type Sealing, wholeLog } from '../sealing.spec.ts';
import { scavengeLog } from './scavenge-log.ts';

const dayMs = 86_400_000;
const metadata = { tenant: 'default', actor: 'system', actorRole: 'System' as const, correlationId: 'c' };

function described(host: string): AmporaEvent {
  return {
    type: 'AgentDescriptionReported',
    data: { digest: host, identifying: [], nonIdentifying: [{ key: 'host.name', value: host }] },
  };
}

function status(): AmporaEvent {
  return {
    type: 'AgentRemoteConfigStatusReported',
    data: { configHash: 'ab', status: 'applied', errorMessage: '' },
  };
}

describe('scavenging the log', function () {
  this.timeout(60_000);
  let sealing: Sealing;
  beforeEach(async () => {
    sealing = await newSealing();
  });
  afterEach(() => sealing.stop());

  async function report(agent: number, ...events: AmporaEvent[]): Promise<void> {
    const streamId = streamOf.agent(`0195d0a0-0000-7000-8000-00000000000${agent}`);
    const results = await sealing.log.append([
      { streamId, expectedRevision: 'any', events: stampEvents(events, metadata) },
    ]);
    expect(results[0]!.outcome).to.equal('appended');
  }

  const scavenge = (options: { afterDays?: number; log?: Sealing['log'] } = {}) =>
    scavengeLog({
      log: sealing.log,
      hashing: nodeHashing,
      tenant: 'default',
      afterDays: 30,
      nowMs: () => Date.now() + 31 * dayMs,
      ...options,
    });

  const emptied = (events: readonly RecordedEvent[]) =>
    events.filter((event) => scavengedMark(event) !== undefined);

  it('empties superseded reports that are old and sealed, and nothing else; their leaves still prove', async () => {
    await report(1, described('a'), status(), described('b'), status(), described('c'));
    await report(2, described('only'));
    await sealing.sealer.sealNow(metadata);
    await report(1, described('d'), described('e'));
    const before = await wholeLog(sealing.log);
    const rootBefore = (await sealing.proofs.roots('default', 1)).items[0]!;

    expect(await scavenge()).to.equal(3);
    const after = await wholeLog(sealing.log);
    const gone = emptied(after);
    // The sealed ones but for the newest that a root covers are a, b and c: d came after the seal.
    expect(gone.map(({ revision, streamId }) => [streamId.at(-1), revision])).to.deep.equal([
      ['1', 0],
      ['1', 2],
      ['1', 4],
    ]);
    expect(gone.every((event) => decodeEvent(event) === undefined)).to.equal(true);
    for (const event of before.filter(({ id }) => !gone.some((one) => one.id === id)))
      expect(after.find(({ id }) => id === event.id)).to.deep.equal(event);
    for (const [sequence, event] of before.entries()) {
      const mark = scavengedMark(after[sequence]!);
      if (mark) expect(mark.leafHash).to.equal(toBase64(hashLeaf(nodeHashing, eventLine(event, sequence))));
    }

    const types = after.slice(before.length).map(({ type }) => type);
    expect(types).to.deep.equal(['LogScavenged', 'LogScavengeFinished']);
    const tree = createTree(sealing.store.tilesOf('default'), nodeHashing);
    expect(toBase64(await tree.root(rootBefore.treeSize))).to.equal(rootBefore.rootHash);
    expect(await scavenge(), 'a second time there is nothing to do').to.equal(0);
    expect((await wholeLog(sealing.log)).length).to.equal(after.length);
    // A tree that grows from nothing takes the hashes that were kept.
    await sealing.pool.query('truncate proof.tiles, proof.trees; update proof.progress set position = 0');
    await sealing.sealerWith().sealNow(metadata);
    const regrown = createTree(sealing.store.tilesOf('default'), nodeHashing);
    expect(toBase64(await regrown.root(rootBefore.treeSize))).to.equal(rootBefore.rootHash);
  });

  it('touches nothing before a root covers it, nor what is young', async () => {
    await report(1, described('a'), described('b'));
    expect(await scavenge()).to.equal(0);
    await sealing.sealer.sealNow(metadata);
    expect(await scavenge({ afterDays: 32 })).to.equal(0);
    expect(emptied(await wholeLog(sealing.log))).to.deep.equal([]);
  });

  it('is finished by the next one when it died between the fact and the act, or in the middle of it', async () => {
    await report(1, ...Array.from({ length: 5 }, (_, index) => described(`host ${index}`)));
    await sealing.sealer.sealNow(metadata);
    const dying = { ...sealing.log, scavenge: () => Promise.reject(new Error('killed')) };
    expect(await scavenge({ log: dying }).catch((error: Error) => error.message)).to.equal('killed');
    expect(emptied(await wholeLog(sealing.log))).to.have.length(0);
    const half = {
      ...sealing.log,
      scavenge: async (...[events, by]: Parameters<Sealing['log']['scavenge']>) => {
        await sealing.log.scavenge(events.slice(0, 2), by);
        throw new Error('killed');
      },
    };
    expect(await scavenge({ log: half }).catch((error: Error) => error.message)).to.equal('killed');
    expect(emptied(await wholeLog(sealing.log))).to.have.length(2);
    expect(await scavenge()).to.equal(2);
    const log = await wholeLog(sealing.log);
    expect(emptied(log)).to.have.length(4);
    const [decided, finished, ...more] = log.filter(({ type }) => type.startsWith('LogScaveng'));
    expect(more).to.deep.equal([]);
    expect(decided!.data['eligible']).to.equal(4);
    expect(finished!.data).to.include({ decisionId: decided!.id, scavenged: 4 });
  });
});
