import type { RecordedEvent, ScavengedMark } from '@ampora/kernel';

/**
 * The one text of an event that is hashed as a leaf and exported: a CloudEvents 1.0 event in JSON, attributes in this
 * order, no white space, no line end. `sequence` is the event's place among its tenant's events, from 0.
 * `dataText` is `JSON.stringify(event.data)`, for callers that have it already.
 */
export function eventLine(event: RecordedEvent, sequence: number): string;
export function eventLine(event: Omit<RecordedEvent, 'data'>, sequence: number, dataText: string): string;
export function eventLine(
  event: Partial<Pick<RecordedEvent, 'data'>> & Omit<RecordedEvent, 'data'>,
  sequence: number,
  dataText: string = JSON.stringify(event.data),
): string {
  const { metadata } = event;
  const tenant = JSON.stringify(metadata.tenant);
  let line =
    `{"specversion":"1.0","id":${JSON.stringify(event.id)},"source":"/ampora/${tenant.slice(1)}` +
    `,"type":${JSON.stringify(event.type)},"subject":${JSON.stringify(event.streamId)}` +
    `,"time":"${timeText(event.recordedAtMs)}","datacontenttype":"application/json"` +
    `,"sequence":"${sequence}","position":"${event.position}","revision":${event.revision}` +
    `,"schemaversion":${event.schemaVersion},"tenant":${tenant},"actor":${JSON.stringify(metadata.actor)}` +
    `,"actorrole":${JSON.stringify(metadata.actorRole)}`;
  if (metadata.sourceIp !== undefined) line += `,"sourceip":${JSON.stringify(metadata.sourceIp)}`;
  line += `,"correlationid":${JSON.stringify(metadata.correlationId)}`;
  if (metadata.causationId !== undefined) line += `,"causationid":${JSON.stringify(metadata.causationId)}`;
  if (metadata.traceparent !== undefined) line += `,"traceparent":${JSON.stringify(metadata.traceparent)}`;
  return `${line},"data":${dataText}}`;
}

let knownMs = Number.NaN;
let knownText = '';

/** Events of one group commit share their millisecond. */
function timeText(ms: number): string {
  if (ms === knownMs) return knownText;
  knownMs = ms;
  knownText = new Date(ms).toISOString();
  return knownText;
}

/** The mark of a scavenged event; `undefined` for one that is whole. Its line can no longer be made, its leaf's hash is kept. */
export function scavengedMark({ metadata }: Pick<RecordedEvent, 'metadata'>): ScavengedMark | undefined {
  return metadata.scavenged;
}
