import { streamOf } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import { checksumOf } from '../engine/checksum.ts';
import { createContentReader } from '../engine/content-reader.ts';
import { decodeEvents, type DecodedEvent } from '../engine/decoded-event.ts';
import { ProjectionWriter } from '../engine/projection-writer.ts';
import { type Bench, bodyFact, type Fact, openBench } from '../harness.spec.ts';
import { uuidOf } from '../histories.spec.ts';
import { createQueries, type Moment, type Queries } from '../queries.ts';
import { auditArchiveTable, auditTable } from './audit-row.ts';
import { facetStatement } from './audit-facets.ts';
import { type AuditRequest, auditStatements } from './list-audit-events.ts';
import { auditProjection } from './projection.ts';

const configurationId = uuidOf('configuration', 1);
const agentId = uuidOf('agent', 1);
const configuration = streamOf.configuration(configurationId);
const agent = streamOf.agent(agentId);
const body = bodyFact('receivers: {}\n');
const edited = bodyFact('receivers: {nop: {}}\n');
const configHash = 'ab'.repeat(32);

const story: readonly Fact[] = [
  {
    stream: configuration,
    event: { type: 'ConfigurationCreated', data: { configurationId, name: 'gateway', description: 'edge' } },
  },
  {
    stream: configuration,
    event: {
      type: 'ConfigurationDraftCreated',
      data: { version: 1, contentHash: body.contentHash, sizeBytes: 14, basedOnVersion: null },
    },
  },
  {
    stream: configuration,
    event: {
      type: 'ConfigurationDraftEdited',
      data: { version: 1, contentHash: edited.contentHash, sizeBytes: 21, rowVersion: 2 },
    },
  },
  {
    stream: configuration,
    event: {
      type: 'ConfigurationVersionPublished',
      data: { version: 1, contentHash: edited.contentHash, sizeBytes: 21, configHash, notes: 'first 100%' },
    },
  },
  {
    stream: agent,
    event: {
      type: 'AgentEnrolled',
      data: { agentId, instanceUid: agentId, enrolment: 'open', remoteAddress: '127.0.0.1' },
    },
  },
  {
    stream: agent,
    event: {
      type: 'AgentDescriptionReported',
      data: {
        digest: 'd',
        identifying: [{ key: 'service.name', value: 'otelcol' }],
        nonIdentifying: [{ key: 'host.name', value: 'edge-fra-001' }],
      },
    },
  },
  {
    stream: streamOf.assignment(agentId),
    event: {
      type: 'AgentConfigurationAssigned',
      data: { agentId, configurationId, version: 1, contentHash: edited.contentHash, configHash },
    },
  },
  {
    stream: agent,
    event: {
      type: 'AgentRemoteConfigOffered',
      data: { configHash, configurationId, version: 1, connectionId: uuidOf('connection', 1) },
    },
  },
  ...(['applying', 'applied', 'applied'] as const).map((status): Fact => ({
    stream: agent,
    event: { type: 'AgentRemoteConfigStatusReported', data: { configHash, status, errorMessage: '' } },
  })),
  {
    stream: streamOf.assignment(agentId),
    event: { type: 'AgentConfigurationUnassigned', data: { agentId } },
  },
  {
    stream: configuration,
    event: { type: 'ConfigurationVersionArchived', data: { version: 1 } },
  },
];

describe('the audit log of a story', function () {
  this.timeout(60_000);
  let bench: Bench;
  let queries: Queries;
  let now: Moment;
  before(async () => {
    bench = await openBench();
    const head = await bench.append(story);
    bench.projector().start();
    await bench.reached(head);
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    now = await queries.resolveMoment();
  });
  after(() => bench.close());

  const list = async (request: Partial<AuditRequest> = {}) =>
    (await queries.listAuditEvents({ limit: 50, ...request }, now)).items;
  const actionsOf = async (request: Partial<AuditRequest>) =>
    (await list(request)).map(({ action }) => action);

  it('tells what was done, newest first, and nothing that only repeats', async () => {
    expect(await actionsOf({})).to.deep.equal([
      'Archived',
      'Unassigned',
      'Applied',
      'Offered',
      'Assigned',
      'Enrolled',
      'Published',
      'Edited',
      'Drafted',
      'Created',
    ]);
  });

  it('has the state before and after, bodies by their hash', async () => {
    const [published] = await list({ action: ['Published'] });
    const draft = { version: 1, status: 'Draft', sizeBytes: 21, contentHash: edited.contentHash };
    expect(published).to.deep.include({
      actor: 'spec',
      actorRole: 'System',
      entityType: 'Configuration',
      entityId: configurationId,
      entityName: 'gateway',
      before: { ...draft, rowVersion: 2 },
      after: { ...draft, rowVersion: 2, status: 'Published', configHash },
      additional: { version: 1, notes: 'first 100%' },
      archived: false,
    });
    const [unassigned] = await list({ action: ['Unassigned'] });
    expect(unassigned).to.deep.include({
      entityName: 'edge-fra-001',
      before: { configurationId, version: 1, configHash },
      after: null,
    });
  });

  it('is filtered by all filters together, and each alone', async () => {
    expect(await actionsOf({ entityType: ['Agent'] })).to.deep.equal(['Applied', 'Offered', 'Enrolled']);
    expect(await actionsOf({ entityId: agentId, action: ['Offered', 'Assigned'] })).to.deep.equal([
      'Offered',
      'Assigned',
    ]);
    expect(await actionsOf({ text: '100%' })).to.deep.equal(['Published']);
    expect(await actionsOf({ text: '100_' })).to.deep.equal([]);
    expect(await actionsOf({ actor: 'nobody' })).to.deep.equal([]);
    const [first, second] = (await list()).map(({ timestamp }) => timestamp).toSorted();
    expect(first! <= second!).to.equal(true);
    expect(await actionsOf({ until: first })).to.deep.equal([]);
    expect((await list({ since: first })).length).to.equal(10);
    const later = new Date(Date.parse((await list())[0]!.timestamp) + 1).toISOString();
    expect(await actionsOf({ since: later })).to.deep.equal([]);
    expect((await list({ until: later, actor: 'spec' })).length).to.equal(10);
  });

  it('is paged by a cursor, and ends at a moment', async () => {
    const positions: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await queries.listAuditEvents(
        { limit: 3, cursor, action: ['Created', 'Edited', 'Published', 'Archived'] },
        now,
      );
      positions.push(...page.items.map(({ position }) => position));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(positions).to.deep.equal(['13', '4', '3', '1']);
    const past = await queries.resolveMoment('4');
    const page = await queries.listAuditEvents({ limit: 1 }, past);
    expect(page.items.map(({ action }) => action)).to.deep.equal(['Published']);
  });

  it('counts the values of its filters', async () => {
    const facets = await queries.auditFacets();
    expect(facets.actors).to.deep.equal([{ value: 'spec', count: 10 }]);
    expect(facets.entityTypes).to.deep.include({ value: 'Configuration', count: 5 });
    expect(facets.actions.length).to.equal(10);
  });
});

// ------------------------------------------------------------------------- ageing

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);

type Step =
  { readonly kind: 'edit' } | { readonly kind: 'sweep'; readonly hot: number; readonly archive: number };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'edit' }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 20 }))
      .map(([hot, archive]): Step => ({ kind: 'sweep', hot, archive })),
  },
);

/** Events as the log would hand them over, an hour (or none) apart. */
function eventsOf(steps: readonly (Step & { readonly hours?: number })[]): readonly DecodedEvent[] {
  let atMs = startMs;
  return decodeEvents(
    steps.map((step, index): RecordedEvent => {
      atMs += (index % 3) * hourMs;
      const envelope = {
        id: uuidOf('event', index),
        schemaVersion: 1,
        metadata: { tenant: 'default', actor: 'spec', actorRole: 'Admin' as const, correlationId: 'c' },
        revision: index,
        position: BigInt(index + 1),
        recordedAtMs: atMs,
      };
      if (step.kind === 'edit')
        return {
          ...envelope,
          streamId: configuration,
          type: 'ConfigurationDraftEdited',
          data: { version: 1, contentHash: body.contentHash, sizeBytes: index, rowVersion: index },
        };
      return {
        ...envelope,
        streamId: streamOf.auditRetention('default'),
        type: 'AuditRetentionSwept',
        data: {
          hotDays: 1,
          archiveDays: 1,
          hotBeforeMs: atMs - step.hot * hourMs,
          archiveBeforeMs: atMs - step.archive * hourMs,
          archived: 0,
          purged: 0,
        },
      };
    }),
  );
}

describe('old rows of the audit log', function () {
  this.timeout(180_000);
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  function writerOf(): ProjectionWriter {
    const contents = createContentReader(bench.eventLog);
    return new ProjectionWriter({
      pool: bench.pool,
      projection: auditProjection,
      slot: 'live',
      contents,
      cacheLimit: 3,
    });
  }

  async function afresh(): Promise<ProjectionWriter> {
    await writerOf().dropTables();
    await bench.pool.query('delete from read.projections');
    const writer = writerOf();
    await writer.open();
    return writer;
  }

  function* batchesOf(events: readonly DecodedEvent[], size: number) {
    for (let start = 0; start < events.length; start += size) yield events.slice(start, start + size);
  }

  async function followed(events: readonly DecodedEvent[], size: number) {
    const writer = await afresh();
    await writer.createIndexes();
    for (const batch of batchesOf(events, size)) {
      await writer.apply(batch, batch.at(-1)!.position);
      await writer.apply(batch, batch.at(-1)!.position);
    }
    return checksumOf(bench.pool, auditProjection);
  }

  /** As a build does it, dying after `upTo` events, and once more between the last event and the indexes. */
  async function built(events: readonly DecodedEvent[], size: number, upTo: number) {
    let writer = await afresh();
    for (const batch of batchesOf(events.slice(0, upTo), size))
      await writer.load(batch, batch.at(-1)!.position);
    await writer.abandonLoad();
    writer = writerOf();
    await writer.open();
    for (const batch of batchesOf(events, size)) {
      await writer.load(batch, batch.at(-1)!.position);
      if (Number(batch.at(-1)!.position) <= upTo) await writer.commitLoad();
    }
    await writer.commitLoad();
    writer = writerOf();
    await writer.open();
    await writer.createIndexes();
    await writer.createIndexes();
    return checksumOf(bench.pool, auditProjection);
  }

  it('are the same whether they were moved sweep by sweep or at the end of a build that died twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 0, max: 40 }),
        async (steps, size, upTo) => {
          const events = eventsOf(steps);
          const live = await followed(events, 1);
          expect(await followed(events, size)).to.deep.equal(live);
          expect(await built(events, size, Math.min(upTo, events.length))).to.deep.equal(live);

          const edits = events.filter(({ type }) => type === 'ConfigurationDraftEdited').length;
          const sweeps = events.filter(({ type }) => type === 'AuditRetentionSwept');
          const bound = (name: 'hotBeforeMs' | 'archiveBeforeMs') =>
            Math.max(0, ...sweeps.map(({ event }) => (event!.data as Record<string, number>)[name]!));
          const { rows } = await bench.pool.query<{ hot: number; archive: number; wrong: number }>(
            `select (select count(*)::int from read.${auditTable}) as hot,
               (select count(*)::int from read.${auditArchiveTable}) as archive,
               (select count(*)::int from read.${auditTable} where at < to_timestamp($1 / 1000.0)) +
               (select count(*)::int from read.${auditArchiveTable} where at < to_timestamp($2 / 1000.0)) as wrong`,
            [bound('hotBeforeMs'), bound('archiveBeforeMs')],
          );
          const purged = events.filter(
            ({ recordedAtMs }) => recordedAtMs < Math.min(bound('hotBeforeMs'), bound('archiveBeforeMs')),
          ).length;
          expect(rows[0]!.wrong).to.equal(0);
          expect(rows[0]!.hot + rows[0]!.archive + purged).to.equal(edits + sweeps.length);
        },
      ),
      { numRuns: Number(process.env['AMPORA_LAW_RUNS'] ?? 12), endOnFailure: true },
    );
  });

  it('stay one sweep more when they are exactly as old as the bound', async () => {
    const events = eventsOf([{ kind: 'edit' }, { kind: 'edit' }, { kind: 'sweep', hot: 2, archive: 9 }]);
    await followed(events, 3);
    const { rows } = await bench.pool.query(
      `select (select array_agg(position::int order by position) from read.${auditTable}) as hot,
         (select array_agg(position::int) from read.${auditArchiveTable}) as archive`,
    );
    // Recorded at 0 h, 1 h and 3 h; the bound is 1 h.
    expect(rows).to.deep.equal([{ hot: [2, 3], archive: [1] }]);
  });
});

// -------------------------------------------------------------------------- scale

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

function nodesOf(plan: Plan): readonly string[] {
  return [
    `${plan['Node Type']} ${plan['Relation Name'] ?? ''}`.trim(),
    ...(plan.Plans ?? []).flatMap(nodesOf),
  ];
}

const scale = Number(process.env['AMPORA_AUDIT_ROWS'] ?? 60_000);

describe(`an audit log of ${scale} rows`, function () {
  this.timeout(300_000);
  let bench: Bench;
  let queries: Queries;
  let now: Moment;
  const figures: string[] = [];

  before(async () => {
    bench = await openBench();
    const contents = createContentReader(bench.eventLog);
    const writer = new ProjectionWriter({
      pool: bench.pool,
      projection: auditProjection,
      slot: 'live',
      contents,
      cacheLimit: 50_000,
    });
    await writer.open();
    const startedMs = performance.now();
    for (let start = 0; start < scale; start += 5_000) {
      const page = Array.from({ length: 5_000 }, (_, offset): RecordedEvent => manyOf(start + offset));
      await writer.load(decodeEvents(page), page.at(-1)!.position);
    }
    await writer.commitLoad();
    const loadedMs = performance.now();
    await writer.createIndexes();
    const indexedMs = performance.now();
    figures.push(
      `built ${scale} rows: fold and COPY ${Math.round((scale * 1_000) / (loadedMs - startedMs))} rows/s, ` +
        `indexes ${((indexedMs - loadedMs) / 1_000).toFixed(2)} s`,
    );
    await bench.pool.query(`update read.projections set state = 'serving', indexed = true`);
    await bench.pool.query('vacuum analyze');
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    now = { live: true, position: BigInt(scale), atMs: Date.now() };
  });
  after(async () => {
    console.log(figures.map((figure) => `      ${figure}`).join('\n'));
    await bench.close();
  });

  /** Mostly what agents say of what they were told; now and then something done by people. */
  function manyOf(index: number): RecordedEvent {
    const isPerson = index % 50 === 0;
    const envelope = {
      id: uuidOf('event', index),
      schemaVersion: 1,
      revision: index,
      position: BigInt(index + 1),
      recordedAtMs: startMs + index * 1_000,
    };
    const metadata = { tenant: 'default', correlationId: 'c' };
    if (isPerson)
      return {
        ...envelope,
        metadata: { ...metadata, actor: `person:${uuidOf('person', index % 7)}`, actorRole: 'Operator' },
        streamId: streamOf.configuration(uuidOf('configuration', index % 40)),
        type: index % 1_000 === 0 ? 'ConfigurationVersionPublished' : 'ConfigurationDraftEdited',
        data: {
          version: 1,
          contentHash: body.contentHash,
          sizeBytes: index,
          rowVersion: 1,
          configHash,
          notes: `change ${index}`,
        },
      };
    const id = uuidOf('agent', index % 10_000);
    return {
      ...envelope,
      metadata: { ...metadata, actor: `agent:${id}`, actorRole: 'Agent' },
      streamId: streamOf.agent(id),
      type: 'AgentRemoteConfigOffered',
      data: { configHash, configurationId, version: 1 + (index % 9), connectionId: uuidOf('c', 1) },
    };
  }

  async function planOf(sql: string, bindings: readonly unknown[]): Promise<readonly string[]> {
    const answer = await bench.knex.raw(`explain (format json) ${sql}`, bindings as never);
    return nodesOf(answer.rows[0]['QUERY PLAN'][0].Plan as Plan);
  }

  const requests: Record<string, AuditRequest> = {
    'the newest': { limit: 50 },
    'one person': { limit: 50, actor: `person:${uuidOf('person', 1)}` },
    'one entity': { limit: 50, entityId: uuidOf('agent', 7) },
    'a rare action': { limit: 50, action: ['Published'] },
    'two actions': { limit: 50, action: ['Published', 'Edited'] },
    'two kinds of entities': { limit: 50, entityType: ['Configuration', 'Agent'] },
    'one person and action': { limit: 50, actor: `person:${uuidOf('person', 1)}`, action: ['Published'] },
    'a text': { limit: 50, text: 'change 1000' },
  };

  for (const [label, request] of Object.entries(requests))
    it(`answers a page of ${label} from an index, without sorting it`, async () => {
      const { edge, rows } = auditStatements('default', request, now);
      // A text is looked for in all rows down to the edge, which are as many at any size.
      for (const { sql, bindings } of request.text ? [edge] : [edge, rows]) {
        const nodes = await planOf(sql, bindings);
        expect(nodes, nodes.join(' > ')).not.to.include(`Seq Scan ${auditTable}`);
        expect(nodes.some((node) => node.startsWith('Bitmap'))).to.equal(false);
      }
      const times: number[] = [];
      for (let round = 0; round < 7; round++) {
        const startedMs = performance.now();
        await queries.listAuditEvents(request, now);
        times.push(performance.now() - startedMs);
      }
      times.sort((left, right) => left - right);
      figures.push(`${label}: median ${times[3]?.toFixed(1)} ms, worst ${times[6]?.toFixed(1)} ms`);
    });

  it('counts the values of its filters by leaping through the index', async () => {
    for (const column of ['actor', 'action', 'entity_type'] as const) {
      const { sql, bindings } = facetStatement(column, 'default');
      const nodes = await planOf(sql, bindings);
      expect(nodes).not.to.include(`Seq Scan ${auditTable}`);
    }
    const startedMs = performance.now();
    const facets = await queries.auditFacets();
    figures.push(`facets: ${(performance.now() - startedMs).toFixed(1)} ms`);
    expect(facets.actors.length).to.equal(7);
    expect(facets.actors.every(({ value }) => value.startsWith('person:'))).to.equal(true);
  });

  it('finds a rare text page by page, each row once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await queries.listAuditEvents({ limit: 5, text: 'change 1000', cursor }, now);
      seen.push(...page.items.map(({ position }) => position));
      cursor = page.next ?? undefined;
      pages++;
    } while (cursor !== undefined && pages < 1_000);
    const wanted = Array.from({ length: scale }, (_, index) => index)
      .filter((index) => index % 50 === 0 && `change ${index}`.includes('change 1000') && index % 1_000 === 0)
      .map((index) => String(index + 1))
      .reverse();
    expect(seen).to.deep.equal(wanted);
  });
});
