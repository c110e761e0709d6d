const BINARY_FINAL = 0x82;
/** The header of a message of ours: a zero, before the bytes of the ServerToAgent. */
const DATA_HEADER = 0;
/** A body up to here is copied into its frame: one buffer, one write. Larger ones are sent from where they are. */
export const COPIED_BYTES = 16 * 1024;

/**
 * A whole binary message in one unmasked WebSocket frame (RFC 6455 §5.2), with the zero header that OpAMP puts before the message. What is
 * shared by many frames is last, and apart when it is large: then the frame is two buffers.
 */
export function binaryFrame(head: Uint8Array, shared?: Uint8Array): readonly Buffer[] {
  const isCopied = shared === undefined || shared.byteLength <= COPIED_BYTES;
  const bytes = 1 + head.byteLength + (shared?.byteLength ?? 0);
  const start = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + (isCopied ? bytes : 1 + head.byteLength));
  frame[0] = BINARY_FINAL;
  if (start === 2) frame[1] = bytes;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(bytes, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(bytes), 2);
  }
  frame[start] = DATA_HEADER;
  frame.set(head, start + 1);
  if (shared === undefined) return [frame];
  if (isCopied) {
    frame.set(shared, start + 1 + head.byteLength);
    return [frame];
  }
  return [frame, Buffer.from(shared.buffer, shared.byteOffset, shared.byteLength)];
}

/** The frame of the plain acknowledgement: a ServerToAgent with nothing but its uid of 16 bytes. */
export function acknowledgementFrame(instanceUid: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(21);
  frame[0] = BINARY_FINAL;
  frame[1] = 19;
  frame[2] = DATA_HEADER;
  frame[3] = 0x0a;
  frame[4] = 16;
  frame.set(instanceUid, 5);
  return frame;
}
