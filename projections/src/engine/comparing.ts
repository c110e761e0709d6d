import { setTimeout as sleep } from 'node:timers/promises';
import { type Position, START } from '@ampora/kernel';
import type { ClientBase } from 'pg';
import type { Applying } from './applying.ts';
import {
  type Bookmark,
  changeBookmark,
  type ProjectionKey,
  readBookmark,
  readBookmarks,
} from './bookkeeping.ts';
import { compareTable, describeTables } from './compare-tables.ts';
import { beginComparison, type Comparison } from './comparison.ts';
import { decodeEvents } from './decoded-event.ts';
import type { Following } from './following.ts';
import type { Member } from './member.ts';
import { readSchema, shadowSchema } from './projection.ts';
import { describeError, type ProjectorContext } from './projector-context.ts';
import { inTransaction, withClient } from './with-client.ts';

/** How long the followers are kept waiting for the other one to come as far, and how often that is tried. */
const patienceMs = 1_000;
const attempts = 5;

class NotComparable extends Error {
  override readonly name = 'NotComparable';
}

/** Compares what was built with what serves, both as they were at the same position, and notes what it found. */
export function createComparing(context: ProjectorContext, applying: Applying, following: Following) {
  const { pool, eventLog, logger, decode } = context;

  return async function compare(member: Member): Promise<void> {
    const { key } = member.writer;
    let comparison = beginComparison(Date.now());
    const note = (change: Partial<Comparison>) => {
      comparison = { ...comparison, ...change };
      return changeBookmark(pool, key, { comparison });
    };
    await changeBookmark(pool, key, { request: null, comparison });
    try {
      const old = await counterpartOf(key);
      await note({ with: { version: old.version, slot: 'live' } });
      const found = await atOnePosition(member, old, (client, position) =>
        compareAll(client, position, member, old),
      );
      await note({ ...found, state: 'done', finishedAt: new Date().toISOString() });
      logger.info('A projection was compared', {
        projection: member.writer.label,
        identical: found.identical,
      });
    } catch (error) {
      await note({
        state: 'failed',
        finishedAt: new Date().toISOString(),
        message: describeError(error),
      });
      if (!(error instanceof NotComparable)) throw error;
    }
  };

  /** A rebuild is compared with the tables that it is to replace, a version with the nearest other one. */
  async function counterpartOf({ name, version, slot }: ProjectionKey): Promise<Bookmark> {
    const others = (await readBookmarks(pool)).filter(
      (one) => one.name === name && one.slot === 'live' && one.state !== 'retired' && one.position > START,
    );
    const older = others.filter((one) => one.version < version).at(-1);
    const newer = others.find((one) => one.version > version);
    const old = slot === 'shadow' ? others.find((one) => one.version === version) : (older ?? newer);
    if (!old) throw new NotComparable(`There is nothing to compare ${name} v${version} with`);
    return old;
  }

  /**
   * Between two batches of our own the row of the other one is locked, so that its process commits nothing; what was
   * built is brought exactly to where the other stands. Then a snapshot is taken, and everybody goes on.
   */
  async function atOnePosition<Result>(
    member: Member,
    old: ProjectionKey,
    task: (client: ClientBase, position: Position) => Promise<Result>,
  ): Promise<Result> {
    return withClient(pool, async (client) => {
      try {
        let position: Position | undefined;
        for (let attempt = 0; attempt < attempts && position === undefined; attempt++)
          position = await following.quietly(() => takeSnapshot(client, member, old));
        if (position === undefined) {
          const standing = await readBookmark(pool, old);
          throw new NotComparable(
            `v${old.version} stands at position ${standing?.position} and does not go on, while ${member.writer.label} ` +
              `stands at ${member.writer.position}: they cannot be compared at one position`,
          );
        }
        return await task(client, position);
      } finally {
        await client.query('rollback').catch(() => undefined);
      }
    });
  }

  async function takeSnapshot(
    client: ClientBase,
    member: Member,
    old: ProjectionKey,
  ): Promise<Position | undefined> {
    const endMs = performance.now() + patienceMs;
    for (;;) {
      if (member.phase !== 'following')
        throw new NotComparable(
          `${member.writer.label} does not follow the log: compare it when it has caught up`,
        );
      const standing = await readBookmark(pool, old);
      if (!standing) throw new NotComparable(`v${old.version} is gone`);
      if (standing.position >= member.writer.position) break;
      if (performance.now() > endMs) return undefined;
      await sleep(20);
    }
    return inTransaction(pool, async (locking) => {
      await locking.query(`set local lock_timeout = '5s'`);
      const { rows } = await locking.query<{ position: string }>(
        `select position from read.projections where name = $1 and version = $2 and slot = $3 for update`,
        [old.name, old.version, old.slot],
      );
      const position = BigInt(rows[0]?.position ?? '-1');
      if (position < member.writer.position) return undefined;
      if (position > member.writer.position) await bringTo(member, position);
      if (position !== member.writer.position) return undefined;
      await client.query('begin isolation level repeatable read read only');
      await client.query('select 1 from read.projections limit 1');
      return position;
    });
  }

  async function bringTo(member: Member, position: Position): Promise<void> {
    const { handles, position: from } = member.writer;
    const pages = eventLog.readAll({ from, filter: { types: [...handles] }, pageSize: 500 });
    for await (const page of pages) {
      const events = decodeEvents(page, decode).filter((event) => event.position <= position);
      if (events.length > 0) await applying.applyTo(member, 'apply', events, position);
      if ((page.at(-1)?.position ?? position) >= position) break;
    }
    await applying.skipAll([member], position);
  }

  async function compareAll(
    client: ClientBase,
    position: Position,
    { writer }: Member,
    old: Bookmark,
  ): Promise<Partial<Comparison>> {
    const mine = await readBookmark(client, writer.key);
    const isShadow = writer.key.slot === 'shadow';
    const ours = await describeTables(client, isShadow ? shadowSchema : readSchema, mine?.tables ?? []);
    const theirs = await describeTables(client, readSchema, old.tables);
    // A swap meanwhile waits, instead of taking the tables away under the comparison.
    for (const { qualified } of [...theirs, ...ours])
      await client.query(`lock table ${qualified} in access share mode`);
    const pairs = theirs.flatMap((table) => {
      const twin = ours.find(({ name }) => name === table.name);
      return twin ? [[table, twin] as const] : [];
    });
    const tables = [];
    for (const [before, after] of pairs) tables.push(await compareTable(client, before, after));
    const isMissing = (from: typeof ours) => (table: (typeof ours)[number]) =>
      !from.some(({ name }) => name === table.name);
    return {
      position: String(position),
      identical: tables.every(({ identical }) => identical),
      tables,
      onlyOldTables: theirs.filter(isMissing(ours)).map(({ name }) => name),
      onlyNewTables: ours.filter(isMissing(theirs)).map(({ name }) => name),
    };
  }
}
