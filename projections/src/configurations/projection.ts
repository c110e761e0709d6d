import { streamPrefix } from '@ampora/catalogue';
import type { Projection, Row, Rows, Stamped } from '../engine/projection.ts';
import { configurationsVersion } from './configuration-row.ts';

const configuration = 'configuration';
const version = 'configuration_version';
const tag = 'configuration_tag';

function idOf(event: Stamped): string {
  return event.streamId.slice(streamPrefix.configuration.length);
}

function touch(event: Stamped, rows: Rows, change: (row: Row) => Record<string, unknown> = () => ({})): void {
  const row = rows.get(configuration, idOf(event));
  if (row) rows.put(configuration, { ...row, ...change(row), updated_at: event.atMs });
}

/** The published versions that the row remembers, with one added or taken away; the newest of them is shown. */
function nowPublished(row: Row, number: number, isPublished: boolean): Record<string, unknown> {
  const others = (row['published'] as readonly number[]).filter((one) => one !== number);
  const published = isPublished ? [...others, number].toSorted((left, right) => left - right) : others;
  return { published, published_version: published.at(-1) ?? null };
}

function changeVersion(event: Stamped, rows: Rows, number: number, change: Record<string, unknown>): void {
  const row = rows.get(version, idOf(event), number);
  if (row) rows.put(version, { ...row, ...change, updated_at: event.atMs, updated_by: event.metadata.actor });
}

/** Configurations and their versions, drafts included, as they are and as they were. */
export const configurationsProjection: Projection = {
  name: 'configurations',
  version: configurationsVersion,
  tables: [
    {
      name: configuration,
      kind: 'temporal',
      columns: {
        configuration_id: 'uuid',
        tenant: 'text',
        name: 'text',
        description: 'text',
        published_version: { type: 'integer', nullable: true },
        published: { type: 'jsonb', currentOnly: true },
        drafts: 'integer',
        versions: 'integer',
        created_at: 'timestamptz',
        created_by: 'text',
        updated_at: 'timestamptz',
      },
      primaryKey: ['configuration_id'],
      indexes: [{ name: 'name', on: 'tenant, name, configuration_id' }],
      historyIndexes: [{ name: 'moment', using: 'gist', on: 'int8range(from_position, to_position)' }],
    },
    {
      name: version,
      kind: 'temporal',
      columns: {
        configuration_id: 'uuid',
        version: 'integer',
        status: 'text',
        content_hash: 'text',
        config_hash: { type: 'text', nullable: true },
        size_bytes: 'integer',
        row_version: 'integer',
        based_on_version: { type: 'integer', nullable: true },
        notes: 'text',
        created_at: 'timestamptz',
        created_by: 'text',
        updated_at: 'timestamptz',
        updated_by: 'text',
        published_at: { type: 'timestamptz', nullable: true },
        published_by: { type: 'text', nullable: true },
        source: { type: 'text', nullable: true },
        semantic_hash: { type: 'text', nullable: true },
      },
      primaryKey: ['configuration_id', 'version'],
    },
    {
      name: tag,
      kind: 'temporal',
      columns: { configuration_id: 'uuid', tag: 'text', version: 'integer' },
      primaryKey: ['configuration_id', 'tag'],
    },
  ],

  keysOf(event) {
    const ofConfiguration = { table: configuration, key: [idOf(event)] };
    const { data } = event;
    if (!('version' in data) || data.version === undefined) return [ofConfiguration];
    const ofVersion = { table: version, key: [idOf(event), data.version] };
    if (!('tag' in data)) return [ofConfiguration, ofVersion];
    return [ofConfiguration, { table: tag, key: [idOf(event), data.tag] }];
  },

  on: {
    ConfigurationCreated(event, rows) {
      if (rows.get(configuration, idOf(event))) return;
      rows.put(configuration, {
        configuration_id: idOf(event),
        tenant: event.metadata.tenant,
        name: event.data.name,
        description: event.data.description,
        published_version: null,
        published: [],
        drafts: 0,
        versions: 0,
        created_at: event.atMs,
        created_by: event.metadata.actor,
        updated_at: event.atMs,
      });
    },

    ConfigurationDraftCreated(event, rows) {
      const { actor } = event.metadata;
      touch(event, rows, (row) => ({
        drafts: (row['drafts'] as number) + 1,
        versions: (row['versions'] as number) + 1,
      }));
      rows.put(version, {
        configuration_id: idOf(event),
        version: event.data.version,
        status: 'Draft',
        content_hash: event.data.contentHash,
        config_hash: null,
        size_bytes: event.data.sizeBytes,
        row_version: 1,
        based_on_version: event.data.basedOnVersion,
        notes: '',
        created_at: event.atMs,
        created_by: actor,
        updated_at: event.atMs,
        updated_by: actor,
        published_at: null,
        published_by: null,
        source: event.data.source ?? null,
        semantic_hash: null,
      });
    },

    ConfigurationDraftEdited(event, rows) {
      touch(event, rows);
      changeVersion(event, rows, event.data.version, {
        content_hash: event.data.contentHash,
        size_bytes: event.data.sizeBytes,
        row_version: event.data.rowVersion,
        ...(event.data.source === undefined ? {} : { source: event.data.source }),
      });
    },

    ConfigurationDraftDiscarded(event, rows) {
      if (!rows.get(version, idOf(event), event.data.version)) return;
      touch(event, rows, (row) => ({
        drafts: (row['drafts'] as number) - 1,
        versions: (row['versions'] as number) - 1,
      }));
      rows.remove(version, idOf(event), event.data.version);
    },

    ConfigurationVersionPublished(event, rows) {
      const { version: number, contentHash, configHash, notes, sizeBytes, semanticHash } = event.data;
      const draft = rows.get(version, idOf(event), number);
      touch(event, rows, (row) => ({
        drafts: (row['drafts'] as number) - (draft?.['status'] === 'Draft' ? 1 : 0),
        ...nowPublished(row, number, true),
      }));
      changeVersion(event, rows, number, {
        status: 'Published',
        content_hash: contentHash,
        config_hash: configHash,
        size_bytes: sizeBytes,
        notes,
        published_at: event.atMs,
        published_by: event.metadata.actor,
        semantic_hash: semanticHash ?? null,
      });
    },

    ConfigurationVersionArchived(event, rows) {
      touch(event, rows, (row) => nowPublished(row, event.data.version, false));
      changeVersion(event, rows, event.data.version, { status: 'Archived' });
    },

    ConfigurationVersionUnarchived(event, rows) {
      touch(event, rows, (row) => nowPublished(row, event.data.version, true));
      changeVersion(event, rows, event.data.version, { status: 'Published' });
    },

    ConfigurationVersionDeleted(event, rows) {
      if (!rows.get(version, idOf(event), event.data.version)) return;
      touch(event, rows, (row) => ({
        versions: (row['versions'] as number) - 1,
        ...nowPublished(row, event.data.version, false),
      }));
      rows.remove(version, idOf(event), event.data.version);
    },

    ConfigurationTagSet(event, rows) {
      touch(event, rows);
      const { tag: name, version: number } = event.data;
      rows.put(tag, { configuration_id: idOf(event), tag: name, version: number });
    },

    ConfigurationTagRemoved(event, rows) {
      touch(event, rows);
      rows.remove(tag, idOf(event), event.data.tag);
    },

    ConfigurationDeleted(event, rows) {
      rows.remove(configuration, idOf(event));
    },
  },

  spread: {
    /** Tags are taken off before. */
    ConfigurationDeleted: {
      table: version,
      column: 'configuration_id',
      valueOf: idOf,
      applyTo: (event, row, rows) => rows.remove(version, idOf(event), row['version'] as number),
    },
  },
};
