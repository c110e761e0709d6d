import { randomUUID } from 'node:crypto';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { EventLog } from '@ampora/application/ports';
import { type AmporaEvent, encodeEvent, streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import type { NewEvent, Position } from '@ampora/kernel';
import { silentLogger } from '@ampora/platform';
import { throwAwayPostgres, type ThrowAwayDatabase, type ThrowAwayPostgres } from '@ampora/testkit/postgres';
import createKnex, { type Knex } from 'knex';
import pg from 'pg';
import { migrateReadModels } from './engine/migrate-read-models.ts';
import type { Projection } from './engine/projection.ts';
import { createProjector, type Projector, type ProjectorOptions } from './engine/projector.ts';
import { readModels } from './read-models.ts';

export interface Fact {
  readonly stream: string;
  readonly event: AmporaEvent;
}

export interface Bench {
  readonly database: ThrowAwayDatabase;
  readonly eventLog: EventLog;
  readonly knex: Knex;
  readonly pool: pg.Pool;
  /** Appends in the given order and answers the last position. */
  append(facts: readonly Fact[]): Promise<Position>;
  projector(options?: Partial<ProjectorOptions>): Projector;
  /** Waits until these projections have applied everything up to `position`. */
  reached(position: Position, projections?: readonly Projection[], timeoutMs?: number): Promise<void>;
  /** Waits until a condition on the bookkeeping holds. */
  until(condition: string, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** On the server that the specs of this process share, or on one that a spec may stop. */
export async function openBench(postgres?: ThrowAwayPostgres): Promise<Bench> {
  const database = await (postgres ?? (await throwAwayPostgres())).createDatabase();
  const { connectionString } = database;
  await migratePostgresEventLog({ connectionString });
  const eventLog = createPostgresEventLog({ connectionString });
  const knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 0, max: 4 } });
  await migrateReadModels(knex);
  const pool = new pg.Pool({ connectionString, max: 16 });
  pool.on('error', () => undefined);
  const projectors: Projector[] = [];

  async function until(condition: string, timeoutMs = 20_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const holds = await pool.query<{ holds: boolean | null }>(`select (${condition}) as holds`).then(
        ({ rows }) => rows[0]?.holds === true,
        () => false,
      );
      if (holds) return;
      if (Date.now() > deadline) {
        const { rows } = await pool.query('select * from read.projections');
        throw new Error(`In vain: ${condition}\n${JSON.stringify(rows, null, 1)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  return {
    database,
    eventLog,
    knex,
    pool,
    async append(facts) {
      let position: Position = 0n;
      for (let start = 0; start < facts.length; start += 1_000) {
        const batch: { streamId: string; expectedRevision: 'any'; events: NewEvent[] }[] = [];
        for (const { stream, event } of facts.slice(start, start + 1_000)) {
          const last = batch.at(-1);
          if (last?.streamId === stream) last.events.push(toNewEvent(event));
          else batch.push({ streamId: stream, expectedRevision: 'any', events: [toNewEvent(event)] });
        }
        for (const result of await eventLog.append(batch)) {
          if (result.outcome !== 'appended') throw new Error(JSON.stringify(result));
          position = result.position;
        }
      }
      return position;
    },
    projector(options = {}) {
      const projector = createProjector({
        pool,
        connectionString,
        eventLog,
        projections: readModels,
        logger: silentLogger,
        controlIntervalMs: 50,
        ...options,
      });
      projectors.push(projector);
      return projector;
    },
    reached: (position, projections = readModels, timeoutMs = 30_000) =>
      until(
        `(select count(*) from read.projections where slot = 'live' and state = 'serving' and position >= ${position}
          and (name, version) in (${projections.map(({ name, version }) => `('${name}', ${version})`).join(', ')})) = ${projections.length}`,
        timeoutMs,
      ),
    until,
    async close() {
      await Promise.all(projectors.map((projector) => projector.close()));
      await eventLog.close();
      await knex.destroy();
      await pool.end();
      await database.drop();
    },
  };
}

export function toNewEvent(event: AmporaEvent, tenant = 'default'): NewEvent {
  return {
    id: randomUUID(),
    ...encodeEvent(event),
    metadata: { tenant, actor: 'spec', actorRole: 'System', correlationId: randomUUID() },
  };
}

/** A body in its own stream, as the application stores it. */
export function bodyFact(text: string): Fact & { readonly contentHash: string } {
  const contentHash = createHash('sha256').update(text).digest('hex');
  return {
    contentHash,
    stream: streamOf.content(contentHash),
    event: {
      type: 'ContentStored',
      data: {
        contentHash,
        sizeBytes: Buffer.byteLength(text),
        encoding: 'gzip',
        index: 0,
        count: 1,
        data: gzipSync(text).toString('base64'),
      },
    },
  };
}
