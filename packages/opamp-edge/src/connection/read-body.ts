import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MalformedMessage } from '@ampora/opamp-protocol';

const inflate = promisify(gunzip);

/** Bytes of bodies that all requests together may hold. */
export interface BodiesInFlight {
  bytes: number;
  readonly limit: number;
}

/** Counts what it read as in flight: whoever called gives that back when done with it. */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, inFlight }: { readonly maxBytes: number; readonly inFlight: BodiesInFlight },
): Promise<Buffer | 'too-large' | 'busy'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  let kept = false;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (bytes + chunk.byteLength > maxBytes) return 'too-large';
      if (inFlight.bytes + chunk.byteLength > inFlight.limit) return 'busy';
      bytes += chunk.byteLength;
      inFlight.bytes += chunk.byteLength;
      chunks.push(chunk);
    }
    kept = true;
    return Buffer.concat(chunks, bytes);
  } finally {
    if (!kept) inFlight.bytes -= bytes;
  }
}

/** Inflates all members, up to the limit and no further. Throws MalformedMessage for what is no gzip. */
export async function inflateBody(body: Buffer, maxOutputLength: number): Promise<Buffer | 'too-large'> {
  try {
    return await inflate(body, { maxOutputLength });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
    throw new MalformedMessage('message/undecodable', 'The body is not valid gzip.', { cause: error });
  }
}

/** How a body is encoded; undefined for what cannot be undone here. */
export function bodyEncoding(request: IncomingMessage): 'identity' | 'gzip' | undefined {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity') return 'identity';
  return encoding === 'gzip' || encoding === 'x-gzip' ? 'gzip' : undefined;
}
