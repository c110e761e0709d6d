import { randomBytes, randomUUID } from 'node:crypto';
import type { People, Person } from '@ampora/application/ports';
import type { ClientBase, Pool } from 'pg';
import { isSealed, keyBytes, open, seal } from './seal.ts';

const actorPrefix = 'person:';

export const actorOf = (personId: string): string => `${actorPrefix}${personId}`;

interface StoredPerson {
  readonly person_id: string;
  readonly key: Buffer | null;
  readonly name_sealed: string | null;
  readonly created_at: Date;
  readonly forgotten_at: Date | null;
}

/** Makes a person with a key of their own. */
export async function addPerson(client: Pool | ClientBase, origin: string, name: string): Promise<string> {
  const id = randomUUID();
  const key = randomBytes(keyBytes);
  await client.query(
    'insert into vault.people (person_id, origin, key, name_sealed) values ($1, $2, $3, $4)',
    [id, origin, key, seal(key, name)],
  );
  return id;
}

/** The keys of people, in the vault: whoever is forgotten loses the key, and with it name and addresses everywhere. */
export function createPeople(pool: Pool): People {
  async function read(ids: readonly string[]): Promise<ReadonlyMap<string, StoredPerson>> {
    if (ids.length === 0) return new Map();
    const { rows } = await pool.query<StoredPerson>(
      'select person_id, key, name_sealed, created_at, forgotten_at from vault.people where person_id = any($1::uuid[])',
      [ids],
    );
    return new Map(rows.map((row) => [row.person_id, row]));
  }

  const readByActors = (actors: readonly string[]) => read([...new Set(actors.flatMap(idOf))]);

  return {
    async list() {
      const { rows } = await pool.query<StoredPerson>(
        'select person_id, key, name_sealed, created_at, forgotten_at from vault.people order by created_at, person_id',
      );
      return rows.map(toPerson);
    },

    async find(id) {
      const row = (await read([id])).get(id);
      return row && toPerson(row);
    },

    async seal(id, text) {
      const key = (await read([id])).get(id)?.key;
      return key ? seal(key, text) : undefined;
    },

    async keepName(id, sealedName) {
      await pool.query('update vault.people set name_sealed = $2 where person_id = $1 and key is not null', [
        id,
        sealedName,
      ]);
    },

    async namesOf(actors) {
      const people = await readByActors(actors);
      return new Map(
        [...people.values()].flatMap((row): [string, string][] => {
          const { name } = toPerson(row);
          return name === null ? [] : [[actorOf(row.person_id), name]];
        }),
      );
    },

    async open(texts) {
      const people = await readByActors(texts.flatMap(({ actor, text }) => (isSealed(text) ? [actor] : [])));
      return texts.map(({ actor, text }) => {
        if (!isSealed(text)) return text;
        const key = people.get(idOf(actor)[0] ?? '')?.key;
        return key ? open(key, text) : null;
      });
    },

    async destroy(id) {
      await pool.query(
        `with gone as (delete from vault.sessions where person_id = $1)
         update vault.people set key = null, name_sealed = null, forgotten_at = now()
         where person_id = $1 and forgotten_at is null`,
        [id],
      );
      // What an update leaves behind on the page would still hold the key.
      await pool.query('vacuum vault.people');
    },
  };
}

function idOf(actor: string): readonly string[] {
  const id = actor.slice(actorPrefix.length);
  return actor.startsWith(actorPrefix) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? [id] : [];
}

function toPerson({ person_id, key, name_sealed, created_at, forgotten_at }: StoredPerson): Person {
  return {
    id: person_id,
    name: key && name_sealed !== null ? open(key, name_sealed) : null,
    createdAtMs: created_at.getTime(),
    forgottenAtMs: forgotten_at?.getTime() ?? null,
  };
}
