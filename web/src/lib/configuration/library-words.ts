import type { Completion, Description as Known } from '@ampora/component-library';
import type { Description, Suggestion } from '#lib/code/assistant.ts';

const kinds: Record<Completion['kind'], Suggestion['kind']> = {
  section: 'section',
  component: 'component',
  key: 'field',
  value: 'value',
  id: 'reference',
};

/** What the library offers, as an editor writes it where a key, a value or a list item is being written. */
export function toSuggestion(completion: Completion, role: 'key' | 'value' | 'item'): readonly Suggestion[] {
  const { label, kind, type, doc, isRequired, opensBlock } = completion;
  const isKey = kind === 'section' || kind === 'component' || kind === 'key';
  // A key cannot be written where a value is expected, nor the other way round.
  if (isKey !== (role === 'key')) return [];
  const detail = [isRequired ? 'needed' : '', type ?? '', defaultText(completion.default)];
  return [
    {
      label,
      kind: kinds[kind],
      detail: detail.filter(Boolean).join(', '),
      ...(doc === '' ? {} : { doc }),
      insert: isKey ? `${label}:${opensBlock ? '' : ' '}` : label,
    },
  ];
}

/** What the library knows of a place, in the words of a page. */
export function toDescription(known: Known): Description {
  const { component, title, type, doc, isOffByDefault } = known;
  const isComponent = component !== undefined && title === component.type;
  const usual = defaultText(known.default);
  const facts = isComponent
    ? [
        component.kind,
        Object.entries(component.stability)
          .map(([signal, level]) => `${signal}: ${level}`)
          .join(', '),
        component.handWritten ? 'described by hand: its main settings only' : '',
      ]
    : [type, usual === '' ? '' : usual, isOffByDefault ? 'does nothing until it is written' : ''];
  return { title, facts: facts.filter(Boolean), doc: doc === '' ? null : doc };
}

function defaultText(value: Completion['default']): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? '' : `default ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
}
