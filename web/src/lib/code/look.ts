import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.content], color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--code-value)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--text-soft)', fontStyle: 'italic' },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: 'var(--code-mark)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--text-soft)' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--code-text)', backgroundColor: 'transparent', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  // In whole pixels, which the gutter counts in. The space at the ends is around text and gutter together: an editor that
  // is made out of sight tells the gutter nothing of the text's own padding.
  '.cm-scroller': {
    padding: '0.5rem 0',
    fontFamily: 'var(--mono)',
    lineHeight: '1.3125rem',
    fontVariantLigatures: 'none',
  },
  '.cm-content': { caretColor: 'var(--text)', padding: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-faint)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 0.5rem 0 0.75rem', minWidth: '2rem' },
  '.cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--hover)', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--chosen)',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--warn-soft)' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow-l)',
    overflow: 'hidden',
  },
  '.cm-diagnostic': { padding: '0.375rem 0.625rem', fontFamily: 'var(--sans)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad-fill)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn-fill)' },
  '.cm-diagnostic-info': { borderLeftColor: 'var(--busy-fill)' },
  // Told apart by their shape too.
  '.cm-gutter-lint': { width: '1rem' },
  '.cm-lint-marker': { width: '0.5625rem', height: '0.5625rem', margin: '0.375rem auto 0' },
  '.cm-lint-marker-error': { content: 'normal', background: 'var(--bad-fill)', borderRadius: '2px' },
  '.cm-lint-marker-warning': {
    content: 'normal',
    background: 'var(--warn-fill)',
    clipPath: 'polygon(50% 0, 100% 100%, 0 100%)',
  },
  '.cm-lint-marker-info': { content: 'normal', background: 'var(--busy-fill)', borderRadius: '50%' },
  '.cm-diagnosticAction': {
    marginLeft: '0.5rem',
    padding: '0 0.375rem',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-s)',
    background: 'var(--surface)',
    color: 'var(--text)',
    fontFamily: 'var(--sans)',
    cursor: 'pointer',
  },
  '.cm-lintRange-error': { background: 'none', textDecoration: 'underline wavy var(--bad-fill) 1px' },
  '.cm-lintRange-warning': { background: 'none', textDecoration: 'underline wavy var(--warn-fill) 1px' },
  '.cm-lintRange-info': { background: 'none', textDecoration: 'underline dotted var(--busy-fill) 1px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.1875rem 0.5rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--chosen)', color: 'var(--text)' },
  '.cm-completionIcon': { display: 'none' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: 'var(--accent)' },
  '.cm-completionDetail': { marginLeft: '0.75rem', color: 'var(--text-faint)', fontStyle: 'normal' },
  '@media (max-width: 40rem)': { '.cm-completionDetail': { display: 'none' } },
  '.cm-tooltip.cm-completionInfo': {
    padding: '0.5rem 0.75rem',
    maxWidth: '24rem',
    fontFamily: 'var(--sans)',
  },
  '.cm-docs': { maxWidth: '28rem', padding: '0.5rem 0.75rem', fontFamily: 'var(--sans)' },
  '.cm-docs p': { color: 'var(--text-soft)', fontSize: 'var(--text-s)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--sunken)', border: 'none', color: 'var(--text-soft)' },
  '.cm-collapsedLines': {
    background: 'var(--sunken)',
    color: 'var(--text-soft)',
    fontFamily: 'var(--sans)',
    fontSize: 'var(--text-s)',
  },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--diff-old)' },
  '&.cm-merge-b .cm-changedLine, .cm-insertedLine, .cm-inlineChangedLine': {
    backgroundColor: 'var(--diff-new)',
  },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'var(--diff-old-strong)',
    textDecoration: 'none',
  },
  '&.cm-merge-b .cm-changedText, .cm-changedText': {
    background: 'var(--diff-new-strong)',
    textDecoration: 'none',
  },
  '.cm-deletedLine, .cm-deletedChunk del': { textDecoration: 'none' },
  '.cm-changeGutter': { width: '3px', paddingLeft: '0' },
});

/** How every editor looks: colours are the tokens', so that a change of theme needs no new editor. */
export const codeLook: Extension = [theme, syntaxHighlighting(highlight)];
