// What needs CodeMirror to write an expression.
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  type CompletionSource,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, nextDiagnostic, previousDiagnostic, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder as shownEmpty } from '@codemirror/view';
import type { ExpressionCompletion, ExpressionProblem } from '@ampora/api-contract';
import { codeLook } from '#lib/code/look.ts';

export interface ExpressionOptions {
  readonly text: string;
  readonly placeholder: string;
  /** Ids and labels as a form field has them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
  readonly complete: (text: string, offset: number) => Promise<ExpressionCompletion | null>;
  readonly onchange: (text: string) => void;
  readonly onsubmit: () => void;
}

export interface ExpressionEditor {
  setText(text: string): void;
  setReadOnly(readOnly: boolean): void;
  setAttributes(attributes: Readonly<Record<string, string>>): void;
  setProblems(problems: readonly ExpressionProblem[]): void;
  goTo(offset: number): void;
  destroy(): void;
}

/** One expression: it wraps where it is long, Enter takes a suggestion, and with Ctrl it submits. */
export function editExpression(parent: HTMLElement, options: ExpressionOptions): ExpressionEditor {
  const readOnly = new Compartment();
  const attributes = new Compartment();
  let known = options.text;

  const source: CompletionSource = async (context) => {
    const before = context.matchBefore(/[\w.'"-]+/);
    if (!context.explicit && before === null) return null;
    const answer = await options.complete(context.state.sliceDoc(), context.pos);
    if (answer === null || context.aborted || answer.options.length === 0) return null;
    return {
      from: answer.from,
      to: answer.to,
      options: answer.options.map(({ label, kind, detail, insert }) => ({
        label,
        type: kind,
        detail,
        apply: insert,
      })),
      // What fits here depends on all that stands before it: the server is asked again at each step.
      filter: false,
    };
  };

  const view = new EditorView({
    parent,
    doc: options.text,
    extensions: [
      codeLook,
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      EditorView.lineWrapping,
      autocompletion({ override: [source], activateOnTyping: true }),
      shownEmpty(options.placeholder),
      readOnly.of(EditorState.readOnly.of(options.readOnly)),
      attributes.of(EditorView.contentAttributes.of(options.attributes)),
      // Escape closes the suggestions, and not the dialog that the field stands in.
      Prec.highest(
        EditorView.domEventHandlers({
          keydown(event, editor) {
            if (event.key !== 'Escape' || completionStatus(editor.state) === null) return false;
            closeCompletion(editor);
            event.preventDefault();
            event.stopPropagation();
            return true;
          },
        }),
      ),
      Prec.high(
        keymap.of([
          {
            key: 'Mod-Enter',
            run: () => {
              options.onsubmit();
              return true;
            },
          },
          { key: 'Tab', run: acceptCompletion },
          { key: 'F8', run: nextDiagnostic, shift: previousDiagnostic },
        ]),
      ),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        const text = update.state.sliceDoc();
        if (text === known) return;
        known = text;
        options.onchange(text);
      }),
    ],
  });

  return {
    setText(text) {
      if (text === known) return;
      known = text;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    setReadOnly(value) {
      view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(value)) });
    },
    setAttributes(next) {
      view.dispatch({ effects: attributes.reconfigure(EditorView.contentAttributes.of(next)) });
    },
    setProblems(problems) {
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => toDiagnostic(view.state, problem)),
        ),
      );
    },
    goTo(offset) {
      view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    destroy() {
      view.destroy();
    },
  };
}

function toDiagnostic(state: EditorState, problem: ExpressionProblem): Diagnostic {
  const { severity, code, message, suggestion } = problem;
  const end = state.doc.length;
  // A problem at the very end has no extent of its own: the last character carries it.
  const to = Math.min(end, Math.max(problem.to, problem.from + 1));
  const from = Math.max(0, Math.min(problem.from, to === problem.from ? to - 1 : to));
  const mend = {
    name: `Write ${suggestion ?? ''}`,
    apply: (view: EditorView, start: number, stop: number) => {
      view.dispatch({ changes: { from: start, to: stop, insert: suggestion ?? '' } });
    },
  };
  return {
    from,
    to,
    severity,
    message,
    source: code,
    ...(suggestion === undefined ? {} : { actions: [mend] }),
  };
}
