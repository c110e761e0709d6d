import {
  AgentCapability,
  encodeAgentToServerFrame,
  type AgentToServer,
  type MessageInit,
} from '@ampora/opamp-protocol';
import { createHash } from 'node:crypto';

/** Frames are encoded and masked once; between two sends only the sequence number and the counter are rewritten. */
export interface PreparedFrame {
  /** A whole masked WebSocket frame. */
  readonly bytes: Buffer;
  readonly sequenceAt: number;
  /** Where the eight letters of the changing value are; -1 when nothing changes. */
  readonly counterAt: number;
}

/** What differs between two reports of an agent: nothing, its description, its effective config or its health. */
export type Change = 'nothing' | 'description' | 'effective-config' | 'health';

/** Any value would do: with a mask that is not zero the server has to unmask, as it has to in earnest. */
const MASK = [0x37, 0xa2, 0x5c, 0xe9] as const;
/** Numbers from here to 2^28 take four bytes on the wire, so that one can be written over the other. */
export const FIRST_SEQUENCE = 2 ** 21;
const COUNTER = '@@@@@@@@';
const IDLE_COUNTER = 'aaaaaaaa';

const capabilities =
  AgentCapability.ReportsStatus |
  AgentCapability.AcceptsRemoteConfig |
  AgentCapability.ReportsEffectiveConfig |
  AgentCapability.ReportsHealth |
  AgentCapability.ReportsRemoteConfig;

/** 16 bytes in the form of a UUIDv7, the same for the same fleet and number. */
export function instanceUidOf(fleet: string, index: number): Uint8Array {
  const uid = createHash('sha256').update(`${fleet}\n${index}`).digest().subarray(0, 16);
  uid[6] = ((uid[6] ?? 0) & 0x0f) | 0x70;
  uid[8] = ((uid[8] ?? 0) & 0x3f) | 0x80;
  return Uint8Array.from(uid);
}

export function heartbeatFrame(instanceUid: Uint8Array): PreparedFrame {
  return prepare({ instanceUid, sequenceNum: BigInt(FIRST_SEQUENCE), capabilities });
}

/** Says of the offered configuration that it is applied. */
export function appliedFrame(instanceUid: Uint8Array, lastRemoteConfigHash: Uint8Array): PreparedFrame {
  return prepare({
    instanceUid,
    sequenceNum: BigInt(FIRST_SEQUENCE),
    capabilities,
    remoteConfigStatus: { lastRemoteConfigHash, status: 1 },
  });
}

/** A full status report of about 1.5 KB, as a Collector under a supervisor sends it. */
export function reportFrame(
  { instanceUid, index }: { readonly instanceUid: Uint8Array; readonly index: number },
  change: Change,
): PreparedFrame {
  const mark = (facet: Change): string => (facet === change ? COUNTER : IDLE_COUNTER);
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const running = { healthy: true, status: 'StatusOK' };
  return prepare({
    instanceUid,
    sequenceNum: BigInt(FIRST_SEQUENCE),
    capabilities,
    agentDescription: {
      identifyingAttributes: [
        text('service.name', 'io.opentelemetry.collector'),
        text('service.version', '0.137.0'),
        text('service.instance.id', Buffer.from(instanceUid).toString('hex')),
      ],
      nonIdentifyingAttributes: [
        text('host.name', `edge-${index}.plant-${index % 40}.example.net`),
        text('host.arch', 'amd64'),
        text('os.type', 'linux'),
        text('os.description', 'Debian GNU/Linux 12 (bookworm)'),
        text('deployment.environment', index % 5 === 0 ? 'staging' : 'production'),
        text('deployment.build', mark('description')),
      ],
    },
    health: {
      healthy: true,
      status: 'StatusOK',
      lastError: change === 'health' ? `exporter otlp: ${COUNTER}` : '',
      startTimeUnixNano: 1_760_000_000_000_000_000n,
      statusTimeUnixNano: 1_760_000_100_000_000_000n,
      componentHealthMap: {
        'pipeline:metrics': {
          ...running,
          componentHealthMap: { 'receiver:otlp': running, 'exporter:otlp': running },
        },
        extensions: running,
      },
    },
    effectiveConfig: {
      configMap: {
        configMap: { '': { body: collectorConfig(mark('effective-config')), contentType: 'text/yaml' } },
      },
    },
    remoteConfigStatus: { status: 0 },
  });
}

function collectorConfig(counter: string): Uint8Array {
  return Buffer.from(`receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
  hostmetrics:
    collection_interval: 30s
    scrapers: { cpu: {}, memory: {}, load: {} }
processors:
  batch: { timeout: 5s, send_batch_size: 8192 }
  resource:
    attributes:
      - { key: deployment.build, value: ${counter}, action: upsert }
exporters:
  otlp:
    endpoint: gateway.example.net:4317
    sending_queue: { enabled: true, queue_size: 5000 }
service:
  telemetry:
    metrics: { level: normal }
  pipelines:
    metrics:
      receivers: [otlp, hostmetrics]
      processors: [resource, batch]
      exporters: [otlp]
`);
}

function prepare(message: MessageInit<AgentToServer>): PreparedFrame {
  const payload = Buffer.from(encodeAgentToServerFrame(message));
  // One byte of OpAMP header, the tagged uid (2 + 16), the sequence number's tag.
  const sequenceAt = 1 + 18 + 1;
  if (payload[sequenceAt - 1] !== 0x10) throw new Error('The sequence number is not where it is expected');
  const counterAt = payload.indexOf(COUNTER);
  const long = payload.length > 125;
  const head = long
    ? [0x82, 0x80 | 126, payload.length >> 8, payload.length & 255]
    : [0x82, 0x80 | payload.length];
  const start = head.length + MASK.length;
  const bytes = Buffer.alloc(start + payload.length);
  bytes.set([...head, ...MASK]);
  for (let at = 0; at < payload.length; at++) bytes[start + at] = (payload[at] ?? 0) ^ maskAt(at);
  const frame = { bytes, sequenceAt: start + sequenceAt, counterAt: counterAt < 0 ? -1 : start + counterAt };
  if (frame.counterAt >= 0) writeCounter(frame, 0);
  return frame;
}

function maskAt(payloadOffset: number): number {
  return MASK[(payloadOffset & 3) as 0 | 1 | 2 | 3];
}

function payloadStart(bytes: Buffer): number {
  return (((bytes[1] ?? 0) & 127) === 126 ? 4 : 2) + MASK.length;
}

export function writeSequence({ bytes, sequenceAt }: PreparedFrame, sequence: number): void {
  const from = sequenceAt - payloadStart(bytes);
  for (let at = 0; at < 4; at++) {
    const more = at < 3 ? 0x80 : 0;
    bytes[sequenceAt + at] = (((sequence >> (7 * at)) & 127) | more) ^ maskAt(from + at);
  }
}

/** Eight lower-case letters, another eight for another number: no digits, which damping could take for noise. */
export function writeCounter({ bytes, counterAt }: PreparedFrame, counter: number): void {
  if (counterAt < 0) return;
  const from = counterAt - payloadStart(bytes);
  let rest = counter;
  for (let at = 0; at < COUNTER.length; at++) {
    bytes[counterAt + at] = (98 + (rest % 24)) ^ maskAt(from + at);
    rest = Math.floor(rest / 24);
  }
}

/** An answer to a ping, which has to carry the ping's own payload. */
export function pongFrame(payload: Buffer): Buffer {
  const bytes = Buffer.alloc(2 + MASK.length + payload.length);
  bytes.set([0x8a, 0x80 | payload.length, ...MASK]);
  for (let at = 0; at < payload.length; at++) bytes[6 + at] = (payload[at] ?? 0) ^ maskAt(at);
  return bytes;
}
