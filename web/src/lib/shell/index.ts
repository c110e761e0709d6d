export { default as BottomBar } from './bottom-bar.svelte';
export { default as HelpDialog } from './help-dialog.svelte';
export { default as PageHead } from './page-head.svelte';
export { default as Rail } from './rail.svelte';
