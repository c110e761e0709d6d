import {
  decodeServerToAgentFrame,
  hasFlag,
  ServerToAgentFlag,
  type ServerToAgent,
} from '@ampora/opamp-protocol';
import {
  appliedFrame,
  type Change,
  FIRST_SEQUENCE,
  heartbeatFrame,
  type PreparedFrame,
  reportFrame,
  writeCounter,
  writeSequence,
} from './agent-frames.ts';
import { AgentSocket } from './agent-socket.ts';

export interface LoadAgentOptions {
  readonly index: number;
  readonly instanceUid: Uint8Array;
  readonly port: number;
  readonly path: string;
}

/** A longer answer says more than "received", and is looked into. */
const PLAIN_ANSWER_BYTES = 48;
/** One plain answer in so many is decoded too, to see that it is one. */
const LOOK_INTO_EVERY = 64;

let answers = 0;

/** One agent of a load: a socket, its prepared frames, and at most one of them on its way. */
export class LoadAgent {
  readonly #options: LoadAgentOptions;
  #socket: AgentSocket | undefined = undefined;
  #sequence = FIRST_SEQUENCE;
  #counter: number;
  #heartbeat: PreparedFrame | undefined = undefined;
  #report: PreparedFrame | undefined = undefined;
  #reported: Change = 'nothing';
  #answered: (() => void) | undefined = undefined;
  sentAt = 0;
  /** Hash of the newest configuration it was offered. */
  offered: Uint8Array | undefined = undefined;
  /** Is told of each binary message that no request of this agent explains. */
  onUnasked: ((payload: Buffer) => void) | undefined = undefined;
  onFailure: (reason: string) => void = () => undefined;

  port: number;

  constructor(options: LoadAgentOptions) {
    this.#options = options;
    this.port = options.port;
    // No two agents say the same: what one reported would be known when another reports it.
    this.#counter = options.index * 1_000_000;
  }

  connect(onOpen: () => void): void {
    this.#socket = new AgentSocket(
      { port: this.port, path: this.#options.path },
      {
        onOpen,
        onMessage: (payload) => this.#take(payload),
        onClose: (reason) => {
          if (this.#socket) this.onFailure(`Agent ${this.#options.index} lost its connection: ${reason}`);
        },
      },
    );
  }

  disconnect(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#answered = undefined;
    socket?.destroy();
  }

  heartbeat(onAnswer: () => void): void {
    this.#heartbeat ??= heartbeatFrame(this.#options.instanceUid);
    this.#send(this.#heartbeat, onAnswer);
  }

  /** Each one differs from the last one in what `change` names, and means something else. */
  report(change: Change, onAnswer: () => void): void {
    if (!this.#report || (change !== this.#reported && change !== 'nothing')) {
      this.#report = reportFrame(this.#options, change);
      this.#reported = change;
    }
    if (change !== 'nothing') writeCounter(this.#report, ++this.#counter);
    this.#send(this.#report, onAnswer);
  }

  reportApplied(hash: Uint8Array, onAnswer: () => void): void {
    this.#send(appliedFrame(this.#options.instanceUid, hash), onAnswer);
  }

  #send(frame: PreparedFrame, onAnswer: () => void): void {
    writeSequence(frame, this.#sequence++);
    this.#answered = onAnswer;
    this.#socket?.send(frame.bytes);
  }

  #take(payload: Buffer): void {
    const answered = this.#answered;
    if (!answered) {
      this.onUnasked?.(payload);
      return;
    }
    if (payload.length > PLAIN_ANSWER_BYTES || answers++ % LOOK_INTO_EVERY === 0) {
      const message = decodeServerToAgentFrame(Uint8Array.from(payload));
      if (this.#isRefusal(message)) return;
      if (message.remoteConfig) this.offered = message.remoteConfig.configHash;
      if (hasFlag(message.flags, ServerToAgentFlag.ReportFullState)) {
        this.report('nothing', answered);
        return;
      }
    }
    this.#answered = undefined;
    answered();
  }

  #isRefusal({ errorResponse, instanceUid }: ServerToAgent): boolean {
    if (errorResponse) {
      this.onFailure(
        `Agent ${this.#options.index} was refused: ${errorResponse.type} ${errorResponse.errorMessage}`,
      );
      return true;
    }
    if (Buffer.compare(instanceUid, this.#options.instanceUid) !== 0) {
      this.onFailure(`Agent ${this.#options.index} got an answer that is not its own`);
      return true;
    }
    return false;
  }
}
