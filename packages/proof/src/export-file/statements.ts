import { toBase64 } from '../base64.ts';
import type { Hashing } from '../hashing.ts';
import { originOf } from '../note/checkpoint.ts';
import type { ExportCounts } from './export-lines.ts';

/** What is signed of an export's header: that no word of it, above all of the filter, can be changed. */
export function headerStatement(hashing: Hashing, tenant: string, header: string): string {
  return `ampora-export/v1\n${originOf(tenant)}\n${toBase64(hashing.ofText(header))}\n`;
}

/** What is signed at an export's end: how much there was, so that no event can be passed off as a scavenged one. */
export function endStatement(
  hashing: Hashing,
  tenant: string,
  header: string,
  { events, scavenged, roots }: ExportCounts,
): string {
  const digest = toBase64(hashing.ofText(header));
  return `ampora-export-end/v1\n${originOf(tenant)}\n${digest}\nevents ${events}\nscavenged ${scavenged}\nroots ${roots}\n`;
}
