import { printable } from '../../output/table.ts';
import { timeText } from '../../output/time-text.ts';
import type { StepView } from './replay-view.ts';

const marks = { identical: '=', different: '≠', 'not-decided': ' ' } as const;

/** One step on one line. */
export function lineOfStep(step: StepView): string {
  const { position, at, type, agent, stream, verdict, differences, fleet, offer, changed } = step;
  const what = [
    agent?.name ?? stream,
    ...changed.slice(0, 3).map(({ field, after }) => `${field} ${clip(after, 40)}`),
    ...(offer === 'due' ? ['an offer is due'] : []),
    ...(fleet ? [`decides about ${fleet.changed} agents, ${fleet.due} offers due`] : []),
    ...differences,
  ];
  return printable(
    `${marks[verdict]} ${position.padStart(8)}  ${timeText(at)}  ${type.padEnd(32)}  ${what.join('; ')}`,
  );
}

/** One step on a page. */
export function pageOfStep(
  step: StepView,
  place: { readonly index: number; readonly count: number },
): string[] {
  const { agent, changed, offer, drift, fleet, differences, verdict, source } = step;
  const lines = [
    `Event ${place.index + 1} of ${place.count}: ${step.type}`,
    `  position ${step.position}, ${step.at}, by ${step.actor}, in ${step.stream}`,
    '',
    ...(agent ? [`  Agent  ${agent.name} (${agent.id})`] : []),
    ...(offer === '' ? [] : [`  Offer  ${offer}`]),
    ...(drift === '' ? [] : [`  Drift  ${drift}`]),
    ...(fleet
      ? [`  All    the decision changed for ${fleet.changed} agents; ${fleet.due} offers are due`]
      : []),
    ...(changed.length === 0 ? ['  It changed nothing that is shown of what it is about.'] : ['  Changed:']),
    ...changed.map(({ field, before, after }) => `    ${field}: ${clip(before, 200)} → ${clip(after, 200)}`),
    '',
    `  ${verdictText[verdict]}${source === 'identical' ? ' The source shows the same at this moment.' : ''}`,
    ...differences.map((difference) => `    ≠ ${difference}`),
  ];
  return lines.map(printable);
}

const verdictText = {
  identical: 'Decided again: identical.',
  different: 'DECIDED AGAIN: DIFFERENT.',
  'not-decided': 'Nothing is decided here.',
} as const;

function clip(text: string, length: number): string {
  if (text === '') return '–';
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
