// Reads configurations beside the page, so that typing never waits for it.
import { checkConfig, componentSections, parseConfig, toFinding } from '@ampora/collector-config';
import type { TextAnswer, TextCheck, TextRequest } from './text-work.ts';

addEventListener('message', ({ data }: MessageEvent<TextRequest>) => {
  postMessage(answerTo(data));
});

function answerTo({ id, asked }: TextRequest): TextAnswer {
  try {
    return { id, ok: true, answer: check(asked.text) };
  } catch (cause) {
    return { id, ok: false, reason: String(cause) };
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
