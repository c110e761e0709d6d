import type { TimelineItem } from '@ampora/api-contract';
import type { Command } from '#lib/cli/command-line.ts';
import type { Section } from './sections.ts';
/** The same agent, or its history, from the command line. */
export declare function agentCommand(agent: {
    readonly id: string;
    readonly section: Section;
    readonly kind: readonly TimelineItem['kind'][];
}, at: string | null): Command;
