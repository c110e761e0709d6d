/** The largest text that the server takes, in bytes. */
export const mostBytes = 10 * 1024 * 1024;

export type Imported =
  | { readonly ok: true; readonly text: string; readonly name: string | null }
  | { readonly ok: false; readonly reason: string };

/** Reads the bytes of an uploaded file as UTF-8 text, and takes a name from its first line or its file name. */
export function importText(bytes: Uint8Array, fileName: string): Imported {
  if (bytes.length > mostBytes) return { ok: false, reason: 'The file is larger than 10 MiB.' };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { ok: false, reason: 'The file is UTF-16. Save it as UTF-8 and try again.' };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, text, name: nameIn(text) ?? nameOf(fileName) };
  } catch {
    return { ok: false, reason: 'The file is not UTF-8 text.' };
  }
}

function nameIn(text: string): string | null {
  return /^#\s*ampora\.name:\s*(\S.*?)\s*(?:\r?\n|$)/.exec(text)?.[1] ?? null;
}

function nameOf(fileName: string): string | null {
  const name = fileName.replace(/\.ya?ml$/i, '').trim();
  return name === '' ? null : name;
}
