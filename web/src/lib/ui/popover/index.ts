export { default as Popover } from './popover.svelte';
