// Reads configurations beside the page, so that typing never waits for it.
import {
  checkConfig,
  componentSections,
  diffSemantics,
  parseConfig,
  toFinding,
} from '@ampora/collector-config';
import type { MeaningChange, TextAnswer, TextCheck, TextRequest } from './text-work.ts';

addEventListener('message', ({ data }: MessageEvent<TextRequest>) => {
  postMessage(answerTo(data));
});

function answerTo(request: TextRequest): TextAnswer {
  try {
    return { id: request.id, ok: true, answer: answerOf(request) };
  } catch (cause) {
    return { id: request.id, ok: false, reason: String(cause) };
  }
}

function answerOf({ task, asked }: TextRequest) {
  switch (task) {
    case 'check':
      return check(asked.text);
    case 'compare':
      return compare(asked.before, asked.after);
  }
}

function check(text: string): TextCheck {
  const parsed = parseConfig(text);
  if (!parsed.ok) return { findings: parsed.problems.map(toFinding), defined: null };
  const { root } = parsed.document;
  const idsOf = (section: unknown) =>
    typeof section === 'object' && section !== null && !Array.isArray(section) ? Object.keys(section) : [];
  const defined = Object.fromEntries(componentSections.map((name) => [name, idsOf(root[name])]));
  return { findings: checkConfig(parsed.document), defined };
}

function compare(before: string, after: string): readonly MeaningChange[] | null {
  const [was, is] = [parseConfig(before), parseConfig(after)];
  if (!was.ok || !is.ok) return null;
  return diffSemantics(was.document, is.document).map(
    ({ to, kind, path, before: old, after: now, sentence }) => ({
      kind,
      path,
      before: old,
      after: now,
      sentence,
      ...(to === null ? {} : { line: is.document.positionOf(to).line }),
    }),
  );
}
