// What needs CodeMirror to show a text or two; pages load it when they show code.
import { foldGutter, foldKeymap } from '@codemirror/language';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { languageFor } from './language.ts';
import { lineMarks, type Lines, markLines } from './line-marks.ts';
import { codeLook } from './look.ts';

const fixed: Extension = [
  codeLook,
  lineNumbers(),
  EditorState.readOnly.of(true),
  search({ top: true }),
  keymap.of([...searchKeymap, ...foldKeymap]),
];

/** Told where the pointer and the cursor are, as lines from 1. */
export interface Pointing {
  readonly onhover?: (line: number | null) => void;
  readonly oncursor?: (line: number) => void;
}

/** A text to read: highlighted, foldable, searchable. */
export function showText(
  parent: HTMLElement,
  text: string,
  label: string,
  pointing: Pointing = {},
): EditorView {
  return new EditorView({
    parent,
    doc: text,
    extensions: [
      fixed,
      languageFor(text.length),
      foldGutter(),
      lineMarks((line) => pointing.onhover?.(line)),
      EditorView.updateListener.of(({ selectionSet, state }) => {
        if (selectionSet) pointing.oncursor?.(state.doc.lineAt(state.selection.main.head).number);
      }),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
    ],
  });
}

/** Two large texts that have little in common are compared roughly rather than for minutes. */
const diffConfig = { scanLimit: 500, timeout: 500 };

export function markText(view: EditorView, lines: readonly Lines[]): void {
  markLines(view, lines);
}

/** Brings a line into view, and with `withKeys` the keys to it. */
export function showLine(view: EditorView, line: number, withKeys: boolean): void {
  const anchor = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines)).from;
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
  if (withKeys) view.focus();
}

export interface DiffOptions {
  readonly left: string;
  readonly right: string;
  readonly leftLabel: string;
  readonly rightLabel: string;
  readonly layout: 'side-by-side' | 'unified';
}

/** Two texts compared; what is equal folds away. The answer takes the view down. */
export function showDiff(parent: HTMLElement, options: DiffOptions): () => void {
  const collapseUnchanged = { margin: 3, minSize: 8 };
  const named = (label: string) =>
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' });
  if (options.layout === 'unified') {
    const view = new EditorView({
      parent,
      doc: options.right,
      extensions: [
        fixed,
        languageFor(options.right.length),
        named(`${options.rightLabel}, with what differs from ${options.leftLabel}`),
        unifiedMergeView({
          original: options.left,
          mergeControls: false,
          collapseUnchanged,
          diffConfig,
          gutter: true,
        }),
      ],
    });
    return () => {
      view.destroy();
    };
  }
  const merge = new MergeView({
    parent,
    a: { doc: options.left, extensions: [fixed, languageFor(options.left.length), named(options.leftLabel)] },
    b: {
      doc: options.right,
      extensions: [fixed, languageFor(options.right.length), named(options.rightLabel)],
    },
    collapseUnchanged,
    diffConfig,
    gutter: true,
  });
  return () => {
    merge.destroy();
  };
}
