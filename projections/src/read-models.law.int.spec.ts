import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '@ampora/kernel';
import { streamPrefix } from '@ampora/catalogue';
import { expect } from 'chai';
import fc from 'fast-check';
import { assignmentsProjection } from './assignments/projection.ts';
import { configurationsProjection } from './configurations/projection.ts';
import { checksumOf } from './engine/checksum.ts';
import { createContentReader } from './engine/content-reader.ts';
import { decodeEvents } from './engine/decoded-event.ts';
import { historicColumns } from './engine/physical-table.ts';
import type { Projection, Row, Rows, Stamped } from './engine/projection.ts';
import { ProjectionWriter } from './engine/projection-writer.ts';
import { fleetProjection } from './fleet/projection.ts';
import { type Bench, openBench } from './harness.spec.ts';
import { aHistory, bodies } from './histories.spec.ts';
import { type AgentListRow, createQueries, type Moment, type Queries } from './queries.ts';
import { readModels } from './read-models.ts';

type Contents = Pick<ReturnType<typeof createContentReader>, 'peek'>;

/** The plainest fold there is: rows in maps, every event from the first, nothing batched, nothing stored. */
function foldPlainly(projection: Projection, events: readonly Stamped[], contents: Contents) {
  const tables = new Map(projection.tables.map((table) => [table.name, new Map<string, Row>()]));
  const appended: Row[] = [];
  for (const event of events) {
    const rows: Rows = {
      get: (table, ...key) => tables.get(table)?.get(key.join('|')),
      put(name, row) {
        const definition = projection.tables.find((table) => table.name === name)!;
        const key = definition.primaryKey.map((column) => String(row[column])).join('|');
        const old = tables.get(name)?.get(key);
        const same =
          old &&
          historicColumns(definition).every((column) =>
            isDeepStrictEqual(old[column] ?? null, row[column] ?? null),
          );
        tables.get(name)?.set(key, { ...row, from_position: same ? old['from_position'] : event.position });
      },
      remove: (table, ...key) => tables.get(table)?.delete(key.join('|')),
      append: (_table, row) => appended.push(row),
      content: (hash) => contents.peek(hash) ?? undefined,
    };
    (projection.on[event.type] as ((event: Stamped, rows: Rows) => void) | undefined)?.(event, rows);
    const spread = projection.spread?.[event.type];
    if (!spread) continue;
    const value = (spread.valueOf as (event: Stamped) => string)(event);
    for (const row of [...(tables.get(spread.table)?.values() ?? [])])
      if (row[spread.column] === value)
        (spread.applyTo as (event: Stamped, row: Row, rows: Rows) => void)(event, row, rows);
  }
  return { rowsOf: (table: string) => [...(tables.get(table)?.values() ?? [])], appended };
}

interface Should {
  readonly groupId: string | null;
  readonly hash: string | null;
}

/** Agent → its group and the hash of what it should run, thought out anew: from the rule, not from the projection. */
function wantedPlainly(events: readonly Stamped[]): ReadonlyMap<string, Should> {
  const own = new Map<string, string>();
  const watchedOnly = new Map<string, boolean>();
  const groups = new Map<string, { livingSince: bigint | null; autoApply: boolean; hash: string | null }>();
  const joined = new Map<string, { groupId: string; at: bigint }>();
  let fleet: string | null = null;
  for (const { type, data, streamId, position } of events) {
    const agent = streamId.slice(streamPrefix.agent.length);
    if (type === 'AgentEnrolled' && !watchedOnly.has(agent)) watchedOnly.set(agent, false);
    // What is said of an agent before it enrolled counts for nothing.
    if (type === 'AgentCapabilitiesReported' && watchedOnly.has(agent))
      watchedOnly.set(agent, (BigInt(data.capabilities) & 0x2n) === 0n);
    if (type === 'AgentConfigurationAssigned' && watchedOnly.has(data.agentId))
      own.set(data.agentId, data.configHash);
    if (type === 'AgentConfigurationUnassigned') own.delete(data.agentId);
    if (type === 'FleetConfigurationAssigned') fleet = data.configHash;
    if (type === 'FleetConfigurationUnassigned') fleet = null;

    if (type === 'AgentJoinedGroup' && watchedOnly.has(data.agentId))
      joined.set(data.agentId, { groupId: data.groupId, at: position });
    if (type === 'AgentLeftGroup' && joined.get(data.agentId)?.groupId === data.groupId)
      joined.delete(data.agentId);
    if (!type.startsWith('Group') || !('groupId' in data) || !data.groupId) continue;
    const group = groups.get(data.groupId) ?? { livingSince: null, autoApply: true, hash: null };
    groups.set(data.groupId, group);
    if (type === 'GroupCreated')
      Object.assign(group, { hash: null, livingSince: group.livingSince ?? position });
    if (type === 'GroupCreated' || type === 'GroupDetailsChanged') group.autoApply = data.autoApply;
    if (type === 'GroupConfigurationAssigned') group.hash = data.configHash;
    if (type === 'GroupConfigurationUnassigned') group.hash = null;
    if (type === 'GroupDeleted') group.livingSince = null;
    if (type === 'GroupRestored') group.livingSince ??= position;
  }
  return new Map(
    [...watchedOnly].map(([agent, isWatchedOnly]) => {
      const member = joined.get(agent);
      const group = member && groups.get(member.groupId);
      // Being in a group counts as long as it lives, and has lived since.
      const counts = group?.livingSince != null && member !== undefined && member.at > group.livingSince;
      const ofGroup = counts && group.autoApply ? group.hash : null;
      const hash = own.get(agent) ?? (isWatchedOnly ? null : (ofGroup ?? fleet));
      return [agent, { hash, groupId: counts ? member.groupId : null }];
    }),
  );
}

/** What was assigned and what configurations there were, the clock and the log itself, each against a fold from the start. */
async function holdAgainstFold(
  queries: Queries,
  moment: Moment,
  events: readonly Stamped[],
  contents: Contents,
): Promise<void> {
  const iso = (ms: unknown) => new Date(ms as number).toISOString();
  const assignments = foldPlainly(assignmentsProjection, events, contents).rowsOf('assignment');
  const assigned = await queries.listAssignments({ limit: 500 }, moment);
  expect(
    assigned.items.map(({ target, assigned: { configurationId, version }, configHash, position }) => ({
      target: 'all' in target ? 'all' : 'groupId' in target ? `group:${target.groupId}` : target.agentId,
      configurationId,
      version,
      configHash,
      position,
    })),
  ).to.deep.equal(
    assignments
      .toSorted((left, right) => Number(right['assigned_position']) - Number(left['assigned_position']))
      .map((row) => ({
        target: row['target'],
        configurationId: row['configuration_id'],
        version: row['version'],
        configHash: row['config_hash'],
        position: String(row['assigned_position']),
      })),
  );
  const folded = foldPlainly(configurationsProjection, events, contents);
  const listed = await queries.listConfigurations({ limit: 500 }, moment);
  expect(
    listed.items.map(({ id, name, publishedVersion, drafts, versions, updatedAt, assignedToFleet }) => ({
      ...{ id, name, publishedVersion, drafts, versions, updatedAt, assignedToFleet },
    })),
  ).to.deep.equal(
    folded
      .rowsOf('configuration')
      .toSorted((left, right) => (String(left['name']) < String(right['name']) ? -1 : 1))
      .map((row) => ({
        id: row['configuration_id'],
        name: row['name'],
        publishedVersion: row['published_version'],
        drafts: row['drafts'],
        versions: row['versions'],
        updatedAt: iso(row['updated_at']),
        assignedToFleet: assignments.some(
          ({ target, configuration_id }) => target === 'all' && configuration_id === row['configuration_id'],
        ),
      })),
  );
  for (const { id } of listed.items) {
    const page = await queries.getConfiguration(id, moment);
    expect(
      page?.items.map(({ version, status, rowVersion }) => ({ version, status, rowVersion })),
    ).to.deep.equal(
      folded
        .rowsOf('configuration_version')
        .filter((row) => row['configuration_id'] === id)
        .toSorted((left, right) => Number(right['version']) - Number(left['version']))
        .map((row) => ({ version: row['version'], status: row['status'], rowVersion: row['row_version'] })),
    );
  }
  const ticking = events.filter(({ type }) => type !== 'ContentStored');
  const { previous } = await queries.logMoment(moment);
  expect(previous?.position ?? null).to.equal(ticking.at(-2) ? String(ticking.at(-2)?.position) : null);
  const facets = await queries.eventFacets({}, {}, moment);
  expect(facets.total).to.equal(ticking.length);
}

/** Groups count whom the fleet shows in them; labels are found by what they are. */
async function holdMembers(queries: Queries, moment: Moment, agents: readonly AgentListRow[]): Promise<void> {
  for (const deleted of [false, true]) {
    const { items } = await queries.listGroups({ limit: 50, deleted }, moment);
    for (const { id, members, connected, inSync } of items) {
      const inIt = agents.filter(({ groupId }) => groupId === id);
      expect({ members, connected, inSync }).to.deep.equal({
        members: inIt.length,
        connected: inIt.filter((agent) => agent.connected).length,
        inSync: inIt.filter(({ driftState }) => driftState === 'in-sync').length,
      });
      if (deleted) expect(members).to.equal(0);
      const listed = await queries.listAgents({ limit: 50, filter: { groupId: id } }, moment);
      expect(new Set(listed.items.map((agent) => agent.id))).to.deep.equal(
        new Set(inIt.map((agent) => agent.id)),
      );
    }
  }
  const labelled = await queries.listAgents({ limit: 50, filter: { label: ['team:a'] } }, moment);
  expect(new Set(labelled.items.map(({ id }) => id))).to.deep.equal(
    new Set(agents.filter(({ labels }) => labels['team'] === 'a').map(({ id }) => id)),
  );
}

async function readLog(bench: Bench): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of bench.eventLog.readAll()) events.push(...page);
  return events;
}

function writerOf(bench: Bench, projection: Projection): ProjectionWriter {
  const contents = createContentReader(bench.eventLog);
  return new ProjectionWriter({ pool: bench.pool, projection, slot: 'live', contents, cacheLimit: 3 });
}

async function clear(bench: Bench): Promise<void> {
  await bench.pool.query('drop schema read cascade');
  await bench.pool.query('drop schema read_shadow cascade');
  await bench.pool.query('drop table ampora_projections_migrations, ampora_projections_migrations_lock');
  const { migrateReadModels } = await import('./engine/migrate-read-models.ts');
  await migrateReadModels(bench.knex);
}

const runs = Number(process.env['AMPORA_LAW_RUNS'] ?? 12);

describe('read models, whatever happened', function () {
  this.timeout(180_000);
  let bench: Bench;
  before(async () => {
    bench = await openBench();
    await bench.append(bodies);
  });
  after(() => bench.close());

  /** Applies the whole log in batches of `size`, each of them twice when asked, and gives all checksums. */
  async function applyAll(
    stored: readonly RecordedEvent[],
    size: number,
    { times = 1, how = 'apply' }: { times?: number; how?: 'apply' | 'load' } = {},
  ) {
    await clear(bench);
    const sums: unknown[] = [];
    for (const projection of readModels) {
      const writer = writerOf(bench, projection);
      await writer.open();
      const events = decodeEvents(stored);
      for (let start = 0; start < events.length; start += size) {
        const batch = events.slice(start, start + size);
        for (let time = 0; time < times; time++) await writer[how](batch, batch.at(-1)!.position);
      }
      await writer.commitLoad();
      sums.push(await checksumOf(bench.pool, projection));
    }
    // No projector is at work here: what was applied is what may be asked.
    const head = await bench.eventLog.head();
    await bench.pool.query(`update read.projections set state = 'serving', position = $1`, [String(head)]);
    return sums;
  }

  it('are the same live and built, in any batches, applied once or twice, and as of any position equal a plain fold up to it', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 1, max: 30 }), async (history, size) => {
        const first = await bench.eventLog.head();
        await bench.append(history);
        const stored = (await readLog(bench)).filter(({ position }) => position > first);
        const inOne = await applyAll(stored, 10_000);
        expect(await applyAll(stored, size, { times: 2 })).to.deep.equal(inOne);
        expect(await applyAll(stored, size, { times: 2, how: 'load' })).to.deep.equal(inOne);
        expect(await applyAll(stored, 1)).to.deep.equal(inOne);

        const contents = createContentReader(bench.eventLog);
        await contents.load(bodies.map(({ contentHash }) => contentHash));
        const queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
        const stamped = decodeEvents(stored).map(
          ({ event, recordedAtMs }) => ({ ...event, atMs: recordedAtMs }) as Stamped,
        );
        for (const [index, { position }] of stamped.entries()) {
          const folded = foldPlainly(fleetProjection, stamped.slice(0, index + 1), contents);
          const moment = await queries.resolveMoment(String(position));
          const listed = await queries.listAgents({ limit: 500, sort: 'displayName' }, moment);
          const wanted = folded.rowsOf('agent').map((row) => ({
            id: row['agent_id'],
            displayName: row['display_name'],
            connected: row['connected'],
            healthy: row['healthy'],
            flapping: row['flapping'],
            lastError: row['last_error'],
            driftState: row['drift_state'],
            assignedHash: row['assigned_hash'],
            groupId: row['group_id'],
            effectiveHash: row['effective_hash'],
            remoteConfigStatus: row['remote_config_status'],
            statePosition: String(row['from_position']),
          }));
          for (const sort of ['-agentVersion', 'hostName', 'enrolledAt', 'displayName'] as const) {
            const paged: string[] = [];
            let cursor: string | undefined;
            do {
              const page = await queries.listAgents({ limit: 2, sort, cursor }, moment);
              paged.push(...page.items.map(({ id }) => id));
              cursor = page.next ?? undefined;
            } while (cursor !== undefined);
            expect(paged.toSorted(), sort).to.deep.equal(listed.items.map(({ id }) => id).toSorted());
            const whole = await queries.listAgents({ limit: 500, sort, filter: { connected: true } }, moment);
            const connectedOnes = new Set(listed.items.filter((row) => row.connected).map(({ id }) => id));
            expect(
              whole.items.map(({ id }) => id),
              `connected by ${sort}`,
            ).to.deep.equal(paged.filter((id) => connectedOnes.has(id)));
          }
          const byId = (left: { id: unknown }, right: { id: unknown }) =>
            String(left.id) < String(right.id) ? -1 : 1;
          const got = listed.items.map((row) =>
            Object.fromEntries(
              Object.keys(wanted[0] ?? {}).map((key) => [key, row[key as keyof typeof row]]),
            ),
          );
          expect(got.toSorted(byId as never)).to.deep.equal(wanted.toSorted(byId));
          await holdAgainstFold(queries, moment, stamped.slice(0, index + 1), contents);
          const should = wantedPlainly(stamped.slice(0, index + 1));
          for (const { id, groupId, assignedHash, driftState } of listed.items) {
            expect({ groupId, hash: assignedHash }, id).to.deep.equal(should.get(id));
            expect(driftState === 'unassigned', id).to.equal(assignedHash === null);
          }
          const counts = (await queries.driftSummary(moment)).counts;
          expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).to.equal(wanted.length);
          await holdMembers(queries, moment, listed.items);
          const agent = wanted[index % Math.max(1, wanted.length)];
          if (!agent) continue;
          const page = await queries.getAgent(String(agent.id), moment);
          const row = folded.rowsOf('agent').find((one) => one['agent_id'] === agent.id);
          const { why } = row?.['memo'] as { why: Record<string, string> };
          expect(page?.driftState).to.equal(agent.driftState);
          for (const [field, setBy] of Object.entries(page?.why ?? {}))
            expect(setBy, field).to.equal(why[field]);
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });
});
