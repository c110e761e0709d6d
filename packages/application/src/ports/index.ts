export type { ConnectedAgent, ListConnectedAgents } from './connected-agents.ts';
export type {
  Appended,
  AppendResult,
  EventFilter,
  EventLog,
  EventText,
  ExpectedRevision,
  LiveBatch,
  ReadAllOptions,
  ReadAllTextOptions,
  ReadStreamOptions,
  ScavengedEvent,
  StreamAppend,
  SubscribeOptions,
  Subscription,
  TextPage,
  WrongExpectedRevision,
} from './event-log.ts';
export {
  AppendTooLarge,
  EventLogMisconfigured,
  EventLogUnavailable,
  ScavengeUnsupported,
} from './event-log-errors.ts';
export type { AgentSeen, PresenceSink } from './presence.ts';
export type { People, Person, Sealed } from './people.ts';
