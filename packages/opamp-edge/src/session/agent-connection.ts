/** What an agent speaks through: a WebSocket, or the run of its polls over HTTP. May carry several agents. */
export interface AgentConnection {
  readonly id: string;
  readonly transport: 'websocket' | 'http';
  readonly remoteAddress: string;
  readonly isOpen: boolean;
  /** Last sign of life of the peer as such, a pong included; 0 where there is no such thing. */
  readonly heardMs: number;
  /** Sends without being asked; false when that is not possible now (closed, HTTP, or the peer reads too slowly). */
  push(payload: Payload): boolean;
  /** Another connection of the agent has taken its place; closes when it serves no other agent. */
  superseded(): void;
  /** Asks the peer to connect again, elsewhere or here; false where nothing is open between two messages. */
  drain(): boolean;
}

/** A ServerToAgent to be framed as the transport asks: `head` is its own, `shared` is encoded once for many and comes behind it. */
export interface Payload {
  readonly head: Uint8Array;
  readonly shared?: Uint8Array | undefined;
}

/** Where the one answer to a message goes. */
export interface ReplyTarget {
  /** The plain acknowledgement: nothing but the uid. */
  acknowledge(instanceUid: Uint8Array): void;
  /** False when there is nobody left to read it. */
  reply(payload: Payload): boolean;
  /** The message was not taken in: the log is out of reach (`unavailable`, come again), or something broke (`unknown`). */
  refuse(instanceUid: Uint8Array, why: 'unavailable' | 'unknown'): void;
}
