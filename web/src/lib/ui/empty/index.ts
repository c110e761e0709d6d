export { default as Empty } from './empty.svelte';
