import type { PresenceSink } from '@ampora/application/ports';
import type { Logger } from '@ampora/platform';
import type { AgentRegistry } from '../session/agent-registry.ts';

export interface PresenceFlushOptions {
  readonly registry: AgentRegistry;
  readonly sink: PresenceSink;
  readonly tenant: string;
  readonly logger: Logger;
}

/** Hands on who was heard of since the last time. One batch at a time; what fails is simply newer in the next one. */
export class PresenceFlush {
  readonly #options: PresenceFlushOptions;
  #busy = false;

  constructor(options: PresenceFlushOptions) {
    this.#options = options;
  }

  async flush(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { registry, sink, tenant, logger } = this.#options;
    const seen = [];
    for (const session of registry.sessions()) {
      if (session.lastSeenMs <= session.presentedMs || session.state.status !== 'enrolled') continue;
      seen.push({ session, entry: { agentId: session.agentId, tenant, lastSeenAtMs: session.lastSeenMs } });
    }
    try {
      if (seen.length > 0) await sink.record(seen.map(({ entry }) => entry));
      for (const { session, entry } of seen) session.presentedMs = entry.lastSeenAtMs;
    } catch (error) {
      logger.warn('Presence could not be written', { agents: seen.length, error: String(error) });
    } finally {
      this.#busy = false;
    }
  }
}
