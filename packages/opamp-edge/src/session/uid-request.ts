import { agentIdOf, stampEvents } from '@ampora/application';
import type { StreamAppend } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import { type AgentCommand, agentDecider } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import {
  type AgentToServer,
  AgentToServerFlag,
  hasFlag,
  instanceUidFromText,
  instanceUidToText,
  newInstanceUid,
} from '@ampora/opamp-protocol';

export interface UidRequestOptions {
  readonly tenant: string;
  readonly agentId: string;
  /** UUID text of the uid that the agent should use by now. */
  readonly currentUid: string;
  readonly metadata: EventMetadata;
}

/** What a request for a uid comes to; `given` is sent, and is new when there are commands. */
export interface UidAnswer {
  readonly given: Uint8Array | undefined;
  readonly commands: readonly AgentCommand[];
  readonly before: readonly StreamAppend[];
}

const nothing: UidAnswer = { given: undefined, commands: [], before: [] };

/** A temporary uid is exchanged once: asking again before the switch gets the same answer. */
export function readUidRequest(message: AgentToServer, options: UidRequestOptions): UidAnswer {
  if (!hasFlag(message.flags, AgentToServerFlag.RequestInstanceUid)) return nothing;
  const { tenant, agentId, currentUid, metadata } = options;
  if (instanceUidToText(message.instanceUid) !== currentUid)
    return { ...nothing, given: instanceUidFromText(currentUid) };
  const given = newInstanceUid();
  const instanceUid = instanceUidToText(given);
  const alias: AgentCommand = { type: 'alias-instance-uid', agentId, instanceUid };
  const events = stampEvents(agentDecider.decide(alias, agentDecider.initial), metadata);
  const streamId = streamOf.agent(agentIdOf(tenant, instanceUid));
  return {
    given,
    commands: [{ type: 'reassign-instance-uid', instanceUid, cause: 'requested' }],
    before: [{ streamId, expectedRevision: 'no-stream', events }],
  };
}
