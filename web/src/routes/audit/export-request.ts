import type { AuditQuery } from './audit-query.ts';

export const exportFormats = ['jsonl', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What an export is asked to hold. */
export interface ExportRequest {
  readonly format: ExportFormat;
  readonly proofs: boolean;
  readonly filter: AuditQuery;
}

/** The filters that an export knows, by their names in the API. It takes one entity type at most. */
function parametersOf(filter: AuditQuery): Record<string, string> {
  const parameters: Record<string, string> = {};
  const [entityType] = filter.entityType;
  if (entityType !== undefined && filter.entityType.length === 1) parameters['entityType'] = entityType;
  if (filter.entityId !== '') parameters['entityId'] = filter.entityId;
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
  if (filter.entityType.length > 1) ignored.push('more than one entity type');
  if (filter.text !== '') ignored.push('text');
  return ignored;
}

/** Where the download is. */
export function downloadPath(request: ExportRequest): string {
  const search = new URLSearchParams({ format: request.format, ...parametersOf(request.filter) });
  if (request.proofs) search.set('proofs', 'true');
  return `/api/audit/export?${search.toString()}`;
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
    ...(request.proofs ? ['--proofs'] : []),
    `--output ${fileName}`,
  ].join(' ');
}
