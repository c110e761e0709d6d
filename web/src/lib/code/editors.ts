// Everything that needs CodeMirror, in one chunk that pages load when they show code.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Finding } from '@ampora/api-contract';
import { codeLook } from './look.ts';

const fixed: Extension = [
  codeLook,
  yaml(),
  lineNumbers(),
  EditorState.readOnly.of(true),
  search({ top: true }),
  keymap.of([...searchKeymap, ...foldKeymap]),
];

/** A text to read: highlighted, foldable, searchable. */
export function showText(parent: HTMLElement, text: string, label: string): EditorView {
  return new EditorView({
    parent,
    doc: text,
    extensions: [
      fixed,
      foldGutter(),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
    ],
  });
}

export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  readonly readOnly: boolean;
  readonly onchange: (text: string) => void;
  readonly onsave: () => void;
}

export interface TextEditor {
  readonly view: EditorView;
  setText(text: string): void;
  setReadOnly(readOnly: boolean): void;
  /** Marks findings in the gutter and the text. */
  setFindings(findings: readonly Finding[]): void;
  /** Moves the cursor to a line and column, both from 1, and into view. */
  goTo(line: number, column: number): void;
  destroy(): void;
}

/** A text to edit. */
export function editText(parent: HTMLElement, options: EditorOptions): TextEditor {
  const readOnly = new Compartment();
  const view = new EditorView({
    parent,
    doc: options.text,
    extensions: [
      codeLook,
      yaml(),
      lineNumbers(),
      foldGutter(),
      lintGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of('  '),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      search({ top: true }),
      readOnly.of(EditorState.readOnly.of(options.readOnly)),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': options.label }),
      keymap.of([
        {
          key: 'Mod-s',
          preventDefault: true,
          run: () => {
            options.onsave();
            return true;
          },
        },
        indentWithTab,
        ...lintKeymap,
        ...searchKeymap,
        ...foldKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.onchange(update.state.doc.toString());
      }),
    ],
  });
  return {
    view,
    setText(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    setReadOnly(value) {
      view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(value)) });
    },
    setFindings(findings) {
      view.dispatch(
        setDiagnostics(
          view.state,
          findings.map((finding) => toDiagnostic(view.state, finding)),
        ),
      );
    },
    goTo(line, column) {
      const target = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      const anchor = Math.min(target.to, target.from + Math.max(0, column - 1));
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    destroy() {
      view.destroy();
    },
  };
}

/** A finding without a line stands at the first one. The mark reaches from its column to the end of the line. */
function toDiagnostic(state: EditorState, { line, column, severity, message, code }: Finding): Diagnostic {
  const target = state.doc.line(Math.min(Math.max(1, line ?? 1), state.doc.lines));
  const indent = target.text.length - target.text.trimStart().length;
  const from = Math.min(target.to, target.from + (column === null ? indent : Math.max(0, column - 1)));
  return { from, to: Math.max(from, target.to), severity, message, source: code };
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
        named(`${options.rightLabel}, with what differs from ${options.leftLabel}`),
        unifiedMergeView({ original: options.left, mergeControls: false, collapseUnchanged, gutter: true }),
      ],
    });
    return () => {
      view.destroy();
    };
  }
  const merge = new MergeView({
    parent,
    a: { doc: options.left, extensions: [fixed, named(options.leftLabel)] },
    b: { doc: options.right, extensions: [fixed, named(options.rightLabel)] },
    collapseUnchanged,
    gutter: true,
  });
  return () => {
    merge.destroy();
  };
}
