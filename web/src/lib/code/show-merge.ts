// What needs CodeMirror to bring two texts together.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { indentUnit } from '@codemirror/language';
import { goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { languageFor } from './language.ts';
import { lineEndsOf, withLineEnds } from './line-ends.ts';
import { codeLook } from './look.ts';

export interface MergeOptions {
  /** Read only: what places can be taken from. */
  readonly left: string;
  readonly leftLabel: string;
  /** The text that comes of it; it can be edited. */
  readonly result: string;
  readonly resultLabel: string;
  readonly layout: 'side-by-side' | 'unified';
  readonly onchange: (text: string) => void;
}

export interface MergeEditor {
  setResult(text: string): void;
  /** Moves to the next or the previous place where the two differ. */
  step(direction: 1 | -1): void;
  destroy(): void;
}

const shared: Extension = [codeLook, lineNumbers(), drawSelection()];
const collapseUnchanged = { margin: 3, minSize: 8 };
const diffConfig = { scanLimit: 2_000, timeout: 500 };

/** The left text against the result, each place with a button that takes the left one's lines over. */
export function showMerge(parent: HTMLElement, options: MergeOptions): MergeEditor {
  const ends = lineEndsOf(options.result);
  let known = options.result;
  const editable: Extension = [
    shared,
    languageFor(options.result.length),
    history(),
    indentUnit.of('  '),
    keymap.of([
      { key: 'Alt-ArrowDown', run: goToNextChunk },
      { key: 'Alt-ArrowUp', run: goToPreviousChunk },
      indentWithTab,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': options.resultLabel }),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      const text = withLineEnds(update.state.sliceDoc(), ends);
      if (text === known) return;
      known = text;
      options.onchange(text);
    }),
  ];
  const made =
    options.layout === 'unified' ? unified(parent, options, editable) : sideBySide(parent, options, editable);
  return {
    setResult(text) {
      if (text === known) return;
      known = text;
      const { view } = made;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(text) } });
    },
    step(direction) {
      made.view.focus();
      (direction === 1 ? goToNextChunk : goToPreviousChunk)(made.view);
    },
    destroy: made.destroy,
  };
}

function sideBySide(parent: HTMLElement, options: MergeOptions, editable: Extension) {
  const merge = new MergeView({
    parent,
    a: {
      doc: options.left,
      extensions: [
        shared,
        languageFor(options.left.length),
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({
          tabindex: '0',
          'aria-label': options.leftLabel,
          'aria-readonly': 'true',
        }),
      ],
    },
    b: { doc: options.result, extensions: editable },
    revertControls: 'a-to-b',
    renderRevertControl: () => takeButton(options.leftLabel),
    collapseUnchanged,
    diffConfig,
    gutter: true,
  });
  return {
    view: merge.b,
    destroy: () => {
      merge.destroy();
    },
  };
}

function unified(parent: HTMLElement, options: MergeOptions, editable: Extension) {
  const view = new EditorView({
    parent,
    doc: options.result,
    extensions: [
      editable,
      unifiedMergeView({
        original: options.left,
        // Accepting would make the left text forget what it said.
        mergeControls: (type, action) => {
          if (type === 'accept') return document.createElement('span');
          const button = takeButton(options.leftLabel);
          button.addEventListener('mousedown', action);
          button.addEventListener('click', (event) => {
            // A click without a mouse before it comes from the keyboard.
            if (event.detail === 0) action(event);
          });
          return button;
        },
        collapseUnchanged,
        diffConfig,
        gutter: true,
      }),
    ],
  });
  return {
    view,
    destroy: () => {
      view.destroy();
    },
  };
}

function takeButton(from: string): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'cm-take';
  button.textContent = 'Take';
  button.title = `Take these lines from: ${from}`;
  button.setAttribute('aria-label', button.title);
  return button;
}
