import {
  type AuditRetention,
  createAssignmentCommands,
  createConfigurationCommands,
  createContentReader,
  createPersonCommands,
} from '@ampora/application';
import type { EventLog, People } from '@ampora/application/ports';
import type { Queries } from '@ampora/projections/queries';
import { agentHandlers } from './agent/agent-handlers.ts';
import { auditHandlers } from './audit/audit-handlers.ts';
import { bisectHandlers } from './bisect/bisect-handlers.ts';
import { checkForPublishing } from './configuration/check-text.ts';
import { importHandlers } from './configuration/import-handlers.ts';
import { configurationReads } from './configuration/read-handlers.ts';
import { usersOf } from './configuration/users-of.ts';
import { writeHandlers } from './configuration/write-handlers.ts';
import { eventHandlers } from './log/event-handlers.ts';
import { momentHandlers } from './log/moment-handlers.ts';
import { personHandlers } from './person/person-handlers.ts';
import { type ProjectionControl, projectionHandlers } from './projection/projection-handlers.ts';
import { proofHandlers } from './proof/proof-handlers.ts';
import type { ProofSource } from './proof/proof-source.ts';
import type { Handlers } from './routing/handlers.ts';
import { whyHandlers } from './why/why-handlers.ts';

export interface HandlersOptions {
  readonly log: EventLog;
  readonly queries: Queries;
  readonly projections: ProjectionControl;
  readonly people: People;
  readonly retention: AuditRetention;
  /** Absent: the log keeps everything. */
  readonly scavengeAfterDays?: number | undefined;
  readonly proofs: ProofSource;
  /** Largest configuration text, in bytes. */
  readonly maxBodyBytes: number;
}

/** Every operation's handler over the log and its read models. */
export function createHandlers({
  log,
  queries,
  projections,
  proofs,
  maxBodyBytes,
  people,
  retention,
  scavengeAfterDays,
}: HandlersOptions): Handlers {
  const content = createContentReader(log);
  const configurations = createConfigurationCommands({
    log,
    content,
    check: checkForPublishing,
    usersOf: usersOf(queries),
  });
  return {
    ...agentHandlers({ queries, content }),
    ...bisectHandlers(queries),
    ...configurationReads({ queries, maxBodyBytes }),
    ...importHandlers({ queries, content, configurations, maxBodyBytes }),
    ...writeHandlers({
      configurations,
      assignments: createAssignmentCommands({ log }),
      maxBodyBytes,
    }),
    ...eventHandlers(log, queries),
    ...momentHandlers(queries),
    ...whyHandlers(queries),
    ...auditHandlers({ log, queries, people, retention, scavengeAfterDays }),
    ...personHandlers(people, createPersonCommands({ log, people })),
    ...projectionHandlers(queries, projections),
    ...proofHandlers(proofs),
  };
}
