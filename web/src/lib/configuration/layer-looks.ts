import type { FindingLayer } from '@ampora/api-contract';

/** What each kind of check is called, in the order in which they build on each other. */
export const layerLooks: Record<FindingLayer, { readonly word: string; readonly explain: string }> = {
  syntax: { word: 'The text', explain: 'Whether it can be read as YAML at all' },
  semantic: {
    word: 'How it fits together',
    explain: 'Sections, components and the pipelines that join them',
  },
  schema: { word: 'Settings', explain: 'What the components of this Collector release know' },
  lint: { word: 'House rules', explain: 'The lint rules that are switched on' },
  build: { word: 'On the agents', explain: 'Whether the builds that would run it have what it names' },
};
export const layerOrder = Object.keys(layerLooks) as readonly FindingLayer[];
