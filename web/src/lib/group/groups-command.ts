import type { GroupMode } from '@ampora/api-contract';
import type { Command } from '#lib/cli/command-line.ts';

/** The list of groups from the command line. */
export function groupsCommand(
  said: { readonly search: string; readonly mode: GroupMode | null; readonly deleted: boolean },
  at: string | null,
): Command {
  return {
    words: ['groups', 'list'],
    options: [
      ['--search', said.search],
      ['--mode', said.mode],
      ['--deleted', said.deleted],
    ],
    at,
  };
}

/** One group, or its members. A deleted group is known by its id only. */
export function groupCommand(what: 'show' | 'members', group: string, at: string | null): Command {
  return { words: ['groups', what, group], options: [], at };
}

/** What a selector would do. A preview is of the fleet as it is now. */
export function previewCommand(said: {
  readonly group: string | null;
  readonly selector: string;
  readonly priority: number;
}): Command {
  return {
    words: ['groups', 'preview', ...(said.group === null ? [] : [said.group])],
    options: [
      ['--selector', said.selector],
      ['--priority', String(said.priority)],
    ],
    at: null,
  };
}
