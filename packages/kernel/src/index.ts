export { assertNever } from './assert-never.ts';
export { type Decider, fold } from './decider.ts';
export type {
  ActorRole,
  DomainEvent,
  EventMetadata,
  NewEvent,
  RecordedEvent,
  ScavengedMark,
} from './envelope.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { END_OF_TIME, parsePosition, type Position, START } from './position.ts';
export { isRejection, Rejection } from './rejection.ts';
