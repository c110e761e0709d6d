export { default as Confirm } from './confirm.svelte';
export { default as Dialog } from './dialog.svelte';
