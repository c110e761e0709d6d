export { default as Time } from './time.svelte';
