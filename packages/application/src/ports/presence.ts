/** When an agent was last heard of. Ephemeral: never in the log, lost without harm. */
export interface AgentSeen {
  readonly agentId: string;
  readonly tenant: string;
  readonly lastSeenAtMs: number;
}

/** Takes batches of sightings every few seconds; an older sighting never replaces a newer one. */
export interface PresenceSink {
  record(seen: readonly AgentSeen[]): Promise<void>;
}
