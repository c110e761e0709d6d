import type { ConfigurationRow, VersionRow } from '@ampora/api-contract';
import { allPages, collect, pageSize } from '../../output/all-pages.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printList } from '../../output/output-format.ts';
import { resolveConfiguration } from '../../output/resolve.ts';
import { timeText } from '../../output/time-text.ts';

interface VersionsOptions {
  readonly status?: string;
  readonly author?: string;
  readonly hash?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly at?: string;
  readonly output: OutputFormat;
}

export async function versions({ call, options }: ApiCall<VersionsOptions>, given: string): Promise<void> {
  const { status, author, hash, since, until, limit, at, output } = options;
  const { id, name } = await resolveConfiguration(call, given, at);
  const query = { status, author, hash, since, until, at, limit: Math.min(limit, pageSize) };
  const pages = allPages(
    (cursor) => call('listVersions', { params: { id }, query: { ...query, cursor } }),
    limit,
  );
  printVersions(name, await collect(pages), output);
}

interface DraftRow extends VersionRow {
  readonly name: string;
}

export async function drafts(
  { call, options }: ApiCall<{ output: OutputFormat }>,
  given: string | undefined,
): Promise<void> {
  const rows: DraftRow[] = [];
  const draftsOf = async ({ id, name }: Pick<ConfigurationRow, 'id' | 'name'>) => {
    const query = { status: 'Draft', limit: pageSize };
    const pages = allPages(
      (cursor) => call('listVersions', { params: { id }, query: { ...query, cursor } }),
      10_000,
    );
    for (const row of await collect(pages)) rows.push({ ...row, name });
  };
  if (given !== undefined) await draftsOf(await resolveConfiguration(call, given));
  else {
    const pages = allPages(
      (cursor) => call('listConfigurations', { query: { limit: pageSize, cursor } }),
      10_000,
    );
    for (const row of await collect(pages)) if (row.drafts > 0) await draftsOf(row);
  }
  printList<DraftRow>(rows, options.output, {
    columns: [
      { title: 'NAME', of: (row) => row.name },
      { title: 'VERSION', of: (row) => String(row.version), align: 'right' },
      { title: 'BASED ON', of: (row) => String(row.basedOnVersion ?? ''), align: 'right' },
      { title: 'UPDATED (UTC)', of: (row) => timeText(row.updatedAt) },
      { title: 'BY', of: (row) => row.updatedBy },
      { title: 'FROM', of: (row) => row.source ?? '' },
    ],
    nameOf: (row) => `${row.name}@${row.version}`,
    none: 'There is no draft.',
  });
}

export function printVersions(name: string, rows: readonly VersionRow[], output: OutputFormat): void {
  printList<VersionRow>(rows, output, {
    columns: [
      { title: 'VERSION', of: (row) => String(row.version), align: 'right' },
      { title: 'STATUS', of: (row) => row.status },
      { title: 'TAGS', of: (row) => row.tags.join(', ') },
      { title: 'AGENTS', of: (row) => String(row.agents), align: 'right' },
      { title: 'UPDATED (UTC)', of: (row) => timeText(row.updatedAt) },
      { title: 'BY', of: (row) => row.updatedBy },
      { title: 'FROM', of: (row) => row.source ?? '' },
      { title: 'HASH', of: (row) => (row.configHash ?? row.contentHash).slice(0, 12) },
      { title: 'NOTES', of: (row) => row.notes },
    ],
    nameOf: (row) => `${name}@${row.version}`,
    none: `${name} has no such version.`,
  });
}
