/** The largest text that the server takes, in bytes. */
export const mostBytes = 10 * 1024 * 1024;

export type Imported =
  | { readonly ok: true; readonly text: string; readonly name: string | null }
  | { readonly ok: false; readonly reason: string };

/** Reads the bytes of an uploaded file as UTF-8 text, and takes a name from its first line or its file name. */
export function importText(bytes: Uint8Array, fileName: string): Imported {
  if (bytes.length > mostBytes) return { ok: false, reason: 'The file is larger than 10 MiB.' };
  if (isUtf16(bytes)) return { ok: false, reason: 'The file is UTF-16. Save it as UTF-8 and try again.' };
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return {
      ok: false,
      reason: `The file is no text: byte ${nul + 1} is a NUL. Choose the YAML file and try again.`,
    };
  try {
    // A byte order mark is part of the file, and stays.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { ok: true, text, name: nameIn(text) ?? nameOf(fileName) };
  } catch {
    return { ok: false, reason: 'The file is not UTF-8 text.' };
  }
}

/** With a byte order mark, or without: then every other byte of what is mostly ASCII is zero. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, 64);
  const zeros = (from: 0 | 1) => start.filter((byte, index) => index % 2 === from && byte === 0).length;
  const half = Math.floor(start.length / 2);
  return half >= 2 && (zeros(0) > half * 0.7 || zeros(1) > half * 0.7);
}

/** The name that a text gives itself in its first lines. */
export function nameIn(text: string): string | null {
  const head = /^\uFEFF?(?:#.*(?:\r?\n|$))*/.exec(text.slice(0, 4_000))?.[0] ?? '';
  return /^\uFEFF?#\s*ampora\.name:\s*(\S.*?)\s*$/m.exec(head)?.[1] ?? null;
}

function nameOf(fileName: string): string | null {
  const name = fileName.replace(/\.ya?ml$/i, '').trim();
  return name === '' ? null : name;
}
