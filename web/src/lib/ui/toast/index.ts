export { default as Toaster } from './toaster.svelte';
export { toasts } from './toasts.svelte.ts';
