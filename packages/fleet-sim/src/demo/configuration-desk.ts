import type { AssignmentTarget, Client, ConfigurationDetail } from '@ampora/api-contract';
import type { DemoConfiguration } from './demo-configurations.ts';

/** Writes the story's configurations through the REST API. Each call does only what is not there yet, so that a story can begin again. */
export class ConfigurationDesk {
  readonly #call: Client;
  readonly #signal: AbortSignal;

  constructor(call: Client, signal: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
  }

  /** Makes sure that the configuration and its version `number` (from 1) are there and published; answers the configuration's id. */
  async publish(configuration: DemoConfiguration, number: number): Promise<string> {
    const wanted = configuration.versions[number - 1];
    if (wanted === undefined) throw new RangeError(`${configuration.name} has no version ${number}.`);
    const found = (await this.#find(configuration.name)) ?? (await this.#create(configuration));
    const known = found.items.find(({ version }) => version === number);
    if (known !== undefined && known.status !== 'Draft') return found.id;
    const draft = known ?? (await this.#draft(found.id, wanted.body));
    const { position } = await this.#call('publishVersion', {
      params: { id: found.id, version: draft.version },
      body: { notes: wanted.notes },
      ifMatch: draft.rowVersion,
      signal: this.#signal,
    });
    await this.#detail(found.id, position);
    return found.id;
  }

  /** Leaves a draft beside the published versions. */
  async leaveDraft(configuration: DemoConfiguration): Promise<void> {
    const found = await this.#find(configuration.name);
    if (found === undefined || configuration.draft === undefined) return;
    if (found.items.length <= configuration.versions.length) await this.#draft(found.id, configuration.draft);
  }

  /** Assigns unless this version or a later one is assigned to the target already. */
  async assign(configurationId: string, version: number, target: AssignmentTarget): Promise<void> {
    const { items } = await this.#call('listAssignments', {
      query: { configurationId, limit: 500 },
      signal: this.#signal,
    });
    const isThere = items.some(
      (row) => row.assigned.version >= version && JSON.stringify(row.target) === JSON.stringify(target),
    );
    if (isThere) return;
    await this.#call('assign', { body: { configurationId, version, target }, signal: this.#signal });
  }

  async #find(name: string): Promise<ConfigurationDetail | undefined> {
    const { items } = await this.#call('listConfigurations', {
      query: { search: name, limit: 500 },
      signal: this.#signal,
    });
    const row = items.find((item) => item.name === name);
    return row === undefined ? undefined : this.#detail(row.id);
  }

  async #create({ name, description, versions }: DemoConfiguration): Promise<ConfigurationDetail> {
    const first = versions[0]?.body;
    const created = await this.#call('createConfiguration', {
      body: { name, description, ...(first === undefined ? {} : { body: first }) },
      signal: this.#signal,
    });
    return this.#detail(created.id, created.position);
  }

  async #draft(id: string, body: string): Promise<{ version: number; rowVersion: number }> {
    return this.#call('createVersion', { params: { id }, body: { body }, signal: this.#signal });
  }

  async #detail(id: string, after?: string): Promise<ConfigurationDetail> {
    return this.#call('getConfiguration', {
      params: { id },
      query: after === undefined ? {} : { after },
      signal: this.#signal,
    });
  }
}
