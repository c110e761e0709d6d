import type { CollectorPoint, ResourcePoints, Temporality } from '../collector-point.ts';
import { knownMetric } from '../measure-of.ts';
import { MalformedMetrics } from './malformed-metrics.ts';
import type { ReadBudget } from './read-limits.ts';
import { temporalityOf } from './read-protobuf.ts';
import { toPoint } from './to-point.ts';

/** Reads an ExportMetricsServiceRequest in the JSON of OTLP: names in lowerCamelCase, 64-bit integers as text or number. Throws MalformedMetrics. */
export function readJson(bytes: Uint8Array, budget: ReadBudget): ResourcePoints[] {
  let request: unknown;
  try {
    request = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new MalformedMetrics('The body is not valid JSON.', { cause: error });
  }
  if (!isObject(request)) throw new MalformedMetrics('The body is not an ExportMetricsServiceRequest.');
  return list(request, 'resourceMetrics').map((resource) => {
    budget.take('resources');
    const instanceId =
      readAttributes(list(object(resource, 'resource'), 'attributes'), budget)?.get('service.instance.id') ??
      '';
    const points: CollectorPoint[] = [];
    let skipped = 0;
    for (const scope of list(resource, 'scopeMetrics'))
      for (const metric of list(scope, 'metrics')) skipped += readMetric(metric, budget, points);
    return { instanceId, points, skipped };
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function readMetric(metric: JsonObject, budget: ReadBudget, points: CollectorPoint[]): number {
  budget.take('metrics');
  const name = typeof metric['name'] === 'string' ? metric['name'] : '';
  const known = knownMetric(name);
  if (!known) return 0;
  const isSum = metric['sum'] !== undefined;
  const data = object(metric, isSum ? 'sum' : 'gauge');
  const temporality: Temporality | undefined = isSum
    ? temporalityOf(toTemporality(data['aggregationTemporality']))
    : 'gauge';
  let skipped = 0;
  for (const point of list(data, 'dataPoints')) {
    budget.take('points');
    const attributes = readAttributes(list(point, 'attributes'), budget);
    const isMissing = (Number(point['flags'] ?? 0) & 1) === 1;
    const read =
      temporality && attributes && !isMissing
        ? toPoint(name, { metric: known, temporality }, { attributes, ...numbersOf(point) })
        : undefined;
    if (read) points.push(read);
    else skipped++;
  }
  return skipped;
}

function numbersOf(point: JsonObject) {
  return {
    startMs: toNumber(point['startTimeUnixNano'], 0) / 1e6,
    timeMs: toNumber(point['timeUnixNano'], 0) / 1e6,
    value: toNumber(point['asInt'] ?? point['asDouble'], NaN),
  };
}

/** A number as the proto has it; some senders write the name. */
function toTemporality(value: unknown): number {
  if (value === 'AGGREGATION_TEMPORALITY_DELTA') return 1;
  if (value === 'AGGREGATION_TEMPORALITY_CUMULATIVE') return 2;
  return toNumber(value, 0);
}

function readAttributes(entries: readonly JsonObject[], budget: ReadBudget): Map<string, string> | undefined {
  if (entries.length > budget.limits.maxAttributes) return undefined;
  const attributes = new Map<string, string>();
  for (const entry of entries) {
    const value = object(entry, 'value');
    const told = value['stringValue'] ?? value['intValue'] ?? value['boolValue'];
    const key = entry['key'];
    const text = ['string', 'number', 'boolean'].includes(typeof told) ? String(told) : '';
    if (typeof key !== 'string' || !budget.isShort(key) || !budget.isShort(text)) return undefined;
    attributes.set(key, text);
  }
  return attributes;
}

function toNumber(value: unknown, otherwise: number): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' && value.length < 32 ? Number(value) : otherwise;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(owner: JsonObject, name: string): JsonObject {
  const value = owner[name];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new MalformedMetrics(`${name} is no object.`);
  return value;
}

function list(owner: JsonObject, name: string): readonly JsonObject[] {
  const value = owner[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject))
    throw new MalformedMetrics(`${name} is no list of objects.`);
  return value;
}
