import {
  createAssignmentCommands,
  createConfigurationCommands,
  createContentReader,
} from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import type { Queries } from '@ampora/projections/queries';
import { agentHandlers } from './agent/agent-handlers.ts';
import { bisectHandlers } from './bisect/bisect-handlers.ts';
import { checkForPublishing } from './configuration/check-text.ts';
import { configurationReads } from './configuration/read-handlers.ts';
import { writeHandlers } from './configuration/write-handlers.ts';
import { eventHandlers } from './log/event-handlers.ts';
import { momentHandlers } from './log/moment-handlers.ts';
import { type ProjectionControl, projectionHandlers } from './projection/projection-handlers.ts';
import type { Handlers } from './routing/handlers.ts';

export interface HandlersOptions {
  readonly log: EventLog;
  readonly queries: Queries;
  readonly projections: ProjectionControl;
  /** Largest configuration text, in bytes. */
  readonly maxBodyBytes: number;
}

/** Every operation's handler over the log and its read models. */
export function createHandlers({ log, queries, projections, maxBodyBytes }: HandlersOptions): Handlers {
  const content = createContentReader(log);
  return {
    ...agentHandlers({ queries, content }),
    ...bisectHandlers(queries),
    ...configurationReads(queries),
    ...writeHandlers({
      configurations: createConfigurationCommands({ log, content, check: checkForPublishing }),
      assignments: createAssignmentCommands({ log }),
      maxBodyBytes,
      currentText: async (id, version) =>
        (await queries.getVersion(id, version, await queries.resolveMoment()))?.body,
    }),
    ...eventHandlers(log, queries),
    ...momentHandlers(queries),
    ...projectionHandlers(queries, projections),
  };
}
