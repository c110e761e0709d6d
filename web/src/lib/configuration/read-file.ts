import { type Imported, importText, mostBytes } from './import-text.ts';

/** The text of a file that somebody chose or dropped; one that is too large is not read at all. */
export async function readFile(file: File): Promise<Imported> {
  if (file.size > mostBytes) return { ok: false, reason: `${file.name} is larger than 10 MiB.` };
  try {
    return importText(new Uint8Array(await file.arrayBuffer()), file.name);
  } catch {
    return { ok: false, reason: `${file.name} cannot be read. Is it a folder, or was it moved?` };
  }
}
