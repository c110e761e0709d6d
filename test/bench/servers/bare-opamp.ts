import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/**
 * The least there is to OpAMP: protobufjs on the repository's .proto files, a static answer made for each message.
 * Nothing is checked, remembered or counted.
 */
const root = new protobuf.Root();
for (const file of ['anyvalue.proto', 'opamp.proto']) {
  protobuf.parse(readFileSync(new URL(`../../../proto/opamp/v1/${file}`, import.meta.url), 'utf8'), root);
}
const agentToServer = root.lookupType('opamp.proto.v1.AgentToServer');
const serverToAgent = root.lookupType('opamp.proto.v1.ServerToAgent');

export interface BareReport {
  readonly instanceUid: Uint8Array;
}

export function decodeReport(frame: Buffer): BareReport {
  return agentToServer.decode(frame.subarray(1)) as unknown as BareReport;
}

export function encodeAnswer({ instanceUid }: BareReport): Buffer {
  return Buffer.concat([Buffer.of(0), serverToAgent.encode({ instanceUid }).finish()]);
}
