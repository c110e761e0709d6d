import { createHash } from 'node:crypto';
import { columnOf } from './physical-table.ts';
import { handledTypes, type Projection } from './projection.ts';

/** Name to version to fingerprint, as kept in versions.lock.json. */
export type VersionsLock = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Hash of a projection's shape: its tables and the events it handles. A new shape needs a new version. */
export function fingerprintOf(projection: Projection): string {
  const tables = projection.tables.map((table) => ({
    name: table.name,
    kind: table.kind,
    columns: Object.entries(table.columns).map(([name, column]) => {
      const { type, nullable = false, currentOnly = false } = columnOf(column);
      return [name, type, nullable, currentOnly];
    }),
    primaryKey: table.primaryKey,
    indexes: [...(table.indexes ?? []), ...(table.historyIndexes ?? [])].map((index) => [
      index.name,
      index.using ?? 'btree',
      index.on,
      index.where ?? '',
    ]),
  }));
  const { ageing } = projection;
  const shape = JSON.stringify({ tables, handles: handledTypes(projection), ageing });
  return createHash('sha256').update(shape).digest('hex');
}

/** What is wrong with the lock, with advice; empty when every projection stands in it as it is. */
export function checkVersionsLock(projections: readonly Projection[], lock: VersionsLock): readonly string[] {
  return projections.flatMap((projection) => {
    const { name, version } = projection;
    const locked = lock[name]?.[String(version)];
    if (locked === fingerprintOf(projection)) return [];
    if (locked === undefined)
      return [
        `${name} v${version} is not in versions.lock.json: run \`node projections/src/write-versions-lock.ts\``,
      ];
    return [
      `${name} v${version} changed its tables or its events without a new version: readers of v${version} would meet ` +
        `another shape. Set version ${version + 1} in its projection.ts, then run \`node projections/src/write-versions-lock.ts\``,
    ];
  });
}
