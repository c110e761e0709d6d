/**
 * PostgreSQL's binary array format, written by hand: the driver's text arrays quote and escape every JSON value on
 * the way out and PostgreSQL undoes it on the way in. A Buffer parameter is sent as it is.
 */
const elementType = { uuid: 2950, text: 25, json: 114, int4: 23, int8: 20 } as const;

function header(buffer: Buffer, oid: number, count: number): number {
  buffer.writeInt32BE(count === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  if (count === 0) return 12;
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
  return 20;
}

/** `text[]`, `json[]` or `uuid[]` from elements that are already bytes. */
export function bytesArray(type: 'text' | 'json' | 'uuid', values: readonly Buffer[]): Buffer {
  let size = values.length === 0 ? 12 : 20;
  for (const value of values) size += 4 + value.length;
  const buffer = Buffer.allocUnsafe(size);
  let offset = header(buffer, elementType[type], values.length);
  for (const value of values) {
    offset = buffer.writeInt32BE(value.length, offset);
    offset += value.copy(buffer, offset);
  }
  return buffer;
}

/** `int4[]`. */
export function int4Array(values: readonly number[]): Buffer {
  const buffer = Buffer.allocUnsafe((values.length === 0 ? 12 : 20) + 8 * values.length);
  let offset = header(buffer, elementType.int4, values.length);
  for (const value of values) {
    offset = buffer.writeInt32BE(4, offset);
    offset = buffer.writeInt32BE(value, offset);
  }
  return buffer;
}

/** `int8[]` from integers that a double holds exactly. */
export function int8Array(values: readonly number[]): Buffer {
  const buffer = Buffer.allocUnsafe((values.length === 0 ? 12 : 20) + 12 * values.length);
  let offset = header(buffer, elementType.int8, values.length);
  for (const value of values) {
    offset = buffer.writeInt32BE(8, offset);
    offset = buffer.writeInt32BE(Math.floor(value / 2 ** 32), offset);
    offset = buffer.writeUInt32BE(value >>> 0, offset);
  }
  return buffer;
}

/** The 16 bytes of a UUID. */
export function uuidBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
