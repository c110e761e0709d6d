import { isDeepStrictEqual } from 'node:util';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Bench, openBench } from '../harness.spec.ts';
import { aHistory, bodies, uuidOf } from '../histories.spec.ts';
import {
  createQueries,
  type ExplainedEntity,
  explainedFields,
  type Moment,
  type Queries,
  UnknownEntity,
  UnknownField,
} from '../queries.ts';
import { agentFields, driftFields } from './agent-fields.ts';

const seed = Number(process.env['AMPORA_LAW_SEED'] ?? Date.now() % 1_000_000);

describe(`why a value is what it is (seed ${seed})`, function () {
  this.timeout(120_000);
  let bench: Bench;
  let queries: Queries;
  let head = 0n;
  let first = 0n;
  before(async () => {
    bench = await openBench();
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    bench.projector().start();
    await bench.append(bodies);
    await bench.append([
      ...[0, 1, 2].map((index) => ({
        stream: streamOf.agent(uuidOf('agent', index)),
        event: {
          type: 'AgentEnrolled' as const,
          data: {
            agentId: uuidOf('agent', index),
            instanceUid: uuidOf('uid', index),
            enrolment: 'open' as const,
            remoteAddress: '127.0.0.1',
          },
        },
      })),
      ...[0, 1].map((index) => ({
        stream: streamOf.configuration(uuidOf('configuration', index)),
        event: {
          type: 'ConfigurationCreated' as const,
          data: { configurationId: uuidOf('configuration', index), name: `c${index}`, description: '' },
        },
      })),
    ]);
    first = await bench.eventLog.head();
    const body = { contentHash: bodies[0]!.contentHash, sizeBytes: 10 };
    const stream = streamOf.configuration(uuidOf('configuration', 0));
    for (const event of [
      { type: 'ConfigurationDraftCreated', data: { version: 1, ...body, basedOnVersion: null } },
      { type: 'ConfigurationDraftEdited', data: { version: 1, ...body, sizeBytes: 11, rowVersion: 2 } },
      { type: 'ConfigurationDraftCreated', data: { version: 2, ...body, basedOnVersion: 1 } },
      {
        type: 'ConfigurationVersionPublished',
        data: { version: 1, ...body, configHash: body.contentHash, notes: 'first', rowVersion: 2 },
      },
      { type: 'ConfigurationDraftDiscarded', data: { version: 2 } },
      { type: 'ConfigurationVersionArchived', data: { version: 1 } },
    ] as AmporaEvent[])
      await bench.append([{ stream, event }]);
    for (const history of fc.sample(aHistory, { numRuns: 20, seed })) head = await bench.append(history);
    expect(await queries.waitFor(head, 30_000)).to.equal(true);
  });
  after(() => bench.close());

  const at = (position: bigint) => queries.resolveMoment(String(position));

  /** A thing's fields as its page shows them at a moment; undefined when it is not there. */
  async function shown(
    entity: ExplainedEntity,
    id: string,
    moment: Moment,
  ): Promise<Record<string, unknown> | undefined> {
    if (entity === 'agent' || entity === 'drift') {
      const agent = await queries.getAgent(id, moment);
      const fields = entity === 'agent' ? agentFields : driftFields;
      return (
        agent && Object.fromEntries(Object.entries(fields).map(([name, { read }]) => [name, read(agent)]))
      );
    }
    if (entity === 'assignment') {
      const { items } = await queries.listAssignments({ limit: 500 }, moment);
      const row = items.find(
        ({ target }) =>
          ('agentId' in target ? target.agentId : 'all' in target ? 'all' : target.groupId) === id,
      );
      const { configurationId, version } = row?.assigned ?? {};
      return row && { ...row, configurationId, version, assigned: { configurationId, version } };
    }
    const [configurationId = '', version] = id.split('@');
    const page = await queries.getConfiguration(configurationId, moment);
    if (entity === 'configuration') return page && { ...page };
    const row = page?.items.find((one) => String(one.version) === version);
    return row && { ...row, body: row.contentHash };
  }

  const entities: Record<ExplainedEntity, readonly string[]> = {
    agent: [0, 1, 2, 3].map((index) => uuidOf('agent', index)),
    drift: [0, 1].map((index) => uuidOf('agent', index)),
    configuration: [0, 1].map((index) => uuidOf('configuration', index)),
    version: ['1', '2'].map((version) => `${uuidOf('configuration', 0)}@${version}`),
    assignment: ['all', uuidOf('agent', 0), uuidOf('agent', 1)],
  };

  for (const [entity, ids] of Object.entries(entities) as [ExplainedEntity, readonly string[]][])
    it(`is told for every field of ${entity}: the event before it, it was otherwise; since then it has been so`, async () => {
      let explained = 0;
      for (const id of ids)
        for (const share of [0.02, 0.04, 0.3, 0.7, 1]) {
          const position = first + BigInt(Math.ceil(Number(head - first) * share));
          const moment = await at(position);
          const now = await shown(entity, id, moment);
          for (const field of explainedFields(entity)) {
            const found = await queries.explainField({ entity, id, field }, moment);
            const label = `${entity} ${id} ${field} at ${position}`;
            if (!found) {
              expect(now, label).to.equal(undefined);
              continue;
            }
            explained++;
            const since = BigInt(found.since.position);
            expect(since <= position, label).to.equal(true);
            expect(found.event.position, label).to.equal(since);
            expect(
              found.causes.nodes.map(({ event }) => event.id),
              label,
            ).to.include(found.event.id);
            expect(found.value ?? null, label).to.deep.equal(
              now?.[field] ?? (field === 'assignedToFleet' ? false : null),
            );
            const then = await shown(entity, id, await at(since));
            expect(found.value ?? null, `${label}: then`).to.deep.equal(
              then?.[field] ?? (field === 'assignedToFleet' ? false : null),
            );
            const before = await shown(entity, id, await at(since - 1n));
            expect(found.previous?.value ?? null, `${label}: before`).to.deep.equal(before?.[field] ?? null);
            if (before && now)
              expect(
                isDeepStrictEqual(before[field] ?? null, now?.[field] ?? null),
                `${label}: was already so`,
              ).to.equal(false);
          }
        }
      expect(explained).to.be.greaterThan(0);
    });

  it('tells since when all agents run a configuration, from when it is there, also when it comes back', async () => {
    const configurationId = uuidOf('configuration', 7);
    const stream = streamOf.configuration(configurationId);
    const created = {
      stream,
      event: { type: 'ConfigurationCreated', data: { configurationId, name: 'c7', description: '' } },
    } as const;
    const fleet = streamOf.fleetAssignment('default');
    const hash = bodies[0]!.contentHash;
    const last = await bench.append([
      {
        stream: fleet,
        event: {
          type: 'FleetConfigurationAssigned',
          data: { configurationId, version: 1, contentHash: hash, configHash: hash },
        },
      },
      created,
      { stream, event: { type: 'ConfigurationDeleted', data: { configurationId, name: 'c7' } } },
      created,
      { stream: fleet, event: { type: 'FleetConfigurationUnassigned', data: {} } },
    ]);
    expect(await queries.waitFor(last, 30_000)).to.equal(true);
    const [assigned, first, gone, again, unassigned] = [4n, 3n, 2n, 1n, 0n].map((back) => last - back);
    const told = async (position = 0n) => {
      const request = { entity: 'configuration', id: configurationId, field: 'assignedToFleet' } as const;
      const found = await queries.explainField(request, await at(position));
      const { value, since, previous } = found ?? {};
      return found && { value, since: BigInt(since!.position), before: previous?.value ?? null };
    };
    expect(await told(assigned)).to.equal(undefined);
    expect(await told(first)).to.deep.equal({ value: true, since: first, before: null });
    expect(await told(gone)).to.deep.equal({ value: false, since: gone, before: true });
    expect(await told(again)).to.deep.equal({ value: true, since: again, before: null });
    expect(await told(unassigned)).to.deep.equal({ value: false, since: unassigned, before: true });
  });

  it('refuses a field that there is not, with those that there are, and an id that is none', async () => {
    const moment = await at(head);
    const thrown = async (entity: ExplainedEntity, id: string, field: string) =>
      queries.explainField({ entity, id, field }, moment).then(
        () => undefined,
        (error: unknown) => error,
      );
    const unknown = await thrown('agent', uuidOf('agent', 0), 'colour');
    expect(unknown).to.be.instanceOf(UnknownField);
    expect((unknown as UnknownField).fields).to.include('driftState');
    expect(await thrown('agent', 'edge-1', 'driftState')).to.be.instanceOf(UnknownEntity);
    expect(await thrown('version', uuidOf('configuration', 0), 'status')).to.be.instanceOf(UnknownEntity);
    expect(await thrown('agent', uuidOf('agent', 99), 'driftState')).to.equal(undefined);
  });
});
