import { messageCodec } from './codec.ts';
import { createDecodeLimits, type DecodeLimits, defaultDecodeLimits } from './decode-limits.ts';
import { dataOffset } from './framing.ts';
import { MalformedMessage } from './malformed-message.ts';
import type { AgentToServer } from './messages/agent-to-server.ts';
import type { ServerToAgent } from './messages/server-to-agent.ts';
import { WireCheck } from './wire-check.ts';
import { WireReader } from './wire-reader.ts';

/** Decodes one kind of message under one set of limits. Both methods throw MalformedMessage and nothing else. */
export interface MessageDecoder<Message> {
  /** From bare protobuf, as in an HTTP body. */
  decode(bytes: Uint8Array): Message;
  /** From a WebSocket message: header and protobuf. */
  decodeFrame(frame: Uint8Array): Message;
}

function createDecoder<Message>(typeName: string, limits: DecodeLimits): MessageDecoder<Message> {
  const codec = messageCodec(typeName);
  const wireCheck = new WireCheck(typeName, limits);
  const decodeFrom = (bytes: Uint8Array, offset: number): Message => {
    wireCheck.check(bytes, offset);
    try {
      return codec.decode(new WireReader(bytes, offset)) as Message;
    } catch (error) {
      if (error instanceof MalformedMessage) throw error;
      throw new MalformedMessage('message/undecodable', 'The message is not valid protobuf.', {
        cause: error,
      });
    }
  };
  return {
    decode: (bytes) => decodeFrom(bytes, 0),
    decodeFrame: (frame) => decodeFrom(frame, dataOffset(frame)),
  };
}

/** A decoder for what agents send. Limits left out are at their default. */
export function createAgentToServerDecoder(limits?: Partial<DecodeLimits>): MessageDecoder<AgentToServer> {
  return createDecoder('AgentToServer', createDecodeLimits(limits));
}

/** A decoder for what servers send, as clients need it. Limits left out are at their default. */
export function createServerToAgentDecoder(limits?: Partial<DecodeLimits>): MessageDecoder<ServerToAgent> {
  return createDecoder('ServerToAgent', createDecodeLimits(limits));
}

/** Decodes bare protobuf under the default limits. Throws MalformedMessage. */
export const { decode: decodeAgentToServer, decodeFrame: decodeAgentToServerFrame } =
  createDecoder<AgentToServer>('AgentToServer', defaultDecodeLimits);

/** Decodes bare protobuf under the default limits. Throws MalformedMessage. */
export const { decode: decodeServerToAgent, decodeFrame: decodeServerToAgentFrame } =
  createDecoder<ServerToAgent>('ServerToAgent', defaultDecodeLimits);
