import type { ConfigPath } from '../config-path.ts';
import type { ConfigMap } from '../config-value.ts';
import type { ParseLimits } from '../parse-config.ts';
import { parseConfig } from '../parse-config.ts';
import { findChangedLines } from './changed-lines.ts';
import type { ConfigEdit, EditRefusal, EditResult, ReadOnlyReason } from './config-edit.ts';
import { isSameModel } from './edit-step.ts';
import { readEditTree } from './edit-tree.ts';
import { describeRefusal, readOnlyAt, Refusal } from './locate.ts';
import { planEdit, stepOrRefuse } from './plan-edit.ts';
import { TextEditor } from './text-editor.ts';

/**
 * Does one edit, or several as one, to a text. Only the lines that must change do: comments, anchors, order, spacing,
 * quotes and line ends elsewhere stay to the byte. The result is read again and must be what the same edit makes of
 * the model; when it is not (shared values, references, exotic syntax) nothing is changed and the reason is given.
 * Costs a reading of the text per step and two more.
 */
export function editConfig(
  text: string,
  edits: ConfigEdit | readonly ConfigEdit[],
  limits: ParseLimits = {},
): EditResult {
  const list: readonly ConfigEdit[] = 'edit' in edits ? [edits] : edits;
  try {
    const before = readRoot(text, limits);
    const editor = new TextEditor(text);
    let model = before;
    let path: ConfigPath = [];
    for (const edit of list)
      for (const step of planEdit(model, edit)) {
        path = step.path;
        editor.apply(step, model);
        model = stepOrRefuse(model, step);
      }
    const after = parseConfig(editor.text, limits);
    if (!after.ok) {
      const [problem] = after.problems;
      const reasons: Partial<Record<string, EditRefusal>> = { alias: 'anchor', empty: 'would-be-empty' };
      return refuse(reasons[problem?.kind ?? ''] ?? 'not-round-trip', path);
    }
    if (!isSameModel(after.document.root, model)) return refuse('not-round-trip', path);
    return { ok: true, text: editor.text, changedLines: findChangedLines(text, editor.text) };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return refuse(refusal.reason, refusal.path);
  }
}

function readRoot(text: string, limits: ParseLimits): ConfigMap {
  const parsed = parseConfig(text, limits);
  if (parsed.ok) return parsed.document.root;
  const kind = parsed.problems[0]?.kind;
  // A text of nothing, or of comments, is where a new configuration begins.
  if (kind === 'empty') return {};
  throw new Refusal(kind === 'multiple-documents' ? 'multiple-documents' : 'unreadable', []);
}

function refuse(reason: EditRefusal, path: ConfigPath): EditResult {
  return { ok: false, reason, path, message: describeRefusal(reason, path) };
}

export type Editability =
  | { readonly editable: true }
  | {
      readonly editable: false;
      readonly reason: ReadOnlyReason;
      /** What is the cause: the path asked for, or something above it. */
      readonly path: ConfigPath;
      readonly message: string;
    };

/** Reads a text once, to ask of many places whether they can be edited. What is not there yet can. */
export function createEditability(text: string): (path: ConfigPath) => Editability {
  const parsed = parseConfig(text);
  const problem = parsed.ok ? undefined : parsed.problems[0]?.kind;
  const tree = problem === undefined || problem === 'empty' ? readEditTree(text) : undefined;
  return (path) => {
    const found =
      tree === undefined
        ? ({ reason: problem === 'multiple-documents' ? problem : 'unreadable', path: [] } as const)
        : readOnlyAt(tree, path, text);
    if (found === undefined) return { editable: true };
    return { editable: false, ...found, message: describeRefusal(found.reason, found.path) };
  };
}

/** The same for one place. */
export function editabilityOf(document: { readonly text: string }, path: ConfigPath): Editability {
  return createEditability(document.text)(path);
}
