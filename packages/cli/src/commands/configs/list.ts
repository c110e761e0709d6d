import type { ConfigurationRow } from '@ampora/api-contract';
import { allPages, collect, pageSize } from '../../output/all-pages.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument, printList } from '../../output/output-format.ts';
import { timeText } from '../../output/time-text.ts';
import { resolveNamed } from './named-version.ts';
import { printVersions } from './versions.ts';

interface ReadOptions {
  readonly at?: string;
  readonly output: OutputFormat;
}

export async function list({
  call,
  options,
}: ApiCall<ReadOptions & { search?: string; limit: number }>): Promise<void> {
  const { at, search, limit, output } = options;
  const query = { at, search, limit: Math.min(limit, pageSize) };
  const pages = allPages((cursor) => call('listConfigurations', { query: { ...query, cursor } }), limit);
  printList<ConfigurationRow>(await collect(pages), output, {
    columns: [
      { title: 'NAME', of: (row) => row.name },
      { title: 'PUBLISHED', of: (row) => String(row.publishedVersion ?? ''), align: 'right' },
      { title: 'DRAFTS', of: (row) => String(row.drafts), align: 'right' },
      { title: 'AGENTS', of: (row) => String(row.agents), align: 'right' },
      { title: 'ALL AGENTS', of: (row) => (row.assignedToFleet ? 'yes' : '') },
      { title: 'UPDATED (UTC)', of: (row) => timeText(row.updatedAt) },
      { title: 'ID', of: (row) => row.id },
    ],
    nameOf: (row) => row.name,
    none: 'There is no configuration yet. Make one with ampora configs apply -f FILE.',
  });
}

export async function show({ call, options }: ApiCall<ReadOptions>, given: string): Promise<void> {
  const { at, output } = options;
  const { configuration, row } = await resolveNamed(call, given, at);
  if (row === undefined) {
    if (output === 'json' || output === 'yaml') return printDocument(configuration, output);
    return printVersions(configuration.name, configuration.items, output);
  }
  const params = { id: configuration.id, version: row.version };
  const detail = await call('getVersion', { params, query: at === undefined ? {} : { at } });
  if (output === 'table') process.stdout.write(detail.body.endsWith('\n') ? detail.body : `${detail.body}\n`);
  else if (output === 'name') console.log(`${configuration.name}@${row.version}`);
  else printDocument(detail, output);
}
