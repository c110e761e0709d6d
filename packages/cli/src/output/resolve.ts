import { ApiProblem, type Client, type ConfigurationDetail, type GroupRow } from '@ampora/api-contract';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The id of the agent that a person means: its id, its instance uid, or its exact name. */
export async function resolveAgentId(call: Client, given: string, at?: string): Promise<string> {
  const when = at === undefined ? {} : { at };
  if (uuid.test(given)) {
    try {
      return (await call('getAgent', { params: { id: given }, query: when })).id;
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 404)) throw error;
    }
  }
  const { items } = await call('listAgents', { query: { ...when, search: given, limit: 500 } });
  const exact = items.filter(
    (row) => row.instanceUid === given.toLowerCase() || row.displayName === given || row.hostName === given,
  );
  const [found] = exact;
  if (found === undefined)
    throw new CommandFailure(
      `There is no agent “${given}”. Give its id, its instance uid or its exact name (ampora agents list).`,
      exitCodes.notFound,
    );
  if (exact.length > 1)
    throw new CommandFailure(
      `${exact.length} agents are called “${given}”. Give one by its id: ${exact.map(({ id }) => id).join(', ')}.`,
      exitCodes.refused,
    );
  return found.id;
}

/** `name`, `name@3` or an id. */
export interface ConfigurationName {
  readonly name: string;
  readonly version: number | undefined;
}

export function parseConfigurationName(given: string): ConfigurationName {
  const [, name, version] = /^(.+?)(?:@(\d+))?$/s.exec(given) ?? [];
  return { name: name ?? given, version: version === undefined ? undefined : Number(version) };
}

/** A configuration by id or exact name; undefined when there is none. */
export async function findConfiguration(
  call: Client,
  name: string,
  at?: string,
): Promise<ConfigurationDetail | undefined> {
  const when = at === undefined ? {} : { at };
  if (uuid.test(name)) {
    try {
      return await call('getConfiguration', { params: { id: name }, query: when });
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 404)) throw error;
    }
  }
  const { items } = await call('listConfigurations', { query: { ...when, search: name, limit: 500 } });
  const row = items.find((item) => item.name === name);
  return row && (await call('getConfiguration', { params: { id: row.id }, query: when }));
}

export async function resolveConfiguration(
  call: Client,
  name: string,
  at?: string,
): Promise<ConfigurationDetail> {
  const found = await findConfiguration(call, name, at);
  if (found !== undefined) return found;
  throw new CommandFailure(
    `There is no configuration “${name}” (ampora configs list shows them all).`,
    exitCodes.notFound,
  );
}

/** A group by its id, or by its name whatever its case; `deleted` looks among the deleted ones. */
export async function resolveGroup(
  call: Client,
  given: string,
  { at, deleted = false }: { readonly at?: string | undefined; readonly deleted?: boolean } = {},
): Promise<GroupRow> {
  const when = at === undefined ? {} : { at };
  if (uuid.test(given)) {
    try {
      return await call('getGroup', { params: { id: given }, query: when });
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 404)) throw error;
    }
  }
  const query = { ...when, search: given, limit: 500, deleted: deleted ? 'true' : 'false' } as const;
  const { items } = await call('listGroups', { query });
  const named = items.filter(({ name }) => name.toLowerCase() === given.toLowerCase());
  const [found] = named;
  if (found === undefined)
    throw new CommandFailure(
      `There is no ${deleted ? 'deleted ' : ''}group “${given}” (ampora groups list${deleted ? ' --deleted' : ''} shows them all).`,
      exitCodes.notFound,
    );
  if (named.length > 1)
    throw new CommandFailure(
      `${named.length} groups are called “${given}”. Give one by its id: ${named.map(({ id }) => id).join(', ')}.`,
      exitCodes.refused,
    );
  return found;
}
