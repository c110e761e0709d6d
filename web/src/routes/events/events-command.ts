import type { Command } from '#lib/cli/command-line.ts';
import type { EventFilter } from '#lib/event/event-filter.ts';

/** The same events from the command line. */
export function eventsCommand(filter: EventFilter, at: string | null): Command {
  return {
    words: ['events', 'list'],
    options: [
      ['--type', filter.type],
      ['--stream', filter.stream],
      ['--stream-prefix', filter.streamPrefix],
      ['--agent', filter.agentId],
      ['--actor', filter.actor],
      ['--correlation', filter.correlationId],
      ['--causation', filter.causationId],
      ['--tenant', filter.tenant],
      ['--since', filter.since],
      ['--until', filter.until],
    ],
    at,
  };
}
