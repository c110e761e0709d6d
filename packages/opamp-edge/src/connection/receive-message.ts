import { type AgentToServer, instanceUidFault } from '@ampora/opamp-protocol';
import type { AgentConnection, ReplyTarget } from '../session/agent-connection.ts';
import type { AgentRegistry } from '../session/agent-registry.ts';
import type { AgentSession } from '../session/agent-session.ts';
import type { SessionContext } from '../session/session-context.ts';

/** Why a decoded message goes no further, as a sentence for the peer. */
export interface Refusal {
  readonly refused: string;
}

export interface Reception {
  readonly registry: AgentRegistry;
  readonly context: SessionContext<AgentSession>;
}

export interface ReceivedMessage {
  readonly message: AgentToServer;
  readonly sizeBytes: number;
}

/** Hands a message to its agent, who may be new. */
export function receiveMessage(
  { registry, context }: Reception,
  { message, sizeBytes }: ReceivedMessage,
  target: ReplyTarget,
  connectionOf: (session: AgentSession) => AgentConnection,
): AgentSession | Refusal {
  const { instanceUid } = message;
  let session = registry.find(instanceUid);
  if (!session) {
    const refused = instanceUidFault(instanceUid);
    if (refused !== undefined) return { refused };
    session = registry.open(instanceUid, context);
  }
  session.receive(message, sizeBytes, target, connectionOf(session));
  return session;
}
