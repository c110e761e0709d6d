import { readConfigBytes, suggestName } from '@ampora/collector-config';

/** The largest text that the server takes, in bytes. */
export const mostBytes = 10 * 1024 * 1024;

export type Imported =
  | { readonly ok: true; readonly text: string; readonly name: string | null }
  | { readonly ok: false; readonly reason: string };

/** Reads the bytes of an uploaded file as UTF-8 text, and takes a name from its first lines or its file name. */
export function importText(bytes: Uint8Array, fileName: string): Imported {
  const read = readConfigBytes(bytes, { maxBytes: mostBytes });
  if (!read.ok) return { ok: false, reason: read.message };
  return { ok: true, text: read.text, name: suggestName(read.text, fileName) ?? null };
}
