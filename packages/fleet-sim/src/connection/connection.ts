import type { ServerToAgent } from '@ampora/opamp-protocol';
import type { FleetCounters } from '../fleet-statistics.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Random } from '../random.ts';

/** A message on its way, without its bytes: what its answer settles. */
export interface SentReport {
  readonly sentAtMs: number;
  readonly entry: LedgerEntry | undefined;
}

/** What a connection asks of the agent it serves. */
export interface ConnectionOwner {
  /** UUID text of the uid in use. */
  readonly uidText: string;
  /** The next message: what is due, or a bare heartbeat. It takes a sequence number. */
  compose(options: { readonly framed: boolean; readonly goodbye?: boolean }): {
    readonly bytes: Uint8Array;
    readonly report: SentReport;
  };
  /** Whether there is more to tell than that it is alive. */
  hasNews(): boolean;
  received(message: ServerToAgent): void;
  /** A report's answer has certainly come. */
  answered(report: SentReport): void;
  /** The connection stands for the first time since `open` or since it was lost. */
  connected(): void;
}

/** One agent's way to the server, as opamp-go behaves. */
export interface Connection {
  /** Silence after which it says that it is alive, milliseconds; the polling interval over HTTP. */
  heartbeatMs: number;
  /** Dials, and again after each loss, until cut or closed. */
  open(): void;
  /** Something is due: send it as soon as the transport can. */
  wake(): void;
  /** Ends without a word. */
  cut(): void;
  /** Stops reading and sending and leaves the connection open. */
  freeze(): void;
  /** Says goodbye, ends, and resolves when it is over: 5 s at the most. */
  goodbye(): Promise<void>;
}

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface ConnectionOptions {
  readonly owner: ConnectionOwner;
  readonly endpoint: string;
  readonly heartbeatMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  readonly localAddress: string | undefined;
  readonly random: Random;
  readonly counters: FleetCounters;
}
