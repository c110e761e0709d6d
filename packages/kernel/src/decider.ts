import type { DomainEvent } from './envelope.ts';

/**
 * A stream's rules as a value. `decide` returns the facts that follow from a command, or throws a Rejection;
 * `evolve` never throws, never validates. Both are pure: time, ids and looked-up facts come in with the command.
 */
export interface Decider<State, Command, Event extends DomainEvent> {
  readonly initial: State;
  readonly decide: (command: Command, state: State) => readonly Event[];
  readonly evolve: (state: State, event: Event) => State;
}

/** The state after `events`, from the decider's initial state or from a given one. */
export function fold<State, Event extends DomainEvent>(
  decider: Pick<Decider<State, never, Event>, 'initial' | 'evolve'>,
  events: Iterable<Event>,
  from: State = decider.initial,
): State {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
