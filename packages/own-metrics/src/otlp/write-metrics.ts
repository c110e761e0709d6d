import protobuf from 'protobufjs';

/** A counter of a Collector and where it stands. */
export interface CounterToSend {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricsToSend {
  /** `service.instance.id`, as UUID text. */
  readonly instanceId: string;
  readonly startMs: number;
  readonly timeMs: number;
  readonly counters: readonly CounterToSend[];
}

/** ExportMetricsServiceRequest in protobuf with cumulative counters: what an agent sends that is no Collector. */
export function writeMetrics({ instanceId, startMs, timeMs, counters }: MetricsToSend): Uint8Array {
  const writer = protobuf.Writer.create().uint32(10).fork(); // resource_metrics
  writer.uint32(10).fork(); // resource
  writeAttribute(writer, 10, 'service.instance.id', instanceId);
  writer.ldelim();
  writer.uint32(18).fork(); // scope_metrics
  for (const { name, attributes, value } of counters) {
    writer.uint32(18).fork().uint32(10).string(name); // metrics, name
    writer.uint32(58).fork(); // sum
    writer.uint32(10).fork(); // data_points
    writeTime(writer.uint32(17), startMs);
    writeTime(writer.uint32(25), timeMs);
    writer.uint32(33).double(value);
    for (const [key, text] of Object.entries(attributes)) writeAttribute(writer, 58, key, text);
    writer.ldelim().uint32(16).int32(2).uint32(24).bool(true).ldelim().ldelim();
  }
  return writer.ldelim().ldelim().finish();
}

function writeAttribute(writer: protobuf.Writer, tag: number, key: string, text: string): void {
  writer
    .uint32(tag)
    .fork()
    .uint32(10)
    .string(key)
    .uint32(18)
    .fork()
    .uint32(10)
    .string(text)
    .ldelim()
    .ldelim();
}

function writeTime(writer: protobuf.Writer, ms: number): void {
  const nanoseconds = BigInt(Math.round(ms)) * 1_000_000n;
  writer.fixed32(Number(nanoseconds & 0xffff_ffffn)).fixed32(Number(nanoseconds >> 32n));
}
