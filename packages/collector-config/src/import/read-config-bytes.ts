import { decodeUtf8 } from './decode-utf8.ts';
import { nameInText } from './name-in-text.ts';

export interface ConfigBytesLimits {
  /** What agents can be sent in one message. Default 10 MiB. */
  readonly maxBytes?: number;
}

export type ConfigBytesProblemKind = 'too-large' | 'utf-16' | 'nul-character' | 'not-utf8';

/** A file as text, kept to the byte (a byte order mark included), or what is wrong with it and where. */
export type ConfigBytes =
  | {
      readonly ok: true;
      readonly text: string;
      readonly sizeBytes: number;
      /** Said when little room is left below the limit. */
      readonly sizeWarning: string | null;
    }
  | {
      readonly ok: false;
      readonly kind: ConfigBytesProblemKind;
      /** Counted from 0. */
      readonly offset: number;
      /** Counted from 1. */
      readonly line: number;
      readonly message: string;
    };

/** Share of the limit from which on a warning is due. */
const nearly = 0.8;

export function readConfigBytes(bytes: Uint8Array, limits: ConfigBytesLimits = {}): ConfigBytes {
  const { maxBytes = 10 * 1024 * 1024 } = limits;
  const sizeBytes = bytes.length;
  const problem = (kind: ConfigBytesProblemKind, offset: number, message: string): ConfigBytes => ({
    ok: false,
    kind,
    offset,
    line: lineAt(bytes, offset),
    message,
  });
  if (sizeBytes > maxBytes)
    return problem('too-large', 0, `The file has ${sizeBytes} bytes; agents can be sent ${maxBytes}.`);
  if (isUtf16(bytes)) return problem('utf-16', 0, 'The file is UTF-16. Save it as UTF-8.');
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return problem(
      'nul-character',
      nul,
      `The file is no text: there is a NUL in line ${lineAt(bytes, nul)}.`,
    );
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    const line = lineAt(bytes, decoded.offset);
    return problem('not-utf8', decoded.offset, `The file is not UTF-8: see line ${line}. Save it as UTF-8.`);
  }
  const share = Math.floor((sizeBytes / maxBytes) * 100);
  const sizeWarning =
    sizeBytes < maxBytes * nearly
      ? null
      : `The file has ${sizeBytes} bytes, ${share} % of what agents can be sent in one message.`;
  return { ok: true, text: decoded.text, sizeBytes, sizeWarning };
}

/** With its byte order mark, or without: then every other byte of what is mostly ASCII is zero. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, 64);
  const half = Math.floor(start.length / 2);
  const zeros = (from: 0 | 1): number =>
    start.filter((byte, index) => index % 2 === from && byte === 0).length;
  return half >= 2 && (zeros(0) > half * 0.7 || zeros(1) > half * 0.7);
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}

/**
 * The name that a new configuration might have: what its first line says (`# ampora.name: edge`), else the name of its
 * file without folder and ending; undefined when there is neither.
 */
export function suggestName(text: string, fileName?: string): string | undefined {
  const own = nameInText(text);
  if (own !== undefined) return own;
  const base = (fileName ?? '')
    .replace(/^.*[/\\]/s, '')
    .replace(/\.ya?ml$/i, '')
    .trim();
  return base === '' ? undefined : base;
}
