import { MalformedMessage } from './malformed-message.ts';

/** The header of every WebSocket message: varint 0. Other values are reserved (OpAMP, "WebSocket Message Format"). */
export const frameHeader = 0;

/** A varint of 64 bits takes no more. */
const longestHeader = 10;

/** The tag of instance_uid: what the first byte is when a client of before 2023 sends no header. */
const firstByteWithoutHeader = 0x0a;

/**
 * Where the protobuf begins in a WebSocket message. The header is 0 in one to ten bytes; what follows may be empty.
 * Throws MalformedMessage for an empty message, a header that does not end or is too long, any other header, and the format without one.
 */
export function dataOffset(frame: Uint8Array): number {
  if (frame[0] === frameHeader) return 1;
  if (frame.length === 0) throw new MalformedMessage('frame/empty', 'The WebSocket message is empty.');
  let isZero = true;
  for (let index = 0; index < longestHeader; index++) {
    const byte = frame[index];
    if (byte === undefined) {
      throw new MalformedMessage('frame/header-truncated', 'The WebSocket message ends inside its header.');
    }
    if ((byte & 127) !== 0) isZero = false;
    if (byte > 127) continue;
    if (isZero) return index + 1;
    if (frame[0] === firstByteWithoutHeader) {
      throw new MalformedMessage(
        'frame/no-header',
        'The WebSocket message has no header; the format of before 2023 is not supported.',
      );
    }
    throw new MalformedMessage('frame/header-not-zero', 'The WebSocket message header is not 0.');
  }
  throw new MalformedMessage(
    'frame/header-too-long',
    `The WebSocket message header is longer than ${longestHeader} bytes.`,
  );
}

/** The protobuf of a WebSocket message: a view on the frame, no copy. Throws as dataOffset does. */
export function decodeFrame(frame: Uint8Array): Uint8Array {
  return frame.subarray(dataOffset(frame));
}

/** Puts the header in front of encoded protobuf. One allocation, one copy; the frame encoders spare the copy. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(message.length + 1);
  frame[0] = frameHeader;
  frame.set(message, 1);
  return frame;
}
