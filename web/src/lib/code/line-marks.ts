import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

/** First and last line, from 1. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

const mark = StateEffect.define<readonly Lines[]>();
const marked = Decoration.line({ class: 'cm-markedLine' });

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, { changes, effects, state }) {
    for (const effect of effects)
      if (effect.is(mark)) {
        const starts = new Set<number>();
        for (const { first, last } of effect.value)
          for (let line = Math.max(1, first); line <= Math.min(last, state.doc.lines); line += 1)
            starts.add(state.doc.line(line).from);
        return Decoration.set(
          [...starts].sort((one, other) => one - other).map((from) => marked.range(from)),
        );
      }
    return set.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Lines that something beside the text points at, and told which line the pointer is at. */
export function lineMarks(onhover: (line: number | null) => void): Extension {
  let last: number | null = null;
  const tell = (line: number | null) => {
    if (line !== last) onhover((last = line));
  };
  return [
    marks,
    EditorView.domEventHandlers({
      mousemove(event, view) {
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
        tell(at === null ? null : view.state.doc.lineAt(at).number);
      },
      mouseleave() {
        tell(null);
      },
    }),
    EditorView.baseTheme({
      '.cm-markedLine': { backgroundColor: 'var(--chosen)', boxShadow: 'inset 3px 0 var(--accent)' },
    }),
  ];
}

/** Marks these lines and no others. */
export function markLines(view: EditorView, lines: readonly Lines[]): void {
  view.dispatch({ effects: mark.of(lines) });
}
