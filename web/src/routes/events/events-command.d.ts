import type { Command } from '#lib/cli/command-line.ts';
import type { EventFilter } from '#lib/event/event-filter.ts';
/** The same events from the command line. */
export declare function eventsCommand(filter: EventFilter, at: string | null): Command;
