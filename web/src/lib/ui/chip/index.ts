export { default as Chip } from './chip.svelte';
