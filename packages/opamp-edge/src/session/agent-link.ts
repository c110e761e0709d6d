import {
  type AgentCommand,
  type AgentState,
  CONNECTED,
  type Damping,
  DISCONNECTED,
  dueAt,
  elapse,
  isConnected,
  nothingStated,
  observe,
  resumeDamping,
  type Statement,
} from '@ampora/domain';
import type { AgentConnection } from './agent-connection.ts';
import { RivalWatch } from './rival-watch.ts';

export type DisconnectReason = 'goodbye' | 'closed' | 'silent' | 'shutdown';

/** How a message came: by the connection known, by a new one, by one that has been replaced, or by that of an agent with the same uid. */
export type Meeting = 'known' | 'opened' | 'opened-beside-rival' | 'echo';

/** The connection an agent has, and what is to be stated of it: reconnects are damped as everything that flaps. */
export class AgentLink {
  readonly #edgeInstance: string;
  connection: AgentConnection | undefined = undefined;
  #damping: Damping = resumeDamping(nothingStated, 0);
  #reason: DisconnectReason = 'closed';
  #rivals: RivalWatch | undefined = undefined;

  constructor(edgeInstance: string) {
    this.#edgeInstance = edgeInstance;
  }

  get dueMs(): number {
    return dueAt(this.#damping) ?? Infinity;
  }

  /** Takes note of where a message came from. */
  meet(connection: AgentConnection): Meeting {
    const { connection: current } = this;
    if (current === connection) return 'known';
    let meeting: Meeting = 'opened';
    if (current?.isOpen) {
      this.#rivals ??= new RivalWatch();
      const verdict = this.#rivals.met(current, connection);
      if (verdict === 'echo') return 'echo';
      // The one that was here before still speaks: two agents share the uid.
      if (verdict === 'rival') meeting = 'opened-beside-rival';
      else this.#rivals.supersede(current);
    }
    this.connection = connection;
    return meeting;
  }

  /** What a connection that was just opened gives to state. */
  opened(connection: AgentConnection, state: AgentState, nowMs: number): AgentCommand[] {
    const commands: AgentCommand[] = [];
    const isUp = this.#damping.current === CONNECTED;
    // A connection that replaces one whose end nobody saw: down and up at once, which damping gathers.
    for (const now of isUp ? [DISCONNECTED, CONNECTED] : [CONNECTED]) {
      const { damping, statement } = observe(this.#damping, now, nowMs, { leading: now === CONNECTED });
      this.#damping = damping;
      if (statement) commands.push(...this.#toCommands(statement, connection, state));
    }
    return commands;
  }

  /** The connection ended, or nothing more is expected from it. False if another has taken its place. */
  closed(connection: AgentConnection, reason: DisconnectReason): boolean {
    if (this.connection !== connection) return false;
    this.connection = undefined;
    this.#reason = reason;
    return true;
  }

  observeDown(nowMs: number): void {
    if (this.#damping.current !== CONNECTED) return;
    this.#damping = observe(this.#damping, DISCONNECTED, nowMs, { leading: false }).damping;
  }

  /** What time has brought. */
  elapse(state: AgentState, nowMs: number): AgentCommand[] {
    const commands: AgentCommand[] = [];
    while (this.dueMs <= nowMs) {
      const { damping, statement } = elapse(this.#damping, nowMs);
      this.#damping = damping;
      if (statement) commands.push(...this.#toCommands(statement, this.connection, state));
    }
    return commands;
  }

  /** Goes on from what the log says; states the open connection if the log does not know it. */
  resume(state: AgentState, nowMs: number): AgentCommand[] {
    if (state.status !== 'enrolled') return [];
    this.#damping = resumeDamping(state.connection, nowMs);
    const { connection } = this;
    if (!connection || (isConnected(state) && state.connectionId === connection.id)) return [];
    return this.opened(connection, state, nowMs);
  }

  #toCommands(
    statement: Statement,
    connection: AgentConnection | undefined,
    state: AgentState,
  ): AgentCommand[] {
    const connected = this.#damping.current === CONNECTED;
    const stated = state.status === 'enrolled' ? state.connectionId : '';
    if (statement.kind === 'flapping') {
      const { kind: _kind, ...episode } = statement;
      const connectionId = connection?.id ?? stated;
      return [{ type: 'record-connection-flapping', connected, connectionId, ...episode }];
    }
    if (!connected) return [{ type: 'record-disconnection', connectionId: stated, reason: this.#reason }];
    if (!connection) return [];
    const { id: connectionId, transport, remoteAddress } = connection;
    const edgeInstance = this.#edgeInstance;
    return [{ type: 'record-connection', connectionId, transport, remoteAddress, edgeInstance }];
  }
}
