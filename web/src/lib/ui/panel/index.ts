export { default as Panel } from './panel.svelte';
