export { default as CodeDiff } from './code-diff.svelte';
export { default as CodeView } from './code-view.svelte';
export { default as MergeEditor } from './merge-editor.svelte';
export { default as YamlEditor } from './yaml-editor.svelte';
