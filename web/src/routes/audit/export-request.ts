import { exportEntityTypes } from '@ampora/api-contract';
import type { AuditQuery } from './audit-query.ts';

export const exportFormats = ['jsonl', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What an export is asked to hold. */
export interface ExportRequest {
  readonly format: ExportFormat;
  readonly proofs: boolean;
  readonly filter: AuditQuery;
  /** The root that a file and its proofs beside it end at; null: the newest, sealed when it is asked for. */
  readonly treeSize: number | null;
}

function entityTypeOf({ entityType: [first, ...others] }: AuditQuery): string | null {
  const known: readonly string[] = exportEntityTypes;
  return first !== undefined && others.length === 0 && known.includes(first) ? first : null;
}

/** The filters that an export knows, by their names in the API. It takes one entity type at most. */
function parametersOf(filter: AuditQuery): Record<string, string> {
  const parameters: Record<string, string> = {};
  const entityType = entityTypeOf(filter);
  if (entityType !== null) parameters['entityType'] = entityType;
  if (entityType !== null && filter.entityId !== '') parameters['entityId'] = filter.entityId;
  if (filter.actor !== '') parameters['actor'] = filter.actor;
  if (filter.since !== '') parameters['since'] = filter.since;
  if (filter.until !== '') parameters['until'] = filter.until;
  return parameters;
}

/** The filters that an export keeps. */
export function keptBy(filter: AuditQuery): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(parametersOf(filter)).map(([name, value]) => ({
    name: kebab(name).replaceAll('-', ' '),
    value,
  }));
}

/** Filters of the page that an export cannot be narrowed by: it then holds more than the page shows. */
export function ignoredBy(filter: AuditQuery): readonly string[] {
  const ignored: string[] = [];
  if (filter.action.length > 0) ignored.push('action');
  if (filter.entityType.length > 0 && entityTypeOf(filter) === null)
    ignored.push(
      filter.entityType.length > 1 ? 'more than one entity type' : `the entity ${filter.entityType[0]}`,
    );
  if (filter.entityId !== '' && entityTypeOf(filter) === null) ignored.push('an id without its entity type');
  if (filter.text !== '') ignored.push('text');
  return ignored;
}

/** Where the file is. */
export function downloadPath(request: ExportRequest): string {
  const search = searchOf(request, request.format);
  if (request.format === 'jsonl' && !request.proofs) search.set('proofs', 'false');
  return `/api/audit/export?${search.toString()}`;
}

/** Where the proofs are that stand beside a file which has no room for them; null when it has, or none are asked for. */
export function proofsPath(request: ExportRequest): string | null {
  if (request.format === 'jsonl' || !request.proofs) return null;
  return `/api/audit/export?${searchOf(request, 'proofs').toString()}`;
}

function searchOf({ filter, treeSize }: ExportRequest, format: string): URLSearchParams {
  const search = new URLSearchParams({ format, ...parametersOf(filter) });
  if (treeSize !== null) search.set('treeSize', String(treeSize));
  return search;
}

/** As a shell takes it: quoted only where it has to be. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same export from a terminal. */
export function exportCommand(request: ExportRequest, fileName: string): string {
  const options = Object.entries(parametersOf(request.filter)).flatMap(([name, value]) => [
    `--${kebab(name)}`,
    quoted(value),
  ]);
  return [
    'ampora events export',
    `--format ${request.format}`,
    ...(options.length > 0 ? [options.join(' ')] : []),
    ...(request.proofs ? [] : ['--no-proofs']),
    `--output ${fileName}`,
  ].join(' ');
}
