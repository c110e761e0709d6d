import { scavengeableTypes } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Bench, openBench } from '../harness.spec.ts';
import { aHistory, bodies } from '../histories.spec.ts';
import { createQueries } from '../queries.ts';
import { readModels } from '../read-models.ts';

describe('a log from which superseded reports were scavenged', function () {
  this.timeout(240_000);

  async function supersededIn(bench: Bench): Promise<readonly RecordedEvent[]> {
    const newest = new Map<string, RecordedEvent>();
    const superseded: RecordedEvent[] = [];
    for await (const page of bench.eventLog.readAll())
      for (const event of page) {
        if (!(scavengeableTypes as readonly string[]).includes(event.type)) continue;
        const report = `${event.type} ${event.streamId}`;
        const older = newest.get(report);
        if (older) superseded.push(older);
        newest.set(report, event);
      }
    return superseded;
  }

  /** What the read models say of the present, without since when. */
  async function presentOf(bench: Bench): Promise<unknown> {
    const queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    const now = await queries.resolveMoment();
    const agents = await queries.listAgents({ limit: 500 }, now);
    const audit = await queries.listAuditEvents({ limit: 500 }, now);
    return {
      agents: agents.items.map(({ statePosition: _at, stateSince: _since, ...agent }) => agent),
      configurations: (await queries.listConfigurations({ limit: 500 }, now)).items,
      assignments: (await queries.listAssignments({ limit: 500 }, now)).items,
      audit: audit.items.map(({ entityName: _name, ...entry }) => entry),
    };
  }

  it('is rebuilt to the same present and the same audit log; only the past of agents is coarser', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, async (history) => {
        const bench = await openBench();
        try {
          const head = await bench.append([...bodies, ...history]);
          const projector = bench.projector();
          projector.start();
          await bench.reached(head);
          const before = await presentOf(bench);
          const superseded = await supersededIn(bench);
          const leafHash = `${'q'.repeat(43)}=`;
          const wanted = superseded.map(({ position }) => ({ position, leafHash }));
          expect(await bench.eventLog.scavenge(wanted, 'spec')).to.equal(superseded.length);
          for (const { name, version } of readModels) await projector.request(name, version, 'rebuild');
          await bench.until(
            `not exists (select from read.projections where slot = 'shadow' or request is not null)`,
            60_000,
          );
          expect(await presentOf(bench)).to.deep.equal(before);
        } finally {
          await bench.close();
        }
      }),
      { numRuns: Number(process.env['AMPORA_LAW_RUNS'] ?? 12) / 3, endOnFailure: true },
    );
  });
});
