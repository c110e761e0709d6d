import type { PersonEvent } from '@ampora/catalogue';
import { type Decider, Rejection } from '@ampora/kernel';

export type PersonCommand =
  | { readonly type: 'name-person'; readonly personId: string; readonly sealedName: string }
  | { readonly type: 'forget-person'; readonly personId: string };

export interface PersonState {
  readonly forgotten: boolean;
}

export type PersonRejectionCode = 'person/forgotten';

export const personDecider: Decider<PersonState, PersonCommand, PersonEvent> = {
  initial: { forgotten: false },
  decide(command, { forgotten }) {
    const { personId } = command;
    if (command.type === 'forget-person')
      return forgotten ? [] : [{ type: 'PersonForgotten', data: { personId } }];
    if (forgotten)
      throw new Rejection('person/forgotten', 'This person was forgotten and cannot be named any more.', {
        personId,
      });
    return [{ type: 'PersonNamed', data: { personId, sealedName: command.sealedName } }];
  },
  evolve: (state, event) => (event.type === 'PersonForgotten' ? { forgotten: true } : state),
};
