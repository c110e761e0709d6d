import type { bulkCaps } from '@ampora/api-contract';
import type { IconName } from '#lib/ui/icon/icons.ts';

export type BulkAction = keyof typeof bulkCaps;

interface BulkWords {
  /** On its button. */
  readonly word: string;
  readonly icon: IconName;
  /** What becomes of the agents. */
  readonly explain: string;
  /** Said when it was done, after the number of agents. */
  readonly done: string;
  /** Agents lose what they run or their connection: it is always to be confirmed by the number of agents. */
  readonly isSharp: boolean;
  /** Whether it changes what agents are told to run, so that there is a plan to look at. */
  readonly hasPlan: boolean;
}

export const bulkActions: Record<BulkAction, BulkWords> = {
  move: {
    word: 'Move',
    icon: 'group',
    explain: 'Each leaves the group that it is in, in the same step.',
    done: 'moved',
    isSharp: false,
    hasPlan: true,
  },
  label: {
    word: 'Label',
    icon: 'tag',
    explain: 'Labels that the server gives lie over what agents report; selectors follow within a second.',
    done: 'labelled',
    isSharp: false,
    hasPlan: true,
  },
  assign: {
    word: 'Assign',
    icon: 'target',
    explain: 'Each gets an assignment of its own, which goes before that of its group and of all agents.',
    done: 'assigned',
    isSharp: true,
    hasPlan: true,
  },
  unassign: {
    word: 'Unassign',
    icon: 'minus',
    explain: 'Assignments of their own are taken back: they run what their group or all agents run.',
    done: 'without an assignment of their own',
    isSharp: true,
    hasPlan: true,
  },
  'force-push': {
    word: 'Push again',
    icon: 'send',
    explain: 'Each is sent the configuration that it is to run once more, even when it says that it has it.',
    done: 'to be sent their configuration again',
    isSharp: true,
    hasPlan: false,
  },
  drain: {
    word: 'Drain',
    icon: 'unplug',
    explain: 'Connections are closed, a few at a time; agents connect again by themselves.',
    done: 'to be disconnected',
    isSharp: true,
    hasPlan: false,
  },
};

export const bulkOrder: readonly BulkAction[] = [
  'move',
  'label',
  'assign',
  'unassign',
  'force-push',
  'drain',
];
