// Reads configurations beside the page, so that typing never waits for it.
import {
  type ConfigDocument,
  diffSemantics,
  editConfig,
  parseConfig,
  toFinding,
} from '@ampora/collector-config';
import {
  completionsAt,
  type ComponentLibrary,
  defaultRelease,
  describeAt,
  loadRelease,
  releases,
  validateConfig,
} from '@ampora/component-library';
import { drawDifferences, drawSvg, drawText } from '#lib/canvas/draw-text.ts';
import { levelAt, listPalette, setYaml } from '#lib/canvas/form-level.ts';
import { toDescription, toSuggestion } from './library-words.ts';
import type { MeaningChange, TextAnswer, TextCheck, TextRequest, TextWork } from './text-work.ts';

/** The last text that could be read: a half-written one is understood by what it was. */
let root: ConfigDocument['root'] = {};

addEventListener('message', ({ data }: MessageEvent<TextRequest>) => {
  void answerTo(data).then((answer) => {
    postMessage(answer);
  });
});

async function answerTo(request: TextRequest): Promise<TextAnswer> {
  try {
    return { id: request.id, ok: true, answer: await answerOf(request) };
  } catch (cause) {
    return { id: request.id, ok: false, reason: String(cause) };
  }
}

function answerOf({ task, asked }: TextRequest) {
  switch (task) {
    case 'check':
      return check(asked);
    case 'compare':
      return compare(asked.before, asked.after);
    case 'suggest':
      return suggest(asked);
    case 'describe':
      return describe(asked);
    case 'releases':
      return releases.map((version) => ({ version, default: version === defaultRelease }));
    case 'draw':
      return drawText(asked);
    case 'svg':
      return drawSvg(asked);
    case 'differences':
      return drawDifferences(asked);
    case 'edit':
      return editConfig(asked.text, asked.edits);
    case 'setYaml':
      return setYaml(asked);
    case 'palette':
      return palette(asked.release);
    case 'level':
      return level(asked);
  }
}

/** Null for a release that is not known here; the server may know it. */
async function libraryOf(release: string): Promise<ComponentLibrary | null> {
  return (await loadRelease(release === '' ? defaultRelease : release)) ?? null;
}

async function palette(release: string) {
  const library = await libraryOf(release);
  return library === null ? [] : listPalette(library);
}

async function level(asked: TextWork['level']['asked']) {
  return levelAt(await libraryOf(asked.release), asked);
}

/** Lint rules are the tenant's, and builds are the agents': both are the server's to judge. */
async function check({ text, release }: TextWork['check']['asked']): Promise<TextCheck> {
  const library = await libraryOf(release);
  const parsed = parseConfig(text);
  if (!parsed.ok) return { findings: parsed.problems.map(toFinding), isReadable: false };
  root = parsed.document.root;
  if (library === null) return { findings: [], isReadable: true };
  const { findings } = validateConfig(text, { library });
  return { findings: findings.filter(({ layer }) => layer !== 'lint'), isReadable: true };
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

async function suggest({ text, release, line, path, role }: TextWork['suggest']['asked']) {
  const library = await libraryOf(release);
  if (library === null) return [];
  readAround(text, line);
  return completionsAt(library, path, root).flatMap((completion) => toSuggestion(completion, role));
}

async function describe({ release, path }: TextWork['describe']['asked']) {
  const library = await libraryOf(release);
  const found = library === null ? undefined : describeAt(library, path, root);
  return found === undefined ? null : toDescription(found);
}

/** Reads the text without the line that is being written, when it cannot be read with it. */
function readAround(text: string, line: number): void {
  const lines = text.split('\n');
  lines[line - 1] = '';
  const parsed = parseConfig(lines.join('\n'));
  if (parsed.ok) root = parsed.document.root;
}
