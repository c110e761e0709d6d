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
    const whole = protobuf.Reader.create(bytes);
    eachField(whole, whole.len, (reader, field, wireType) => {
      if (field !== 1 || wireType !== 2) return false;
      budget.take('resources');
      resources.push(readResource(reader, budget));
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

function eachField(reader: protobuf.Reader, end: number, take: TakeField): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag < 8) throw new MalformedMetrics('A field has the number 0.');
    if (!take(reader, tag >>> 3, tag & 7)) reader.skipType(tag & 7, 0, tag >>> 3);
  }
  if (reader.pos !== end) throw new MalformedMetrics('A field is longer than what it is in.');
}

/** Where the length-delimited field ends that the reader stands before. */
function endOf(reader: protobuf.Reader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new MalformedMetrics('A field claims more bytes than there are.');
  return end;
}

/** A part that can only be read when something behind it is known. */
interface Part {
  readonly from: number;
  readonly end: number;
}

function skipPart(reader: protobuf.Reader): Part {
  const end = endOf(reader);
  const part = { from: reader.pos, end };
  reader.pos = end;
  return part;
}

/** Reads the part, and leaves the reader where it was. */
function readPart(reader: protobuf.Reader, { from, end }: Part, take: TakeField): void {
  const { pos } = reader;
  reader.pos = from;
  eachField(reader, end, take);
  reader.pos = pos;
}

/** Sums up what one ResourceMetrics says; its resource may stand behind its metrics. */
function readResource(whole: protobuf.Reader, budget: ReadBudget): ResourcePoints {
  let instanceId = '';
  const points: CollectorPoint[] = [];
  let skipped = 0;
  eachField(whole, endOf(whole), (reader, field, wireType) => {
    if (wireType !== 2 || (field !== 1 && field !== 2)) return false;
    if (field === 1)
      instanceId =
        readAttributes(reader, skipPart(reader), { number: 1, budget })?.get('service.instance.id') ??
        instanceId;
    else skipped += readScope(reader, budget, points);
    return true;
  });
  return { instanceId, points, skipped };
}

function readScope(whole: protobuf.Reader, budget: ReadBudget, points: CollectorPoint[]): number {
  let skipped = 0;
  eachField(whole, endOf(whole), (reader, field, wireType) => {
    if (field !== 2 || wireType !== 2) return false;
    budget.take('metrics');
    skipped += readMetric(reader, budget, points);
    return true;
  });
  return skipped;
}

/** Gauge (5) and Sum (7); of the other kinds nothing is measured with. Returns how many points were left out. */
function readMetric(whole: protobuf.Reader, budget: ReadBudget, points: CollectorPoint[]): number {
  let name = '';
  let data: Part | undefined;
  let isSum = false;
  eachField(whole, endOf(whole), (reader, field, wireType) => {
    if (wireType !== 2) return false;
    if (field === 1) name = shortText(reader, budget) ?? '';
    else if (field === 5 || field === 7) {
      isSum = field === 7;
      data = skipPart(reader);
    } else return false;
    return true;
  });
  const metric = knownMetric(name);
  if (!metric || !data) return 0;
  let temporality: Temporality | undefined = isSum ? undefined : 'gauge';
  const parts: Part[] = [];
  readPart(whole, data, (reader, field, wireType) => {
    if (field === 1 && wireType === 2) {
      budget.take('points');
      parts.push(skipPart(reader));
    } else if (isSum && field === 2 && wireType === 0) temporality = temporalityOf(reader.uint32());
    else return false;
    return true;
  });
  if (temporality === undefined) return parts.length;
  let skipped = 0;
  for (const part of parts) {
    const number = readPoint(whole, part, budget);
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

function readPoint(whole: protobuf.Reader, part: Part, budget: ReadBudget) {
  let startMs = 0;
  let timeMs = 0;
  let value = NaN;
  let isMissing = false;
  const others: TakeField = (reader, field, wireType) => {
    if (field === 2 && wireType === 1) startMs = readTime(reader);
    else if (field === 3 && wireType === 1) timeMs = readTime(reader);
    else if (field === 4 && wireType === 1) value = reader.double();
    else if (field === 6 && wireType === 1) value = readInteger(reader);
    else if (field === 8 && wireType === 0) isMissing = (reader.uint32() & 1) === 1;
    else return false;
    return true;
  };
  const attributes = readAttributes(whole, part, { number: 7, budget, others });
  return attributes && !isMissing ? { attributes, startMs, timeMs, value } : undefined;
}

/** Text attributes among the KeyValues with that field number; undefined when there are too many or too long ones. */
function readAttributes(
  whole: protobuf.Reader,
  part: Part,
  {
    number,
    budget,
    others,
  }: { readonly number: number; readonly budget: ReadBudget; readonly others?: TakeField },
): Map<string, string> | undefined {
  const attributes = new Map<string, string>();
  let count = 0;
  let isFine = true;
  readPart(whole, part, (reader, field, wireType) => {
    if (field !== number || wireType !== 2) return others?.(reader, field, wireType) ?? false;
    count++;
    if (isFine && count <= budget.limits.maxAttributes) isFine = readAttribute(reader, budget, attributes);
    else {
      isFine = false;
      skipPart(reader);
    }
    return true;
  });
  return isFine ? attributes : undefined;
}

function readAttribute(whole: protobuf.Reader, budget: ReadBudget, into: Map<string, string>): boolean {
  let key: string | undefined = '';
  let value: string | undefined = '';
  eachField(whole, endOf(whole), (reader, field, wireType) => {
    if (wireType !== 2 || (field !== 1 && field !== 2)) return false;
    if (field === 1) key = shortText(reader, budget);
    else value = readValue(reader, budget);
    return true;
  });
  if (key === undefined || value === undefined) return false;
  into.set(key, value);
  return true;
}

/** AnyValue: text as it is, integers and booleans as text, all else as nothing. */
function readValue(whole: protobuf.Reader, budget: ReadBudget): string | undefined {
  let value: string | undefined = '';
  eachField(whole, endOf(whole), (reader, field, wireType) => {
    if (field === 1 && wireType === 2) value = shortText(reader, budget);
    else if (field === 2 && wireType === 0) value = String(reader.bool());
    else if (field === 3 && wireType === 0) value = String(reader.int64());
    else return false;
    return true;
  });
  return value;
}

/** Undefined when it is too long. */
function shortText(reader: protobuf.Reader, budget: ReadBudget): string | undefined {
  const { pos } = reader;
  const end = endOf(reader);
  if (end - reader.pos > budget.limits.maxTextLength * 4) {
    reader.pos = end;
    return undefined;
  }
  reader.pos = pos;
  const text = reader.string();
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
