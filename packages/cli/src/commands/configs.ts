import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type {
  AssignmentTarget,
  Client,
  ConfigurationDetail,
  ConfigurationRow,
  VersionRow,
} from '@ampora/api-contract';
import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { allPages, collect, pageSize } from '../output/all-pages.ts';
import { apiAction, type ApiCall, toCount } from '../output/api-command.ts';
import { outputOption, type OutputFormat, printDocument, printList } from '../output/output-format.ts';
import {
  findConfiguration,
  parseConfigurationName,
  resolveAgentId,
  resolveConfiguration,
} from '../output/resolve.ts';
import { timeText } from '../output/time-text.ts';

interface ReadOptions {
  readonly at?: string;
  readonly output: OutputFormat;
}

export function register(program: Command): void {
  const configs = program.command('configs').description('Configurations: draft, publish, compare, assign');
  const named = ['<name>', 'name or id; name@3 for a version'] as const;
  const at = ['--at <moment>', 'as it was: an RFC 3339 time or a log position'] as const;

  configs
    .command('list')
    .description('All configurations')
    .option('--search <text>', 'part of the name')
    .option('--limit <count>', 'rows at the most', toCount, 1_000)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(list));

  configs
    .command('show')
    .description('The versions of a configuration, or the text of one version')
    .argument(...named)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(show));

  configs
    .command('create')
    .description('Create a configuration, with a first draft if a file is given')
    .argument('<name>', 'its name')
    .option('-f, --file <file>', 'YAML of the first draft; - reads standard input')
    .option('--description <text>', 'what it is for')
    .addOption(outputOption())
    .action(apiAction(create));

  configs
    .command('apply')
    .description(
      'Bring a configuration to what a file says: creates it, saves a draft, or finds nothing to do',
    )
    .requiredOption('-f, --file <file>', 'YAML; - reads standard input')
    .option('--name <name>', "the configuration (default: the file's name without its ending)")
    .option('--publish', 'publish the version')
    .option('--notes <text>', 'what changed, for --publish')
    .option('--assign <target>', 'assign the published version: all, or an agent')
    .addOption(outputOption())
    .action(apiAction(apply));

  configs
    .command('diff')
    .description('Compare two versions, or the newest version with a file; exit code 2 when they differ')
    .argument(...named)
    .argument('[to]', 'another version: name@4, or a number')
    .option('-f, --file <file>', 'compare with this file; - reads standard input')
    .option(...at)
    .action(apiAction(diff));

  configs
    .command('publish')
    .description('Publish a draft: the newest, or name@3')
    .argument(...named)
    .option('--notes <text>', 'what changed', '')
    .addOption(outputOption())
    .action(apiAction(publish));

  configs
    .command('assign')
    .description('Assign a published version, the newest or name@3, to an agent or to all')
    .argument(...named)
    .argument('<target>', 'all, or an agent by id, instance uid or exact name')
    .action(apiAction(assign));

  configs
    .command('unassign')
    .description('Take an assignment back')
    .argument('<target>', 'all, or an agent by id, instance uid or exact name')
    .action(apiAction(unassign));
}

async function list({
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

async function show({ call, options }: ApiCall<ReadOptions>, given: string): Promise<void> {
  const { at, output } = options;
  const { name, version } = parseConfigurationName(given);
  const found = await resolveConfiguration(call, name, at);
  if (version !== undefined) {
    const query = at === undefined ? {} : { at };
    const detail = await call('getVersion', { params: { id: found.id, version }, query });
    if (output === 'table') process.stdout.write(withNewline(detail.body));
    else if (output === 'name') console.log(`${found.name}@${version}`);
    else printDocument(detail, output);
    return;
  }
  if (output === 'json' || output === 'yaml') return printDocument(found, output);
  printList<VersionRow>(found.items, output, {
    columns: [
      { title: 'VERSION', of: (row) => String(row.version), align: 'right' },
      { title: 'STATUS', of: (row) => row.status },
      { title: 'AGENTS', of: (row) => String(row.agents), align: 'right' },
      { title: 'UPDATED (UTC)', of: (row) => timeText(row.updatedAt) },
      { title: 'BY', of: (row) => row.updatedBy },
      { title: 'HASH', of: (row) => (row.configHash ?? row.contentHash).slice(0, 12) },
      { title: 'NOTES', of: (row) => row.notes },
    ],
    nameOf: (row) => `${found.name}@${row.version}`,
    none: `${found.name} has no version yet.`,
  });
}

interface CreateOptions {
  readonly file?: string;
  readonly description?: string;
  readonly output: OutputFormat;
}

async function create({ call, options }: ApiCall<CreateOptions>, name: string): Promise<void> {
  const { file, description = '', output } = options;
  const body = file === undefined ? {} : { body: await readText(file) };
  const created = await call('createConfiguration', { body: { name, description, ...body } });
  await untilVisible(call, created.id, created.position);
  const version = created.version === null ? '' : ` with draft ${created.version}`;
  say(output, { name, ...created }, `${name} created${version}.`);
}

interface ApplyOptions {
  readonly file: string;
  readonly name?: string;
  readonly publish?: boolean;
  readonly notes?: string;
  readonly assign?: string;
  readonly output: OutputFormat;
}

async function apply({ call, options }: ApiCall<ApplyOptions>): Promise<void> {
  if (options.assign !== undefined && options.publish !== true)
    throw new CommandFailure('Only what is published can be assigned: add --publish.', exitCodes.usage);
  const name = options.name ?? nameOfFile(options.file);
  const body = await readText(options.file);
  // Before anything is written: a target that is not there leaves nothing half done.
  const target = options.assign === undefined ? undefined : await toTarget(call, options.assign);
  const { configurationId, version, done } = await saveVersion(call, name, body);
  const steps: string[] = [done];
  if (options.publish === true) {
    const { status, rowVersion } = await call('getVersion', { params: { id: configurationId, version } });
    if (status === 'Draft') {
      const params = { id: configurationId, version };
      const notes = options.notes ?? '';
      const { position } = await call('publishVersion', { params, body: { notes }, ifMatch: rowVersion });
      await untilVisible(call, configurationId, position);
      steps.push('published');
    }
  }
  if (target !== undefined) {
    const { position } = await call('assign', { body: { configurationId, version, target } });
    await untilVisible(call, configurationId, position);
    steps.push(`assigned to ${options.assign}`);
  }
  say(
    options.output,
    { name, configurationId, version, done: steps },
    `${name}@${version} ${steps.join(', ')}.`,
  );
}

interface Saved {
  readonly configurationId: string;
  readonly version: number;
  readonly done: 'created' | 'saved' | 'unchanged';
}

/** The newest version holds the text: found so, saved into its draft, or begun as a new draft. */
async function saveVersion(call: Client, name: string, body: string): Promise<Saved> {
  const found = await findConfiguration(call, name);
  if (found === undefined) {
    const created = await call('createConfiguration', { body: { name, description: '', body } });
    await untilVisible(call, created.id, created.position);
    return { configurationId: created.id, version: created.version ?? 1, done: 'created' };
  }
  const newest = newestOf(found);
  const configurationId = found.id;
  if (newest !== undefined && newest.status !== 'Archived') {
    const { version } = newest;
    const params = { id: configurationId, version };
    if ((await call('getVersion', { params })).body === body)
      return { configurationId, version, done: 'unchanged' };
    if (newest.status === 'Draft') {
      const { position } = await call('editVersion', { params, body: { body }, ifMatch: newest.rowVersion });
      await untilVisible(call, configurationId, position);
      return { configurationId, version, done: 'saved' };
    }
  }
  const basedOn = newest === undefined ? {} : { basedOnVersion: newest.version };
  const draft = await call('createVersion', { params: { id: configurationId }, body: { body, ...basedOn } });
  await untilVisible(call, configurationId, draft.position);
  return { configurationId, version: draft.version, done: 'created' };
}

/** The next command of a script must see what this one wrote. */
async function untilVisible(call: Client, id: string, position: string): Promise<void> {
  await call('getConfiguration', { params: { id }, query: { after: position } });
}

async function diff(
  { call, options }: ApiCall<{ file?: string; at?: string }>,
  given: string,
  to: string | undefined,
): Promise<void> {
  if ((to === undefined) === (options.file === undefined))
    throw new CommandFailure(
      'Give another version or a file: configs diff NAME@1 2, or -f FILE.',
      exitCodes.usage,
    );
  const left = await textOf(call, given, options.at);
  const right =
    options.file === undefined
      ? await textOf(
          call,
          /^\d+$/.test(to ?? '') ? `${parseConfigurationName(given).name}@${to}` : (to ?? ''),
          options.at,
        )
      : { label: options.file, text: await readText(options.file) };
  const { diffLines } = await import('@ampora/collector-config');
  const { hunks } = diffLines(left.text, right.text);
  if (hunks.length === 0) return;
  const marks = { same: ' ', added: '+', removed: '-' } as const;
  console.log(`--- ${left.label}\n+++ ${right.label}`);
  for (const { beforeStart, afterStart, lines } of hunks) {
    const count = (kind: 'added' | 'removed') => lines.filter((line) => line.kind !== kind).length;
    console.log(`@@ -${beforeStart},${count('added')} +${afterStart},${count('removed')} @@`);
    for (const { kind, text } of lines) console.log(`${marks[kind]}${text}`);
  }
  process.exitCode = exitCodes.differences;
}

async function textOf(call: Client, given: string, at?: string): Promise<{ label: string; text: string }> {
  const { name, version } = parseConfigurationName(given);
  const found = await resolveConfiguration(call, name, at);
  const wanted = version ?? newestOf(found)?.version;
  if (wanted === undefined) throw new CommandFailure(`${found.name} has no version yet.`, exitCodes.notFound);
  const { body } = await call('getVersion', { params: { id: found.id, version: wanted }, query: { at } });
  return { label: `${found.name}@${wanted}`, text: body };
}

async function publish(
  { call, options }: ApiCall<{ notes: string; output: OutputFormat }>,
  given: string,
): Promise<void> {
  const { name, version } = parseConfigurationName(given);
  const found = await resolveConfiguration(call, name);
  const draft = found.items
    .toSorted((left, right) => right.version - left.version)
    .find((row) => (version === undefined ? row.status === 'Draft' : row.version === version));
  if (draft === undefined) {
    const what = version === undefined ? 'no draft' : `no version ${version}`;
    throw new CommandFailure(`${found.name} has ${what} to publish.`, exitCodes.notFound);
  }
  const answer = await call('publishVersion', {
    params: { id: found.id, version: draft.version },
    body: { notes: options.notes },
    ifMatch: draft.rowVersion,
  });
  await untilVisible(call, found.id, answer.position);
  say(options.output, { name: found.name, ...answer }, `${found.name}@${draft.version} published.`);
}

async function assign({ call }: ApiCall<object>, given: string, to: string): Promise<void> {
  const { name, version } = parseConfigurationName(given);
  const found = await resolveConfiguration(call, name);
  const chosen = version ?? found.publishedVersion;
  if (chosen === null)
    throw new CommandFailure(
      `${found.name} has no published version (ampora configs publish ${found.name}).`,
      exitCodes.refused,
    );
  const target = await toTarget(call, to);
  const { position } = await call('assign', { body: { configurationId: found.id, version: chosen, target } });
  await untilVisible(call, found.id, position);
  console.error(`${found.name}@${chosen} assigned to ${to}.`);
}

async function unassign({ call }: ApiCall<object>, from: string): Promise<void> {
  const { position } = await call('unassign', { body: { target: await toTarget(call, from) } });
  await call('listConfigurations', { query: { after: position, limit: 1 } });
  console.error(`Assignment of ${from} taken back.`);
}

async function toTarget(call: Client, given: string): Promise<AssignmentTarget> {
  return given === 'all' ? { all: true } : { agentId: await resolveAgentId(call, given) };
}

function newestOf({ items }: ConfigurationDetail): VersionRow | undefined {
  return items.reduce<VersionRow | undefined>(
    (newest, row) => (newest === undefined || row.version > newest.version ? row : newest),
    undefined,
  );
}

function nameOfFile(file: string): string {
  if (file !== '-') return basename(file, extname(file));
  throw new CommandFailure('Standard input has no name: add --name NAME.', exitCodes.usage);
}

async function readText(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`${file} cannot be read (${code}).`, exitCodes.failed);
  }
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function say(
  format: OutputFormat,
  document: { readonly name: string; readonly [key: string]: unknown },
  sentence: string,
): void {
  if (format === 'table') console.error(sentence);
  else if (format === 'name') console.log(document.name);
  else printDocument(document, format);
}
