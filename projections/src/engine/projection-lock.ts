import pg from 'pg';

export interface ProjectionLockOptions {
  readonly connectionString: string;
  readonly onLost: () => void;
}

/**
 * Advisory locks on a connection of their own: they go when the process or the connection goes, so that a standby can
 * take over. The checkpoint's compare-and-set is the fence for the moment in which a holder does not know yet.
 */
export class ProjectionLock {
  readonly #options: ProjectionLockOptions;
  #client: pg.Client | undefined;
  readonly #held = new Set<string>();

  constructor(options: ProjectionLockOptions) {
    this.#options = options;
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({
      connectionString: this.#options.connectionString,
      keepAlive: true,
      application_name: 'ampora projections lock',
    });
    const lost = () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.#held.clear();
      this.#options.onLost();
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    this.#client = client;
    return client;
  }

  has(name: string, version: number): boolean {
    return this.#held.has(`${name}:${version}`);
  }

  /** Throws when the connection that holds the locks is gone. */
  async check(): Promise<void> {
    await (await this.#connected()).query('select 1');
  }

  async tryTake(name: string, version: number): Promise<boolean> {
    const key = `${name}:${version}`;
    if (this.#held.has(key)) return true;
    const client = await this.#connected();
    const result = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(hashtext('ampora projection'), hashtext($1)) as taken`,
      [key],
    );
    if (!result.rows[0]?.taken) return false;
    this.#held.add(key);
    return true;
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#held.clear();
    await client?.end().catch(() => undefined);
  }
}
