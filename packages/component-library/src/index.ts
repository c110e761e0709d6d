/**
 * What Collector components can be told, by release: settings with types and defaults, signals, connector pairs, generated
 * from the real components and kept as data, with our own words beside it; checks of configurations against it, and what
 * an editor offers and explains. Pure: no I/O, no clock. Runs in Node and in browsers.
 */
export { checkAgainstLibrary, kindOfSection } from './check-against-library.ts';
export type { Completion } from './completions-at.ts';
export { completionsAt } from './completions-at.ts';
export type {
  ComponentKind,
  ComponentLibrary,
  LibraryComponent,
  SignalPair,
  Stability,
} from './component-library.ts';
export { componentKinds, componentsOf, findComponent, isCertain, nearestType } from './component-library.ts';
export type { Description } from './describe-at.ts';
export { describeAt } from './describe-at.ts';
export { docOfField, enumOfField } from './docs/doc-of.ts';
export type { Place } from './place-at.ts';
export { placeAt } from './place-at.ts';
export { defaultRelease, loadRelease, nearestRelease, releases } from './releases.ts';
export { fieldAt } from './settings-below.ts';
export type { SettingsDefault, SettingsNode, SettingsType } from './settings-node.ts';
export type { ConfigValidation, KnownBuild, MissingComponent, ValidationOptions } from './validate-config.ts';
export { validateConfig } from './validate-config.ts';
