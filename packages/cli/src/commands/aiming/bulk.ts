import type { AnswerOf, CallOptions, Client } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument } from '../../output/output-format.ts';
import {
  parseConfigurationName,
  resolveAgentId,
  resolveConfiguration,
  resolveGroup,
} from '../../output/resolve.ts';
import type { Filter } from './filter.ts';

interface BulkOptions {
  readonly agent?: readonly string[];
  readonly filter?: Filter;
  readonly confirm?: string;
  readonly dryRun?: boolean;
  readonly output: OutputFormat;
}

type BulkBody = NonNullable<CallOptions<'bulkAgents'>['body']>;
type Asked = BulkBody extends infer Body
  ? Body extends unknown
    ? Omit<Body, 'selection' | 'confirm'>
    : never
  : never;

async function perform({ call, options }: ApiCall<BulkOptions>, asked: Asked): Promise<void> {
  const selection = await selectionOf(call, options);
  const { confirm } = options;
  const body = { ...asked, selection, ...(confirm === undefined ? {} : { confirm }) } as BulkBody;
  const done = await call('bulkAgents', { body });
  tell(done, options.output);
}

function tell(done: AnswerOf<'bulkAgents'>, output: OutputFormat): void {
  if (output === 'json' || output === 'yaml') {
    printDocument(done, output);
    return;
  }
  const { count, changed, refused, contended, position } = done;
  const rest = [
    changed < count ? `${count - changed} were so already or could not be` : '',
    refused > 0 ? `${refused} refused` : '',
    contended.length > 0 ? `${contended.length} were being changed by others and were left alone` : '',
  ].filter((text) => text !== '');
  console.error(
    `Done to ${changed} of ${count} agents (position ${position})${rest.length > 0 ? `: ${rest.join(', ')}` : ''}.`,
  );
}

async function selectionOf(call: Client, { agent, filter }: BulkOptions): Promise<BulkBody['selection']> {
  if ((agent === undefined) === (filter === undefined))
    throw new CommandFailure(
      'Say who is meant: --agent NAME, or --filter key=value (--filter connected=true is everybody connected).',
      exitCodes.usage,
    );
  if (filter !== undefined) return { filter };
  const agentIds: string[] = [];
  for (const given of agent ?? []) agentIds.push(await resolveAgentId(call, given));
  return { agentIds };
}

export async function moveMany(context: ApiCall<BulkOptions>, group: string | undefined): Promise<void> {
  const groupId = group === undefined ? null : (await resolveGroup(context.call, group)).id;
  await perform(context, { action: 'move', groupId });
}

export async function labelMany(context: ApiCall<BulkOptions>, changes: readonly string[]): Promise<void> {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const change of changes) {
    const end = change.indexOf('=');
    if (end > 0) set[change.slice(0, end)] = change.slice(end + 1);
    else if (change.endsWith('-') && change.length > 1) remove.push(change.slice(0, -1));
    else
      throw new CommandFailure(
        `“${change}” is neither key=value, which sets a label, nor key-, which takes one away.`,
        exitCodes.usage,
      );
  }
  await perform(context, { action: 'label', set, remove });
}

export async function assignMany(context: ApiCall<BulkOptions>, given: string): Promise<void> {
  const { name, version } = parseConfigurationName(given);
  const configuration = await resolveConfiguration(context.call, name);
  const wanted = version ?? configuration.publishedVersion;
  if (wanted === null || typeof wanted !== 'number')
    throw new CommandFailure(`Give a published version by its number: ${name}@1.`, exitCodes.usage);
  await perform(context, { action: 'assign', configurationId: configuration.id, version: wanted });
}

export async function unassignMany(context: ApiCall<BulkOptions>): Promise<void> {
  await perform(context, { action: 'unassign' });
}

export async function forcePush(context: ApiCall<BulkOptions>): Promise<void> {
  await perform(context, { action: 'force-push' });
}

export async function drain(context: ApiCall<BulkOptions>): Promise<void> {
  await perform(context, { action: 'drain' });
}

export async function exportCsv({ call, options }: ApiCall<{ filter?: Filter; at?: string }>): Promise<void> {
  const { filter, at } = options;
  const query = { ...filter, ...(at === undefined ? {} : { at }) } as CallOptions<'exportAgents'>['query'];
  process.stdout.write(await call('exportAgents', { query: query ?? {} }));
}
