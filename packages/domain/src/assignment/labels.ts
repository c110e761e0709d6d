import type { AssignmentEvent } from '@ampora/catalogue';
import { Rejection } from '@ampora/kernel';

export type Labels = Readonly<Record<string, string>>;

export type LabelRejectionCode = 'label/invalid-key' | 'label/invalid-value' | 'label/too-many';

export const mostLabels = 64;
export const longestLabelValue = 256;
const key = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;

export interface ChangeLabels {
  readonly type: 'change-labels';
  readonly agentId: string;
  readonly set: Labels;
  /** `others`: all that are not set. */
  readonly remove: readonly string[] | 'others';
  readonly reason?: 'bulk' | undefined;
}

/** Labels after a change. */
export function labelled(
  labels: Labels,
  { set, removed }: { readonly set: Labels; readonly removed: readonly string[] },
): Labels {
  const gone = new Set(removed);
  return { ...Object.fromEntries(Object.entries(labels).filter(([name]) => !gone.has(name))), ...set };
}

/** Setting what is set already is no event. */
export function changeLabels(
  { agentId, set, remove, reason }: ChangeLabels,
  { labels }: { readonly labels: Labels },
): AssignmentEvent[] {
  for (const [name, value] of Object.entries(set)) requireLabel(name, value);
  const isGiven = (name: string) => Object.hasOwn(set, name);
  const unwanted = remove === 'others' ? Object.keys(labels) : remove;
  const removed = [...new Set(unwanted)]
    .filter((name) => Object.hasOwn(labels, name) && !isGiven(name))
    .toSorted();
  const changed = Object.fromEntries(
    Object.entries(set)
      .filter(([name, value]) => !Object.hasOwn(labels, name) || labels[name] !== value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
  if (removed.length === 0 && Object.keys(changed).length === 0) return [];
  const count = Object.keys(labelled(labels, { set: changed, removed })).length;
  if (count > mostLabels)
    throw new Rejection<LabelRejectionCode>(
      'label/too-many',
      `An agent can have ${mostLabels} labels; this would make ${count}.`,
      { agentId, count, most: mostLabels },
    );
  return [
    { type: 'AgentLabelsChanged', data: { agentId, set: changed, removed, ...(reason && { reason }) } },
  ];
}

function requireLabel(name: string, value: string): void {
  if (!key.test(name))
    throw new Rejection<LabelRejectionCode>(
      'label/invalid-key',
      `“${name.slice(0, 80)}” is no label key: give 1 to 63 letters, digits and “.”, “_”, “/” or “-”, the first a letter or digit.`,
      { key: name.slice(0, 80) },
    );
  if (value.length > longestLabelValue)
    throw new Rejection<LabelRejectionCode>(
      'label/invalid-value',
      `The value of label ${name} has ${value.length} characters; ${longestLabelValue} are the most.`,
      { key: name, length: value.length, most: longestLabelValue },
    );
}
