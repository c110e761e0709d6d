import protobuf from 'protobufjs';
import { AgentConfigFile, AgentConfigMap } from './messages/agent-config-map.ts';
import * as agentMessages from './messages/agent-to-server.ts';
import { AnyValueMessage, ArrayValue, KeyValue, KeyValueList } from './messages/any-value.ts';
import { CustomCapabilities, CustomMessage } from './messages/custom-messages.ts';
import * as serverMessages from './messages/server-to-agent.ts';
import { messageTypes } from './schema.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

type MessageClass = new () => object;

/** The class that the decoder fills, for each message type of the package. */
export const messageClasses: Readonly<Record<string, MessageClass>> = {
  ...agentMessages,
  ...serverMessages,
  AgentConfigFile,
  AgentConfigMap,
  AnyValue: AnyValueMessage,
  ArrayValue,
  CustomCapabilities,
  CustomMessage,
  KeyValue,
  KeyValueList,
};

/** protobufjs' generated functions for one message type, on our classes. The names are those its generated code asks for. */
export interface MessageCodec {
  readonly ctor: MessageClass;
  decode: (reader: WireReader) => object;
  encode: (message: object, writer: WireWriter) => WireWriter;
}

const codecs = new Map<string, MessageCodec>();

/**
 * The codec of a message type, made on first use. protobufjs generates the code; handing it our classes instead of its own
 * spares a second pass over each message to bring it into shape.
 */
export function messageCodec(name: string): MessageCodec {
  const known = codecs.get(name);
  if (known !== undefined) return known;
  const type = messageTypes.get(name);
  const ctor = messageClasses[name];
  if (type === undefined || ctor === undefined) throw new Error(`No message type is called ${name}.`);
  const codec = { ctor } as MessageCodec;
  codecs.set(name, codec); // before its fields: types are recursive
  const types = type.fieldsArray.map((field) =>
    field.resolvedType instanceof protobuf.Type ? messageCodec(field.resolvedType.name) : null,
  );
  const { util } = protobuf;
  codec.decode = protobuf.decoder(type)({
    Reader: WireReader,
    types,
    util,
    C: ctor,
  }) as MessageCodec['decode'];
  codec.encode = protobuf.encoder(type)({ Writer: WireWriter, types, util }) as MessageCodec['encode'];
  ignoreOneofAnnouncements(type, ctor);
  keepDefaultsReadable(ctor);
  return codec;
}

/** For a default that a peer wrote out, the decoder deletes the property instead of setting it. It should still read as that default. */
function keepDefaultsReadable(ctor: MessageClass): void {
  for (const [name, value] of Object.entries(new ctor())) {
    if (typeof value === 'object' && !(value instanceof Uint8Array)) continue;
    Object.defineProperty(ctor.prototype, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
}

/** The decoder sets a property named after the oneof; classes that do not listen to it should not grow it. */
function ignoreOneofAnnouncements(type: protobuf.Type, ctor: MessageClass): void {
  for (const { name } of type.oneofsArray) {
    if (name in ctor.prototype) continue;
    Object.defineProperty(ctor.prototype, name, {
      set() {
        // A oneof of one member has nothing to clear.
      },
    });
  }
}
