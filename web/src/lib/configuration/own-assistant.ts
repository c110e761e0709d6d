import type { Asked, Assistant, Suggestion } from '#lib/code/assistant.ts';

type Defined = Readonly<Record<string, readonly string[]>>;

const sections = ['receivers', 'processors', 'exporters', 'connectors', 'extensions', 'service'] as const;
const signals = ['traces', 'metrics', 'logs'] as const;
const about: Readonly<Record<string, string>> = {
  receivers: 'How data comes in',
  processors: 'What is done with it on the way',
  exporters: 'Where it goes',
  connectors: 'From one pipeline into another',
  extensions: 'What runs beside the pipelines',
  service: 'Which of them run, and how they are joined',
};

/** Suggests what the text itself defines: names in pipelines, and the frame of a configuration. */
export function suggestFromText({ place }: Asked, defined: Defined | null): readonly Suggestion[] {
  const { path, role } = place;
  const [top, second, third, list] = path;
  if (role === 'key' && path.length <= 1 && (top === undefined || isWord(top, place.word)))
    return sections.map((label) => ({
      label,
      kind: 'section',
      detail: about[label] ?? '',
      insert: `${label}:`,
    }));
  if (top !== 'service') return [];
  if (role === 'key' && path.length === 1)
    return ['pipelines', 'extensions', 'telemetry'].map((label) => ({
      label,
      kind: 'section',
      insert: `${label}:`,
    }));
  if (second === 'extensions' && role === 'item') return references(defined, ['extensions']);
  if (second !== 'pipelines') return [];
  if (role === 'key' && path.length === 2)
    return signals.map((label) => ({ label, kind: 'section', detail: 'signal', insert: `${label}:` }));
  if (role === 'key' && path.length === 3 && third !== undefined)
    return ['receivers', 'processors', 'exporters'].map((label) => ({
      label,
      kind: 'section',
      insert: `${label}: []`,
    }));
  if (role !== 'item') return [];
  if (list === 'receivers') return references(defined, ['receivers', 'connectors']);
  if (list === 'processors') return references(defined, ['processors']);
  if (list === 'exporters') return references(defined, ['exporters', 'connectors']);
  return [];
}

const isWord = (key: string | number, word: string) => String(key).startsWith(word);

function references(defined: Defined | null, from: readonly string[]): readonly Suggestion[] {
  return from.flatMap((section) =>
    (defined?.[section] ?? []).map((label) => ({
      label,
      kind: 'reference' as const,
      detail: section.slice(0, -1),
    })),
  );
}

/** Knows what the text itself defines. */
export function createAssistant(checker: { readonly defined: Defined | null }): Assistant {
  return {
    suggest: (asked) => Promise.resolve(suggestFromText(asked, checker.defined)),
    describe: () => Promise.resolve(null),
  };
}
