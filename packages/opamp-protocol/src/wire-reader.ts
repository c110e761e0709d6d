import { Buffer } from 'node:buffer';
import protobuf from 'protobufjs';
import { MalformedMessage } from './malformed-message.ts';

/** Up to this length a bytes field is copied: cheaper than a view, and it does not keep the whole frame alive. */
const copiedBytes = 64;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const replacementCharacter = '\uFFFD';

/** What Node's Buffer offers beyond its typings: toString without its argument checks. */
interface NativeText {
  utf8Slice(start: number, end: number): string;
}

/**
 * protobufjs' reader with three changes: 64-bit integers are bigint, bytes are plain Uint8Array, strings are refused when they are not
 * UTF-8 (as Go's and most other implementations do).
 */
export class WireReader extends protobuf.Reader {
  declare buf: Buffer & NativeText;

  constructor(bytes: Uint8Array, offset: number) {
    super(bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.pos = offset;
  }

  override bytes(): Uint8Array {
    const length = this.size();
    const start = this.pos;
    const end = start + length;
    if (end > this.len) throw truncated();
    this.pos = end;
    const { buf } = this;
    if (length > copiedBytes) return new Uint8Array(buf.buffer, buf.byteOffset + start, length);
    const copy = new Uint8Array(length);
    for (let index = 0; index < length; index++) copy[index] = buf[start + index] as number;
    return copy;
  }

  override stringVerify(): string {
    const length = this.size();
    const start = this.pos;
    const end = start + length;
    if (end > this.len) throw truncated();
    this.pos = end;
    const { buf } = this;
    if (length < 24) {
      let text = '';
      let position = start;
      for (; position < end; position++) {
        const byte = buf[position] as number;
        if (byte > 127) break;
        text += String.fromCharCode(byte);
      }
      if (position === end) return text;
    }
    const text = buf.utf8Slice(start, end);
    // Node replaces what is not UTF-8; only a text with a replacement character needs the slow, strict look.
    return text.includes(replacementCharacter) ? readStrictly(buf.subarray(start, end)) : text;
  }

  /** Reads a varint of at most 64 bits. */
  readVarint64(): bigint {
    const { buf, len } = this;
    let position = this.pos;
    let low = 0; // 28 bits
    let middle = 0; // 21 bits
    let byte = 128;
    for (let shift = 0; shift < 28 && byte > 127; shift += 7) {
      if (position >= len) throw truncated();
      byte = buf[position++] as number;
      low |= (byte & 127) << shift;
    }
    for (let shift = 0; shift < 21 && byte > 127; shift += 7) {
      if (position >= len) throw truncated();
      byte = buf[position++] as number;
      middle |= (byte & 127) << shift;
    }
    if (byte < 128) {
      this.pos = position;
      return BigInt(low + middle * 0x10000000);
    }
    let high = 0; // 15 bits
    for (let shift = 0; shift < 21 && byte > 127; shift += 7) {
      if (position >= len) throw truncated();
      byte = buf[position++] as number;
      high |= (byte & 127) << shift;
    }
    if (byte > 127 || high > 0x7fff)
      throw new MalformedMessage('message/bad-field', 'An integer does not fit in 64 bits.');
    this.pos = position;
    return (BigInt(high) << 49n) | BigInt(low + middle * 0x10000000);
  }
}

function truncated(): MalformedMessage {
  return new MalformedMessage('message/truncated', 'The message ends in the middle of a field.');
}

function readStrictly(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new MalformedMessage('message/invalid-utf8', 'A text field is not valid UTF-8.');
  }
}

// protobufjs declares these as returning Long; its generated code passes on whatever comes.
const bigints = {
  uint64(this: WireReader): bigint {
    return this.readVarint64();
  },
  int64(this: WireReader): bigint {
    return BigInt.asIntN(64, this.readVarint64());
  },
  fixed64(this: WireReader): bigint {
    const start = this.pos;
    if (start + 8 > this.len) throw truncated();
    this.pos = start + 8;
    return this.buf.readBigUInt64LE(start);
  },
};
Object.assign(WireReader.prototype, bigints);
