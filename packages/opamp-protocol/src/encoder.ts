import { type MessageCodec, messageCodec } from './codec.ts';
import { frameHeader } from './framing.ts';
import type { AgentToServer } from './messages/agent-to-server.ts';
import type { MessageInit } from './messages/message-init.ts';
import type { ServerToAgent } from './messages/server-to-agent.ts';
import { WireWriter } from './wire-writer.ts';

/** A scratch buffer that a large message has grown beyond this is not kept. */
const keptScratchBytes = 64 * 1024;

let scratch = new WireWriter();

/** The result is a copy of its own size: it holds on to no scratch space, and may be kept and sent to many. */
function encode(codec: MessageCodec, message: object, header?: number): Uint8Array {
  const writer = scratch;
  writer.restart();
  if (header !== undefined) writer.uint32(header);
  codec.encode(message, writer);
  if (writer.buf.length > keptScratchBytes) scratch = new WireWriter();
  return writer.copyWritten();
}

const agentToServer = messageCodec('AgentToServer');
const serverToAgent = messageCodec('ServerToAgent');

/** Encodes to bare protobuf, as for an HTTP body. */
export function encodeServerToAgent(message: MessageInit<ServerToAgent>): Uint8Array {
  return encode(serverToAgent, message);
}

/** Encodes to a WebSocket message: header and protobuf. */
export function encodeServerToAgentFrame(message: MessageInit<ServerToAgent>): Uint8Array {
  return encode(serverToAgent, message, frameHeader);
}

/** Encodes to bare protobuf, as for an HTTP body. For clients. */
export function encodeAgentToServer(message: MessageInit<AgentToServer>): Uint8Array {
  return encode(agentToServer, message);
}

/** Encodes to a WebSocket message: header and protobuf. For clients. */
export function encodeAgentToServerFrame(message: MessageInit<AgentToServer>): Uint8Array {
  return encode(agentToServer, message, frameHeader);
}

/**
 * Addresses a message that is the same for many agents: `shared` is encoded once, without instanceUid, and copied behind each agent's own.
 * (Concatenated protobuf is merged protobuf.) The result is a WebSocket message.
 */
export function addressServerToAgentFrame(instanceUid: Uint8Array, shared: Uint8Array): Uint8Array {
  const address = encode(serverToAgent, { instanceUid }, frameHeader);
  const frame = new Uint8Array(address.length + shared.length);
  frame.set(address);
  frame.set(shared, address.length);
  return frame;
}
