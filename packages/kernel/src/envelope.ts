import type { JsonObject } from './json.ts';
import type { Position } from './position.ts';

/** Who may do what. `Agent` and `System` are never held by a person. */
export type ActorRole = 'Viewer' | 'Operator' | 'Admin' | 'Agent' | 'System';

/** Carried by every event beside its data. Never holds a secret. */
export interface EventMetadata {
  readonly tenant: string;
  /** OIDC subject, `agent:<agentId>`, `loopback` (an unauthenticated local caller) or `system`. */
  readonly actor: string;
  readonly actorRole: ActorRole;
  readonly sourceIp?: string;
  /** Shared by everything that one request or agent message caused. */
  readonly correlationId: string;
  /** Id of the event or command that caused this one. */
  readonly causationId?: string;
  /** W3C trace context of the causing span. */
  readonly traceparent?: string;
  /** Set by scavenging, never by a writer: the data is gone (`{}`), and this is what it hashed to as a leaf. */
  readonly scavenged?: ScavengedMark;
}

export interface ScavengedMark {
  /** Base64 of the hash of the leaf that the event was. */
  readonly leafHash: string;
  /** Id of the recorded decision. */
  readonly by: string;
}

/** A fact as deciders return it: its stored name and its data in today's shape. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** An event on its way into the log. Appending the same `id` again is a no-op. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

/** An event as the log returns it: raw, in whatever shape it was stored. */
export interface RecordedEvent extends NewEvent {
  readonly streamId: string;
  /** Place in its stream, from 0. */
  readonly revision: number;
  readonly position: Position;
  /** When the log took it, in Unix milliseconds. Never decreases along positions. */
  readonly recordedAtMs: number;
}
