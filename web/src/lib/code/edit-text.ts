// Loaded by pages that edit a text; with editors.ts one chunk.
import { autocompletion, completionKeymap, type CompletionSource } from '@codemirror/autocomplete';
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
  redo,
  redoDepth,
  undo,
  undoDepth,
} from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import {
  type Diagnostic,
  lintGutter,
  lintKeymap,
  nextDiagnostic,
  previousDiagnostic,
  setDiagnostics,
} from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Finding } from '@ampora/api-contract';
import type { Assistant, Suggestion } from './assistant.ts';
import { isColoured, languageFor } from './language.ts';
import { type LineEnds, lineEndsOf, withLineEnds } from './line-ends.ts';
import { type Lines, lineMarks, markLines } from './line-marks.ts';
import { codeLook } from './look.ts';
import { type YamlPlace, yamlPlaceAt } from './yaml-place.ts';

/** Beyond this many characters the text is handed out when the person rests, not at every key. */
const handOutAtRest = 500_000;
const restMs = 300;
/** More marks than this are of no use to anybody, and each costs. */
const mostMarks = 1_000;

export interface Cursor {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Where the cursor stands in the text, from 0. */
  readonly offset: number;
  readonly place: YamlPlace;
}

export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  readonly readOnly: boolean;
  readonly assistant?: Assistant | undefined;
  readonly onchange: (text: string) => void;
  readonly onsave: () => void;
  readonly oncursor?: ((cursor: Cursor) => void) | undefined;
  /** Told the line under the pointer, from 1. */
  readonly onhover?: ((line: number | null) => void) | undefined;
  /** Told how much can be undone and redone. */
  readonly onhistory?: ((history: EditorHistory) => void) | undefined;
}

export interface EditorHistory {
  readonly undo: number;
  readonly redo: number;
}

export interface TextEditor {
  readonly view: EditorView;
  /** Hands out what has been typed and not yet been handed out. */
  flush(): void;
  setText(text: string): void;
  setReadOnly(readOnly: boolean): void;
  /** Marks findings in the gutter and the text. */
  setFindings(findings: readonly Finding[]): void;
  /** Moves the cursor to a line and column, both from 1, and into view. */
  goTo(line: number, column: number): void;
  /** Brings a line into view, and the cursor to it; the keys stay where they are. */
  show(line: number): void;
  /** Marks lines that something beside the text points at. */
  mark(lines: readonly Lines[]): void;
  undo(): void;
  redo(): void;
  destroy(): void;
}

/** A text to edit. What is handed out is what was typed, with the line ends that the text came with. */
export function editText(parent: HTMLElement, options: EditorOptions): TextEditor {
  const readOnly = new Compartment();
  const separator = new Compartment();
  const language = new Compartment();
  let ends: LineEnds = lineEndsOf(options.text);
  let known = options.text;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const handOut = () => {
    clearTimeout(waiting);
    waiting = undefined;
    known = withLineEnds(view.state.sliceDoc(), ends);
    options.onchange(known);
  };
  const flush = () => {
    if (waiting !== undefined) handOut();
  };
  const changed = (length: number) => {
    clearTimeout(waiting);
    if (length <= handOutAtRest) handOut();
    else waiting = setTimeout(handOut, restMs);
  };

  const view = new EditorView({
    parent,
    doc: options.text,
    extensions: [
      codeLook,
      language.of(languageFor(options.text.length)),
      EditorState.transactionExtender.of(({ docChanged, startState, newDoc }) => {
        if (!docChanged) return null;
        const [was, is] = [isColoured(startState.doc.length), isColoured(newDoc.length)];
        return was === is ? null : { effects: language.reconfigure(languageFor(newDoc.length)) };
      }),
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
      separator.of(separatorOf(ends)),
      lineMarks((line) => options.onhover?.(line)),
      readOnly.of(EditorState.readOnly.of(options.readOnly)),
      options.assistant ? assisted(options.assistant) : [],
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': options.label }),
      keymap.of([
        {
          key: 'Mod-s',
          preventDefault: true,
          run: () => {
            flush();
            options.onsave();
            return true;
          },
        },
        { key: 'F8', run: nextDiagnostic, shift: previousDiagnostic, preventDefault: true },
        ...completionKeymap,
        indentWithTab,
        ...lintKeymap,
        ...searchKeymap,
        ...foldKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          changed(update.state.doc.length);
          options.onhistory?.({ undo: undoDepth(update.state), redo: redoDepth(update.state) });
        }
        if (update.docChanged || update.selectionSet) options.oncursor?.(cursorOf(update.state));
      }),
    ],
  });
  options.oncursor?.(cursorOf(view.state));
  return {
    view,
    flush,
    setText(text) {
      if (text === known) return;
      clearTimeout(waiting);
      waiting = undefined;
      known = text;
      ends = lineEndsOf(text);
      view.dispatch({ effects: separator.reconfigure(separatorOf(ends)) });
      const { doc } = view.state;
      view.dispatch({
        changes: onlyChange(doc, view.state.toText(text)),
        // Each text from elsewhere is a step of its own to undo.
        annotations: isolateHistory.of('full'),
      });
    },
    setReadOnly(value) {
      view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(value)) });
    },
    setFindings(findings) {
      const marks = findings.slice(0, mostMarks).map((finding) => toDiagnostic(view.state, finding));
      view.dispatch(setDiagnostics(view.state, marks));
    },
    goTo(line, column) {
      const anchor = offsetAt(view.state, line, column);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    show(line) {
      const anchor = offsetAt(view.state, line, 1);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    },
    mark(lines) {
      markLines(view, lines);
    },
    undo() {
      undo(view);
    },
    redo() {
      redo(view);
    },
    destroy() {
      flush();
      view.destroy();
    },
  };
}

/** What stands between the beginning and the end that both have: cursor, folds and marks elsewhere stay. */
function onlyChange(doc: Text, next: Text): { from: number; to: number; insert: Text } {
  const [before, after] = [doc.toString(), next.toString()];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end += 1;
  return { from: start, to: before.length - end, insert: next.slice(start, after.length - end) };
}

/** With mixed line ends the carriage returns stay in the lines, so that none of them is lost or added. */
function separatorOf(ends: LineEnds): Extension {
  return ends === 'mixed' ? EditorState.lineSeparator.of('\n') : [];
}

function cursorOf(state: EditorState): Cursor {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const lines = { count: state.doc.lines, line: (number: number) => state.doc.line(number).text };
  const column = head - line.from;
  return {
    line: line.number,
    column: column + 1,
    offset: head,
    place: yamlPlaceAt(lines, line.number, column),
  };
}

function offsetAt(state: EditorState, line: number, column: number): number {
  const target = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  return Math.min(target.to, target.from + Math.max(0, column - 1));
}

/** A finding without a line stands at the first one. Without an end the mark reaches to the end of the line. */
function toDiagnostic(state: EditorState, finding: Finding): Diagnostic {
  const { line, column, severity, message, code, endLine, endColumn, suggestion } = finding;
  const target = state.doc.line(Math.min(Math.max(1, line ?? 1), state.doc.lines));
  const indent = target.text.length - target.text.trimStart().length;
  const from = Math.min(target.to, target.from + (column === null ? indent : Math.max(0, column - 1)));
  // A mark over many lines hides the text that it is about: it ends with its first one.
  const ends = endLine === line && endColumn ? offsetAt(state, endLine ?? 1, endColumn) : target.to;
  const to = Math.max(from, Math.min(ends, target.to));
  const mend = {
    name: `Write ${suggestion ?? ''}`,
    apply: (view: EditorView, start: number, end: number) => {
      view.dispatch({ changes: { from: start, to: end, insert: suggestion ?? '' } });
    },
  };
  return {
    from,
    to,
    severity,
    message,
    source: code,
    ...(suggestion && to > from ? { actions: [mend] } : {}),
  };
}

function assisted(assistant: Assistant): Extension {
  const source: CompletionSource = async (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const lines = {
      count: context.state.doc.lines,
      line: (number: number) => context.state.doc.line(number).text,
    };
    const place = yamlPlaceAt(lines, line.number, context.pos - line.from);
    if (!context.explicit && place.word === '') return null;
    const suggestions = await assistant.suggest({
      text: () => context.state.sliceDoc(),
      line: line.number,
      place,
    });
    if (context.aborted || suggestions.length === 0) return null;
    return { from: line.from + place.from, options: suggestions.map(toCompletion), validFor: /^[\w./-]*$/ };
  };
  return [
    autocompletion({ override: [source], maxRenderedOptions: 60 }),
    hoverTooltip(async (view, pos) => {
      const line = view.state.doc.lineAt(pos);
      const lines = {
        count: view.state.doc.lines,
        line: (number: number) => view.state.doc.line(number).text,
      };
      // The word under the pointer counts to its end.
      const end = pos + (/^[\w./-]*/.exec(line.text.slice(pos - line.from))?.[0].length ?? 0);
      const place = yamlPlaceAt(lines, line.number, end - line.from);
      const description = await assistant.describe({
        text: () => view.state.sliceDoc(),
        line: line.number,
        place,
      });
      if (description === null) return null;
      return {
        pos: line.from + place.from,
        end,
        above: true,
        create: () => {
          const dom = document.createElement('div');
          dom.className = 'cm-docs';
          const title = document.createElement('strong');
          title.textContent = description.title;
          dom.append(title);
          for (const text of [...description.facts, ...(description.doc ? [description.doc] : [])]) {
            const row = document.createElement('p');
            row.textContent = text;
            dom.append(row);
          }
          return { dom };
        },
      };
    }),
  ];
}

function toCompletion({ label, kind, detail, doc, insert }: Suggestion) {
  return {
    label,
    type: kind,
    ...(detail ? { detail } : {}),
    ...(doc ? { info: doc } : {}),
    ...(insert ? { apply: insert } : {}),
  };
}
