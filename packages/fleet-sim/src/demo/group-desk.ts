import type { AgentRow, Client } from '@ampora/api-contract';
import type { Identity } from '../identity.ts';
import { type DemoGroup, labelsFor } from './demo-groups.ts';

/** Groups and labels agents through the REST API. Each call does only what is not there yet, so that a story can begin again. */
export class GroupDesk {
  readonly #call: Client;
  readonly #signal: AbortSignal;

  constructor(call: Client, signal: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
  }

  /** Makes sure that the group is there, with everybody who is put into it by hand; answers its id. */
  async gather(group: DemoGroup, identities: readonly Identity[]): Promise<string> {
    const id = await this.#ensure(group);
    if (group.selector !== undefined) return id;
    const rows = await this.#rowsOf(identities.filter(group.has));
    const agentIds = rows.filter(({ groupId }) => groupId !== id).map((row) => row.id);
    if (agentIds.length > 0)
      await this.#call('addGroupMembers', { params: { id }, body: { agentIds }, signal: this.#signal });
    return id;
  }

  async label(identities: readonly Identity[]): Promise<void> {
    const rows = new Map((await this.#rowsOf(identities)).map((row) => [row.hostName, row]));
    for (const identity of identities) {
      const row = rows.get(identity.hostName);
      if (!row || Object.keys(row.labels).length > 0) continue;
      await this.#call('setAgentLabels', {
        params: { id: row.id },
        body: { labels: labelsFor(identity) },
        signal: this.#signal,
      });
    }
  }

  async #ensure({ name, description, selector }: DemoGroup): Promise<string> {
    const { items } = await this.#call('listGroups', { query: { search: name }, signal: this.#signal });
    const known = items.find((group) => group.name === name);
    if (known) return known.id;
    const { id } = await this.#call('createGroup', {
      body: { name, description, ...(selector === undefined ? {} : { mode: 'dynamic', selector }) },
      signal: this.#signal,
    });
    return id;
  }

  async #rowsOf(identities: readonly Identity[]): Promise<readonly AgentRow[]> {
    const hosts = new Set(identities.map(({ hostName }) => hostName));
    const { items } = await this.#call('listAgents', { query: { limit: 500 }, signal: this.#signal });
    return items.filter(({ hostName }) => hosts.has(hostName));
  }
}
