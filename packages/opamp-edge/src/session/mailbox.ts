import type { AgentToServer } from '@ampora/opamp-protocol';
import type { AgentConnection, ReplyTarget } from './agent-connection.ts';

/** A message and where its answer goes. */
export interface Letter {
  readonly message: AgentToServer;
  readonly sizeBytes: number;
  readonly target: ReplyTarget;
  readonly connection: AgentConnection;
}

const LIMIT = 64;

/** Messages that came while their agent was being read from the log. */
export class Mailbox {
  #letters: Letter[] | undefined = undefined;

  get isEmpty(): boolean {
    return this.#letters === undefined;
  }

  /** Beyond the limit a message is refused: its agent has to come again. */
  put(letter: Letter): void {
    this.#letters ??= [];
    if (this.#letters.length < LIMIT) this.#letters.push(letter);
    else letter.target.refuse(letter.message.instanceUid, 'unavailable');
  }

  empty(): readonly Letter[] {
    const letters = this.#letters ?? [];
    this.#letters = undefined;
    return letters;
  }
}
