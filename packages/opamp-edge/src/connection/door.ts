import { isLoopbackAddress } from './authenticate.ts';
import { TokenBucket } from './token-bucket.ts';

export interface DoorLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly requestsPerSecondPerAddress: number;
  readonly requestBurstPerAddress: number;
}

export type DoorVerdict =
  { readonly open: true } | { readonly open: false; readonly status: 429 | 503; readonly reason: string };

/** Counts who is inside, and keeps out who is too many or misbehaved. Asked before the upgrade (W26): after it, clients come back at once. */
export class Door {
  readonly #limits: DoorLimits;
  readonly #inside = new Map<string, number>();
  readonly #offences = new Map<string, { untilMs: number; count: number }>();
  /** Handshakes; the bursts of a restart are let in, an endless storm is not. */
  readonly #handshakes = new TokenBucket(5_000, 20_000, Date.now());
  readonly #requests = new Map<string, TokenBucket>();
  #total = 0;
  #closed = false;

  constructor(limits: DoorLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  ask(address: string, nowMs: number): DoorVerdict {
    if (this.#closed) return { open: false, status: 503, reason: 'The server is shutting down.' };
    if (this.#total >= this.#limits.maxConnections)
      return { open: false, status: 503, reason: 'Too many connections.' };
    if ((this.#inside.get(address) ?? 0) >= this.#limits.maxConnectionsPerAddress)
      return { open: false, status: 429, reason: 'Too many connections from this address.' };
    if ((this.#offences.get(address)?.untilMs ?? 0) > nowMs)
      return { open: false, status: 429, reason: 'Too many malformed messages from this address.' };
    if (!this.#handshakes.take(nowMs))
      return { open: false, status: 503, reason: 'Too many connections at once.' };
    return { open: true };
  }

  /** For an HTTP request, which does not stay: how many come from an address is what counts. */
  askForRequest(address: string, nowMs: number): DoorVerdict {
    if (this.#closed) return { open: false, status: 503, reason: 'The server is shutting down.' };
    let requests = this.#requests.get(address);
    if (!requests) {
      const { requestsPerSecondPerAddress: perSecond, requestBurstPerAddress: burst } = this.#limits;
      this.#requests.set(address, (requests = new TokenBucket(perSecond, burst, nowMs)));
      dropOldest(this.#requests);
    }
    return requests.take(nowMs)
      ? { open: true }
      : { open: false, status: 429, reason: 'Too many requests from this address.' };
  }

  enter(address: string): void {
    this.#total++;
    this.#inside.set(address, (this.#inside.get(address) ?? 0) + 1);
  }

  leave(address: string): void {
    this.#total--;
    const left = (this.#inside.get(address) ?? 1) - 1;
    if (left === 0) this.#inside.delete(address);
    else this.#inside.set(address, left);
  }

  /** A connection had to be closed for what it sent: its address waits, longer each time. This machine is shared by many agents and does not. */
  offended(address: string, nowMs: number): void {
    if (isLoopbackAddress(address)) return;
    const count = (this.#offences.get(address)?.count ?? 0) + 1;
    this.#offences.set(address, { untilMs: nowMs + Math.min(600_000, 5_000 * 2 ** count), count });
    dropOldest(this.#offences);
  }

  close(): void {
    this.#closed = true;
  }
}

const MOST_ADDRESSES = 10_000;

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_ADDRESSES && oldest !== undefined) map.delete(oldest);
}
