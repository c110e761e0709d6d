import { type PersonEvent, streamOf } from '@ampora/catalogue';
import { personDecider } from '@ampora/domain';
import { fold, type Position, Rejection } from '@ampora/kernel';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { handleCommand } from '../event-writing/command-handler.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { People } from '../ports/people.ts';

export interface PersonCommands {
  name(input: { personId: string; name: string }, context: CommandContext): Promise<{ position: Position }>;
  forget(personId: string, context: CommandContext): Promise<{ position: Position }>;
}

export function createPersonCommands({ log, people }: { log: EventLog; people: People }): PersonCommands {
  const known = async (personId: string) => {
    const person = await people.find(personId);
    if (!person) throw new Rejection('person/not-found', 'There is no such person.', { personId });
    return person;
  };
  return {
    async name({ personId, name }, context) {
      await known(personId);
      const sealedName = await people.seal(personId, name);
      if (sealedName === undefined)
        throw new Rejection(
          'person/forgotten',
          'This person was forgotten: nothing can be sealed for them.',
          {
            personId,
          },
        );
      const { position } = await handleCommand(log, personDecider, {
        ...context,
        streamId: streamOf.person(personId),
        command: { type: 'name-person', personId, sealedName },
      });
      await people.keepName(personId, sealedName);
      return { position };
    },

    /** First the fact, then the act: after a crash in between, `finishForgetting` does the rest. */
    async forget(personId, context) {
      await known(personId);
      const { position } = await handleCommand(log, personDecider, {
        ...context,
        streamId: streamOf.person(personId),
        command: { type: 'forget-person', personId },
      });
      await people.destroy(personId);
      return { position };
    },
  };
}

/** Destroys the keys of those whose forgetting is recorded and was not finished. */
export async function finishForgetting(log: EventLog, people: People): Promise<void> {
  const remembered = (await people.list()).filter(({ forgottenAtMs }) => forgottenAtMs === null);
  const streams = await log.readStreams(remembered.map(({ id }) => streamOf.person(id)));
  for (const [index, { id }] of remembered.entries()) {
    const state = fold(personDecider, typedEvents<PersonEvent>(streams[index] ?? []));
    if (state.forgotten) await people.destroy(id);
  }
}
