import type { PersonCommands } from '@ampora/application';
import type { People } from '@ampora/application/ports';
import type { Handlers } from '../routing/handlers.ts';

type PersonOperations = Pick<Handlers, 'listPeople' | 'namePerson' | 'forgetPerson'>;

export function personHandlers(people: People, commands: PersonCommands): PersonOperations {
  return {
    async listPeople() {
      const items = (await people.list()).map(({ id, name, createdAtMs, forgottenAtMs }) => ({
        id,
        actor: `person:${id}`,
        name,
        createdAt: new Date(createdAtMs).toISOString(),
        forgottenAt: forgottenAtMs === null ? null : new Date(forgottenAtMs).toISOString(),
      }));
      return { items, next: null };
    },
    async namePerson({ params, body, command }) {
      const { position } = await commands.name({ personId: params.id, name: body.name }, command);
      return { position: String(position) };
    },
    async forgetPerson({ params, command }) {
      const { position } = await commands.forget(params.id, command);
      return { position: String(position) };
    },
  };
}
