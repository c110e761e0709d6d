import protobuf from 'protobufjs';
import type { CollectorPoint, ResourcePoints, Temporality } from '../collector-point.ts';
import { knownMetric } from '../measure-of.ts';
import { MalformedMetrics } from './malformed-metrics.ts';
import type { ReadBudget } from './read-limits.ts';
import { toPoint } from './to-point.ts';

/**
 * Reads an ExportMetricsServiceRequest in protobuf field by field: what is not measured with is skipped as bytes, so that nothing is
 * allocated for it. Throws MalformedMetrics.
 */
export function readProtobuf(bytes: Uint8Array, budget: ReadBudget): ResourcePoints[] {
  try {
    const resources: ResourcePoints[] = [];
    eachField(protobuf.Reader.create(bytes), (reader, field, wireType) => {
      if (field !== 1 || wireType !== 2) return false;
      budget.take('resources');
      resources.push(readResource(reader.bytes(), budget));
      return true;
    });
    return resources;
  } catch (error) {
    if (error instanceof MalformedMetrics) throw error;
    throw new MalformedMetrics('The body is not a valid ExportMetricsServiceRequest.', { cause: error });
  }
}

/** Takes the field and answers true, or leaves it to be skipped. */
type TakeField = (reader: protobuf.Reader, field: number, wireType: number) => boolean;

function eachField(reader: protobuf.Reader, take: TakeField): void {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag < 8) throw new MalformedMetrics('A field has the number 0.');
    if (!take(reader, tag >>> 3, tag & 7)) reader.skipType(tag & 7, 0, tag >>> 3);
  }
}

function within(bytes: Uint8Array, take: TakeField): void {
  eachField(protobuf.Reader.create(bytes), take);
}

/** Sums up what one ResourceMetrics says; its resource may stand behind its metrics. */
function readResource(bytes: Uint8Array, budget: ReadBudget): ResourcePoints {
  let instanceId = '';
  const points: CollectorPoint[] = [];
  let skipped = 0;
  within(bytes, (reader, field, wireType) => {
    if (wireType !== 2 || (field !== 1 && field !== 2)) return false;
    const inner = reader.bytes();
    if (field === 1) instanceId = readAttributes(inner, 1, budget)?.get('service.instance.id') ?? instanceId;
    else skipped += readScope(inner, budget, points);
    return true;
  });
  return { instanceId, points, skipped };
}

function readScope(bytes: Uint8Array, budget: ReadBudget, points: CollectorPoint[]): number {
  let skipped = 0;
  within(bytes, (reader, field, wireType) => {
    if (field !== 2 || wireType !== 2) return false;
    budget.take('metrics');
    skipped += readMetric(reader.bytes(), budget, points);
    return true;
  });
  return skipped;
}

/** Gauge (5) and Sum (7); of the other kinds nothing is measured with. Returns how many points were left out. */
function readMetric(bytes: Uint8Array, budget: ReadBudget, points: CollectorPoint[]): number {
  let name = '';
  let data: Uint8Array | undefined;
  let isSum = false;
  within(bytes, (reader, field, wireType) => {
    if (wireType !== 2) return false;
    if (field === 1) name = shortText(reader.bytes(), budget) ?? '';
    else if (field === 5 || field === 7) {
      isSum = field === 7;
      data = reader.bytes();
    } else return false;
    return true;
  });
  const metric = knownMetric(name);
  if (!metric || !data) return 0;
  let temporality: Temporality | undefined = isSum ? undefined : 'gauge';
  const slices: Uint8Array[] = [];
  within(data, (reader, field, wireType) => {
    if (field === 1 && wireType === 2) {
      budget.take('points');
      slices.push(reader.bytes());
    } else if (isSum && field === 2 && wireType === 0) temporality = temporalityOf(reader.uint32());
    else return false;
    return true;
  });
  if (temporality === undefined) return slices.length;
  let skipped = 0;
  for (const slice of slices) {
    const number = readPoint(slice, budget);
    const point = number && toPoint(name, { metric, temporality }, number);
    if (point) points.push(point);
    else skipped++;
  }
  return skipped;
}

/** AGGREGATION_TEMPORALITY_DELTA is 1, CUMULATIVE 2. */
export function temporalityOf(number: number): Temporality | undefined {
  if (number === 1) return 'delta';
  return number === 2 ? 'cumulative' : undefined;
}

function readPoint(bytes: Uint8Array, budget: ReadBudget) {
  let startMs = 0;
  let timeMs = 0;
  let value = NaN;
  let isMissing = false;
  const attributes = readAttributes(bytes, 7, budget, (reader, field, wireType) => {
    if (field === 2 && wireType === 1) startMs = readTime(reader);
    else if (field === 3 && wireType === 1) timeMs = readTime(reader);
    else if (field === 4 && wireType === 1) value = reader.double();
    else if (field === 6 && wireType === 1) value = readInteger(reader);
    else if (field === 8 && wireType === 0) isMissing = (reader.uint32() & 1) === 1;
    else return false;
    return true;
  });
  return attributes && !isMissing ? { attributes, startMs, timeMs, value } : undefined;
}

/** Text attributes among the KeyValues with that field number; undefined when there are too many or too long ones. */
function readAttributes(
  bytes: Uint8Array,
  number: number,
  budget: ReadBudget,
  others: TakeField = () => false,
): Map<string, string> | undefined {
  const attributes = new Map<string, string>();
  let count = 0;
  let isFine = true;
  within(bytes, (reader, field, wireType) => {
    if (field !== number || wireType !== 2) return others(reader, field, wireType);
    const inner = reader.bytes();
    isFine &&= ++count <= budget.limits.maxAttributes && readAttribute(inner, budget, attributes);
    return true;
  });
  return isFine ? attributes : undefined;
}

function readAttribute(bytes: Uint8Array, budget: ReadBudget, into: Map<string, string>): boolean {
  let key: string | undefined = '';
  let value: string | undefined = '';
  within(bytes, (reader, field, wireType) => {
    if (wireType !== 2 || (field !== 1 && field !== 2)) return false;
    if (field === 1) key = shortText(reader.bytes(), budget);
    else value = readValue(reader.bytes(), budget);
    return true;
  });
  if (key === undefined || value === undefined) return false;
  into.set(key, value);
  return true;
}

/** AnyValue: text as it is, integers and booleans as text, all else as nothing. */
function readValue(bytes: Uint8Array, budget: ReadBudget): string | undefined {
  let value: string | undefined = '';
  within(bytes, (reader, field, wireType) => {
    if (field === 1 && wireType === 2) value = shortText(reader.bytes(), budget);
    else if (field === 2 && wireType === 0) value = String(reader.bool());
    else if (field === 3 && wireType === 0) value = String(reader.int64());
    else return false;
    return true;
  });
  return value;
}

function shortText(bytes: Uint8Array, budget: ReadBudget): string | undefined {
  if (bytes.byteLength > budget.limits.maxTextLength * 4) return undefined;
  const text = new TextDecoder().decode(bytes);
  return budget.isShort(text) ? text : undefined;
}

/** Nanoseconds in 64 bits as milliseconds; what is lost is less than a microsecond. */
function readTime(reader: protobuf.Reader): number {
  const low = reader.fixed32();
  return (reader.fixed32() * 0x1_0000_0000 + low) / 1e6;
}

/** A signed 64-bit integer as a number, exact up to 2^53. */
function readInteger(reader: protobuf.Reader): number {
  const low = reader.fixed32();
  return reader.sfixed32() * 0x1_0000_0000 + low;
}
