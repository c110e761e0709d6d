import type { ReportedStatus } from '@ampora/catalogue';

const byName: ReadonlyMap<string, ReportedStatus> = new Map([
  ['APPLIED', 'applied'],
  ['APPLYING', 'applying'],
  ['FAILED', 'failed'],
]);

/** A status of a later specification says nothing that we could act on. */
export function toReportedStatus(name: string): ReportedStatus {
  return byName.get(name) ?? 'unset';
}
