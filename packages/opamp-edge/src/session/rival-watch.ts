import type { AgentConnection } from './agent-connection.ts';

export type MeetingVerdict =
  /** The newer connection is the agent's from now on. */
  | 'takeover'
  /** A late word from the connection that was replaced. */
  | 'echo'
  /** The replaced connection goes on speaking beside the newer one: two agents. */
  | 'rival';

const ECHOES = 2;
const GRACE_MS = 2_000;

/**
 * Tells a plain reconnect, where the old connection never speaks again (N8), from two agents with one uid, which both do (N7).
 * The newest connection counts (N9); the old one is closed after a moment, unless it turns out to be an agent of its own.
 */
export class RivalWatch {
  #previous: AgentConnection | undefined = undefined;
  #echoes = 0;
  #closing: NodeJS.Timeout | undefined = undefined;
  #given = false;

  met(current: AgentConnection, other: AgentConnection): MeetingVerdict {
    if (current.transport === 'http' || other !== this.#previous) return 'takeover';
    this.#echoes++;
    if (this.#echoes < ECHOES) return 'echo';
    clearTimeout(this.#closing);
    if (this.#given) return 'echo';
    this.#given = true;
    // From now on the newer one is the stranger: what it still says under the old uid is an echo.
    this.#previous = current;
    return 'rival';
  }

  supersede(connection: AgentConnection): void {
    clearTimeout(this.#closing);
    this.#previous = connection;
    this.#echoes = 0;
    this.#given = false;
    this.#closing = setTimeout(() => {
      this.#previous = undefined;
      connection.superseded();
    }, GRACE_MS).unref();
  }
}
