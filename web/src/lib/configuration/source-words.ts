import type { VersionSource } from '@ampora/api-contract';

/** Where a text was written, in a word, and what that says. */
export const sourceWords: Record<VersionSource, { readonly word: string; readonly explain: string }> = {
  ui: { word: 'console', explain: 'Written here, in the console' },
  api: { word: 'API', explain: 'Written through the API' },
  cli: { word: 'CLI', explain: 'Written from the command line' },
  import: { word: 'imported', explain: 'Taken from what an agent ran' },
  git: { word: 'Git', explain: 'Taken from a Git repository' },
};
