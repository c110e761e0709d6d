import { type Decider, type DomainEvent, fold, isRejection } from '@ampora/kernel';
import { expect } from 'chai';

export interface GivenEvents<Command, Event> {
  when(command: Command): WhenCommand<Event>;
}

export interface WhenCommand<Event> {
  /** Exactly these events follow. */
  then(events: readonly Event[]): void;
  /** The command is refused with this code. */
  thenRejected(code: string): void;
  /** Nothing follows: what was asked is so already. */
  thenNothing(): void;
}

/** The given/when/then vocabulary for a decider. */
export function specifyDecider<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
) {
  return {
    given(...events: readonly Event[]): GivenEvents<Command, Event> {
      return {
        when(command) {
          const decide = () => decider.decide(command, fold(decider, events));
          return {
            then(expected) {
              expect(decide()).to.deep.equal(expected);
            },
            thenNothing() {
              expect(decide()).to.deep.equal([]);
            },
            thenRejected(code) {
              let outcome: unknown;
              try {
                outcome = decide();
              } catch (error) {
                outcome = error;
              }
              expect(
                isRejection(outcome),
                `expected a rejection ${code}, got ${JSON.stringify(outcome)}`,
              ).to.equal(true);
              expect((outcome as { code: string }).code).to.equal(code);
            },
          };
        },
      };
    },
  };
}
