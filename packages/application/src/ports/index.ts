export type { ConnectedAgent, ListConnectedAgents } from './connected-agents.ts';
export type {
  Appended,
  AppendResult,
  EventFilter,
  EventLog,
  ExpectedRevision,
  LiveBatch,
  ReadAllOptions,
  ReadStreamOptions,
  StreamAppend,
  SubscribeOptions,
  Subscription,
  WrongExpectedRevision,
} from './event-log.ts';
export { AppendTooLarge, EventLogMisconfigured, EventLogUnavailable } from './event-log-errors.ts';
export type { AgentSeen, PresenceSink } from './presence.ts';
