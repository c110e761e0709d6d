import { Buffer } from 'node:buffer';
import protobuf from 'protobufjs';

type Integer = Parameters<protobuf.Writer['uint64']>[0] | bigint;

/** Up to this length a loop copies faster than a call does. */
const loopedBytes = 48;

const uint32Max = 0xffffffffn;

/**
 * protobufjs' writer with two changes: 64-bit integers are bigint, and strings that are not well-formed UTF-16 get U+FFFD instead of
 * bytes that no peer accepts.
 */
export class WireWriter extends protobuf.BufferWriter {
  override string(value: string): protobuf.Writer {
    return super.string(value.isWellFormed() ? value : value.toWellFormed());
  }

  override uint64(value: Integer): protobuf.Writer {
    return value === 0n ? this.withdrawTag() : this.int64(value);
  }

  /** Also the way unsigned values are written: two's complement makes them the same bits. */
  override int64(value: Integer): protobuf.Writer {
    if (typeof value !== 'bigint') return super.int64(value);
    if (value >= 0n && value <= uint32Max) return super.uint32(Number(value));
    return super.int64(halves(value));
  }

  override fixed64(value: Integer): protobuf.Writer {
    if (value === 0n) return this.withdrawTag();
    return super.fixed64(typeof value === 'bigint' ? halves(value) : value);
  }

  /** Starts over, also after an encoder threw. */
  restart(): void {
    this.pos = 0;
    this.states = null;
  }

  /** What was written, in bytes of its own: as finish(), but without the view that finish() makes of a small message. */
  copyWritten(): Buffer {
    const { buf, pos } = this;
    const written = Buffer.allocUnsafe(pos);
    if (pos > loopedBytes) {
      written.set(buf.subarray(0, pos));
      return written;
    }
    for (let index = 0; index < pos; index++) written[index] = buf[index] as number;
    return written;
  }

  /**
   * proto3 leaves zero off the wire, but protobufjs' encoder does not know 0n for a zero and has just written the field's tag.
   * Every uint64 and fixed64 field has a tag of one byte and no presence of its own; schema.unit.spec.ts watches that.
   */
  private withdrawTag(): this {
    this.pos -= 1;
    return this;
  }
}

function halves(value: bigint): { low: number; high: number; unsigned: boolean } & protobuf.Long {
  const bits = BigInt.asUintN(64, value);
  return { low: Number(bits & uint32Max), high: Number(bits >> 32n), unsigned: true } as ReturnType<
    typeof halves
  >;
}
