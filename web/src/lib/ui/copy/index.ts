export { default as Copy } from './copy.svelte';
