import type { AmporaEvent } from '@ampora/catalogue';
import type { CreatedConfiguration } from '@ampora/domain';
import { type Position, Rejection } from '@ampora/kernel';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

export interface ConfigurationUser {
  readonly kind: 'agent' | 'group' | 'fleet' | 'tag';
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

export interface ConfigurationUsers {
  readonly count: number;
  /** Some of them, where there are many. */
  readonly users: readonly ConfigurationUser[];
}

/** Who was told to run a version (or any): as complete as the log was at `position`. */
export type UsersOf = (
  configurationId: string,
  version: number | undefined,
  position: Position,
) => Promise<ConfigurationUsers>;

interface Wanted {
  readonly configurationId: string;
  /** Absent: any version of it. */
  readonly version?: number;
}

/**
 * Rejects with `configuration/in-use`, naming the users. What the read models show is complete up to where the log
 * was, and that place is answered: what came since is in the log.
 */
export async function refuseUsed(
  { log, usersOf }: { readonly log: EventLog; readonly usersOf: UsersOf },
  state: CreatedConfiguration,
  wanted: Wanted,
): Promise<Position> {
  const { configurationId, version } = wanted;
  const seen = await log.head();
  const { count, users } = await usersOf(configurationId, version, seen);
  const tags = [...state.tags].flatMap(([tag, on]): ConfigurationUser[] =>
    version === undefined || on === version ? [{ kind: 'tag', id: tag, name: tag, version: on }] : [],
  );
  refuse(state, wanted, [...tags, ...users], tags.length + count);
  return seen;
}

/** Rejects with `configuration/in-use` for whom the log names as a user after a position. */
export async function refuseUsedSince(
  log: EventLog,
  state: CreatedConfiguration,
  wanted: Wanted,
  seen: Position,
): Promise<void> {
  const users = await usersSince(log, seen, wanted);
  refuse(state, wanted, users, users.length);
}

function refuse(
  state: CreatedConfiguration,
  { version }: Wanted,
  users: readonly ConfigurationUser[],
  count: number,
): void {
  if (count === 0) return;
  const what = version === undefined ? `Configuration “${state.name}”` : `Version ${version}`;
  const named = users.slice(0, 5).map(toText).join(', ');
  throw new Rejection(
    'configuration/in-use',
    `${what} is in use by ${named}${count > 5 ? ` and ${count - 5} more` : ''}. Give them something else to run first.`,
    { count, users: users.map((user) => ({ ...user })) },
  );
}

function toText({ kind, name, version }: ConfigurationUser): string {
  return kind === 'fleet' ? `all agents (version ${version})` : `${kind} ${name} (version ${version})`;
}

const assigningTypes = [
  'AgentConfigurationAssigned',
  'FleetConfigurationAssigned',
  'GroupConfigurationAssigned',
] as const satisfies readonly AmporaEvent['type'][];

type Assigning = Extract<AmporaEvent, { readonly type: (typeof assigningTypes)[number] }>;

async function usersSince(log: EventLog, from: Position, wanted: Wanted): Promise<ConfigurationUser[]> {
  const users: ConfigurationUser[] = [];
  for await (const page of log.readAll({ from, filter: { types: [...assigningTypes] } })) {
    for (const { data } of typedEvents<Assigning>(page)) {
      if (data.configurationId !== wanted.configurationId) continue;
      if (wanted.version !== undefined && data.version !== wanted.version) continue;
      users.push({ ...targetOf(data), version: data.version });
    }
  }
  return users;
}

function targetOf(data: Assigning['data']): Omit<ConfigurationUser, 'version'> {
  if ('agentId' in data) return { kind: 'agent', id: data.agentId, name: data.agentId };
  if ('groupId' in data) return { kind: 'group', id: data.groupId, name: data.groupId };
  return { kind: 'fleet', id: 'all', name: 'All agents' };
}
