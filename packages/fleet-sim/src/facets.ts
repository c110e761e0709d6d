/** Parts of a report, as bits: what is due, what a message carried. */
export const Facet = Object.freeze({
  description: 1,
  health: 2,
  effectiveConfig: 4,
  remoteConfigStatus: 8,
  components: 16,
  /** The component map beside its hash. */
  componentMap: 32,
  packages: 64,
} as const);

/** As the first message of a process, with the hash of the components only. */
export const firstReport =
  Facet.description |
  Facet.health |
  Facet.effectiveConfig |
  Facet.remoteConfigStatus |
  Facet.components |
  Facet.packages;

/** As asked for with ReportFullState. */
export const fullReport = firstReport | Facet.componentMap;
