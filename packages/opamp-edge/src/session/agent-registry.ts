import type { AgentLoader } from '../facts/agent-loader.ts';
import type { DecidedNow } from '../push/wanted-configs.ts';
import { AgentSession } from './agent-session.ts';
import type { SessionContext } from './session-context.ts';

/** Agents this edge knows, by each uid they go by and by id. Forgets those that are gone for long: the log remembers. */
export class AgentRegistry {
  readonly #loader: AgentLoader;
  readonly #byUid = new Map<string, AgentSession>();
  readonly #byAgentId = new Map<string, AgentSession>();

  constructor(loader: AgentLoader) {
    this.#loader = loader;
  }

  get size(): number {
    return this.#byAgentId.size;
  }

  sessions(): IterableIterator<AgentSession> {
    return this.#byAgentId.values();
  }

  find(instanceUid: Uint8Array): AgentSession | undefined {
    return this.#byUid.get(keyOf(instanceUid));
  }

  findAgent(agentId: string): AgentSession | undefined {
    return this.#byAgentId.get(agentId);
  }

  /** A session for a uid that none is known for; it begins to load. */
  open(instanceUid: Uint8Array, context: SessionContext<AgentSession>): AgentSession {
    const session = new AgentSession(context, instanceUid);
    this.#byUid.set(keyOf(instanceUid), session);
    const known = this.#byAgentId.get(session.agentId);
    if (!known) this.#byAgentId.set(session.agentId, session);
    this.load(session, context);
    return session;
  }

  alias(instanceUid: Uint8Array, session: AgentSession): void {
    this.#byUid.set(keyOf(instanceUid), session);
  }

  decided(agentId: string, change: DecidedNow): AgentSession | undefined {
    const session = this.#byAgentId.get(agentId);
    session?.decided(change);
    return session;
  }

  load(session: AgentSession, context: SessionContext<AgentSession>): void {
    this.#load(session, context).catch((error: unknown) => {
      session.loadFailed(error);
    });
  }

  async #load(session: AgentSession, context: SessionContext<AgentSession>): Promise<void> {
    let loaded = await this.#loader.load(session.agentId);
    if (loaded.state.status === 'aliased') {
      const { agentId } = loaded.state;
      if (this.#byAgentId.get(session.agentId) === session) this.#byAgentId.delete(session.agentId);
      const known = this.#byAgentId.get(agentId);
      if (known && known !== session) {
        this.#byUid.set(keyOf(session.uid), known);
        session.handOver(known);
        return;
      }
      session.agentId = agentId;
      this.#byAgentId.set(agentId, session);
      loaded = await this.#loader.load(agentId);
    }
    // Its group and its configuration's text first: the answer to its first message may have to carry it.
    await context.wanted.ready(loaded);
    session.loaded(loaded);
  }

  /** Drops agents that are idle and were not heard of since `beforeMs`. */
  forgetIdle(beforeMs: number): void {
    const isGone = (session: AgentSession) => session.isIdle && session.lastSeenMs < beforeMs;
    for (const [uid, session] of this.#byUid) if (isGone(session)) this.#byUid.delete(uid);
    for (const [agentId, session] of this.#byAgentId) if (isGone(session)) this.#byAgentId.delete(agentId);
  }

  dispose(): void {
    for (const session of this.#byAgentId.values()) session.dispose();
    this.#byUid.clear();
    this.#byAgentId.clear();
  }
}

/** Sixteen bytes as a map key: one character a byte. */
function keyOf(instanceUid: Uint8Array): string {
  return String.fromCharCode(...instanceUid);
}
