import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi, createHandlers, LiveBus } from '@ampora/api';
import {
  createAuditRetention,
  createPersonCommands,
  ensureTenant,
  finishForgetting,
} from '@ampora/application';
import type { EventLog, People } from '@ampora/application/ports';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { createMetrics, createReadiness, silentLogger } from '@ampora/platform';
import {
  connectionsToBuild,
  createProjector,
  migrateReadModels,
  type Projector,
  readModels,
} from '@ampora/projections';
import { createQueries } from '@ampora/projections/queries';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import pg from 'pg';
import { createFirstAdminLinks } from './first-admin-links.ts';
import { migrateVault } from './migrate-vault.ts';
import { addPerson, createPeople } from './people.ts';
import { open, seal } from './seal.ts';
import { createSessions } from './sessions.ts';

const canaryName = 'Quetzal Canary-4711';
/** All of 127/8 is this machine: an address that stands nowhere by chance. */
const canaryAddress = '127.77.3.9';

interface Answer {
  readonly position?: string;
  readonly code?: string;
  readonly items?: readonly Readonly<Record<string, unknown>>[];
  readonly actors?: readonly Readonly<Record<string, unknown>>[];
}

describe('a person in the log', function () {
  this.timeout(60_000);
  let database: ThrowAwayDatabase;
  let pool: pg.Pool;
  let knex: Knex;
  let log: EventLog;
  let projector: Projector;
  let bus: LiveBus;
  let people: People;
  let port = 0;
  let close: () => void = () => undefined;

  before(async () => {
    database = await (await throwAwayPostgres()).createDatabase();
    const { connectionString } = database;
    await migratePostgresEventLog({ connectionString });
    log = createPostgresEventLog({ connectionString });
    knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 0, max: 4 } });
    await migrateReadModels(knex);
    pool = new pg.Pool({ connectionString, max: connectionsToBuild(readModels.length) });
    pool.on('error', () => undefined);
    await migrateVault(pool);
    people = createPeople(pool);
    const queries = createQueries({ knex, eventLog: log });
    projector = createProjector({
      pool,
      connectionString,
      eventLog: log,
      projections: readModels,
      logger: silentLogger,
    });
    projector.onProgress(() => queries.nudge());
    projector.start();
    await ensureTenant(log, 'default', 'Default');
    bus = new LiveBus(log);
    await bus.start();
    const retention = createAuditRetention({
      log,
      policy: { hotDays: 90, archiveDays: 2_555 },
      sweepIntervalMinutes: 60,
      countAged: (last, bounds) => queries.countAgedRows(last, bounds),
    });
    const app = createApi({
      handlers: createHandlers({
        log,
        queries,
        projections: projector,
        people,
        retention,
        proofs: undefined as never,
        maxBodyBytes: 1_048_576,
      }),
      log,
      source: undefined as never,
      waitFor: (position) => queries.waitFor(position, 10_000),
      sessions: createSessions(pool),
      links: createFirstAdminLinks(pool),
      bus,
      readiness: createReadiness(),
      metrics: createMetrics({ processMetrics: false }),
      logger: silentLogger,
      version: '0.0.0',
      maxBodyBytes: 1_048_576,
      localOnly: true,
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  after(async () => {
    close();
    await bus.stop();
    await projector.close();
    await log.close();
    await knex.destroy();
    await pool.end();
    await database.drop();
  });

  async function ask(
    method: string,
    path: string,
    options: { cookie?: string; body?: unknown } = {},
  ): Promise<{ status: number; headers: Record<string, unknown>; body: Answer }> {
    const { cookie, body } = options;
    const asked = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      localAddress: canaryAddress,
      headers: {
        ...(cookie ? { cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(asked, 'response');
    let text = '';
    for await (const part of response) text += String(part);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: text.startsWith('{') ? JSON.parse(text) : {},
    };
  }

  /** Every row of every table of a schema, as text. */
  async function everythingIn(schemas: readonly string[]): Promise<string> {
    const tables = await pool.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema = any($1)`,
      [schemas],
    );
    expect(tables.rows.length).to.be.greaterThan(0);
    let text = '';
    for (const { name } of tables.rows) {
      const { rows } = await pool.query<{ all: string | null }>(
        `select string_agg(t::text, E'\\n') as all from ${name} t`,
      );
      text += rows[0]?.all ?? '';
    }
    return text;
  }

  function expectNoCanary(text: string): void {
    for (const canary of [canaryName, 'Quetzal', canaryAddress])
      for (const form of [
        canary,
        Buffer.from(canary).toString('hex'),
        Buffer.from(canary).toString('base64').replace(/=+$/, ''),
      ])
        expect(text.includes(form), form).to.equal(false);
  }

  const allSchemas = ['log', 'read', 'read_shadow', 'vault', 'public'];

  it('is a pseudonym whose name and addresses only the vault opens, and nobody once forgotten', async () => {
    const token = await createFirstAdminLinks(pool).issue();
    const welcome = await ask('GET', `/welcome?token=${token!}`);
    const cookie = String((welcome.headers['set-cookie'] as string[])[0]).split(';')[0]!;
    const [person] = await people.list();
    const id = person!.id;
    await ask('POST', `/api/people/${id}/name`, { cookie, body: { name: canaryName } });
    const created = await ask('POST', '/api/configurations', { cookie, body: { name: 'gateway' } });
    expect(created.status).to.equal(201);

    const audit = `/api/audit/events?after=${created.body.position}&entityType=Configuration`;
    const before = await ask('GET', audit, { cookie });
    expect(before.body.items?.[0]).to.include({
      action: 'Created',
      actor: `person:${id}`,
      actorName: canaryName,
      sourceIp: canaryAddress,
    });
    await ask('GET', '/api/audit/events?includeArchive=true&text=Quetzal', { cookie });
    expectNoCanary(await everythingIn(allSchemas));
    const facets = await ask('GET', '/api/audit/facets', { cookie });
    expect(facets.body.actors).to.deep.include({ value: `person:${id}`, name: canaryName, count: 3 });
    const stored = await pool.query(
      "select md5(string_agg(e::text, '' order by position)) as sum, max(position) as last from log.events e",
    );

    const forgotten = await ask('POST', `/api/people/${id}/forget`, { cookie });
    expect(forgotten.status).to.equal(200);
    expect((await ask('GET', '/api/people')).body.items?.[0]).to.include({ name: null });

    const after = await ask('GET', audit);
    expect(after.body.items?.[0]).to.include({ actor: `person:${id}`, actorName: null, sourceIp: null });
    expectNoCanary(await everythingIn(allSchemas));
    const still = await pool.query(
      "select md5(string_agg(e::text, '' order by position)) as sum from log.events e where position <= $1",
      [stored.rows[0].last],
    );
    expect(still.rows[0].sum, 'what is stored has not changed, so what was proven of it holds').to.equal(
      stored.rows[0].sum,
    );
    const { rows } = await pool.query('select key, name_sealed from vault.people');
    expect(rows).to.deep.equal([{ key: null, name_sealed: null }]);
    expect(await createSessions(pool).read(cookie.split('=')[1]!)).to.equal(undefined);
    const again = await ask('POST', `/api/people/${id}/forget`);
    expect(again.status, 'forgetting again is no error').to.equal(200);
    const named = await ask('POST', `/api/people/${id}/name`, { body: { name: canaryName } });
    expect([named.status, named.body.code]).to.deep.equal([409, 'person/forgotten']);
  });

  it('is forgotten in the end when the process died between the fact and the act', async () => {
    const id = await addPerson(pool, 'spec', canaryName);
    const dying = { ...people, destroy: () => Promise.reject(new Error('killed')) };
    const context = {
      commandId: '0195d0a0-0000-7000-8000-0000000000f1',
      metadata: {
        tenant: 'default',
        actor: 'loopback',
        actorRole: 'Admin' as const,
        correlationId: '0195d0a0-0000-7000-8000-0000000000f2',
      },
    };
    const dead = await createPersonCommands({ log, people: dying })
      .forget(id, context)
      .catch((error: Error) => error.message);
    expect(dead).to.equal('killed');
    expect((await people.find(id))!.name).to.equal(canaryName);
    await finishForgetting(log, people);
    expect(await people.find(id)).to.include({ name: null });
    await finishForgetting(log, people);
  });

  it('is not opened by another key, nor when a byte was changed', () => {
    const key = Buffer.alloc(32, 1);
    const sealed = seal(key, canaryName);
    expect(open(key, sealed)).to.equal(canaryName);
    expect(open(Buffer.alloc(32, 2), sealed)).to.equal(null);
    expect(
      open(
        key,
        sealed.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
      ),
    ).to.equal(null);
    expect(open(key, 'enc:')).to.equal(null);
    expect(open(key, canaryName)).to.equal(null);
    expect(seal(key, canaryName)).not.to.equal(sealed);
  });
});
