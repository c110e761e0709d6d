/** An agent that the read models say is connected. */
export interface ConnectedAgent {
  readonly agentId: string;
  readonly connectionId: string;
  /** The edge process that stated the connection. */
  readonly edgeInstance: string;
}

/** Who is connected according to the log, as far as the read models have come. Asked once, when an edge starts. */
export type ListConnectedAgents = () => Promise<readonly ConnectedAgent[]>;
