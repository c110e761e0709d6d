import protobuf from 'protobufjs';
import type { DecodeLimits } from './decode-limits.ts';
import { MalformedMessage } from './malformed-message.ts';
import { messageTypes } from './schema.ts';

/** How often what occurs, kept while one message is walked. */
type Tally = { -readonly [Limit in Exclude<keyof DecodeLimits, 'maxDepth'>]: number };

interface CheckedField {
  readonly counted: Exclude<keyof Tally, 'maxFields'> | undefined;
  /** What a length-delimited field holds, if it is a message or a map entry. */
  readonly content: CheckedType | undefined;
}

/** The part of a message type that can nest or repeat, by field number. All else is skipped as bytes. */
interface CheckedType {
  readonly fields: (CheckedField | undefined)[];
  /** A map entry is not a level of its own. */
  readonly isMapEntry: boolean;
}

const things: Record<keyof Tally, string> = {
  maxFields: 'fields',
  maxMapEntries: 'map entries',
  maxAttributes: 'attributes',
  maxConfigFiles: 'config files',
  maxListItems: 'list items',
};

const checkedTypes = new Map<string, CheckedType>();

function checkedType(type: protobuf.Type): CheckedType {
  const known = checkedTypes.get(type.name);
  if (known !== undefined) return known;
  const checked: CheckedType = { fields: [undefined], isMapEntry: false };
  checkedTypes.set(type.name, checked); // before its fields: types are recursive
  for (const field of type.fieldsArray) {
    while (checked.fields.length <= field.id) checked.fields.push(undefined);
    const nested = field.resolvedType instanceof protobuf.Type ? checkedType(field.resolvedType) : undefined;
    const counted = countedAs(type, field);
    if (nested === undefined && counted === undefined) continue;
    const value: CheckedField = { counted: undefined, content: nested };
    checked.fields[field.id] = field.map
      ? { counted, content: { fields: [undefined, undefined, value], isMapEntry: true } }
      : { counted, content: nested };
  }
  return checked;
}

function countedAs(type: protobuf.Type, field: protobuf.Field): CheckedField['counted'] {
  if (type.name === 'AgentConfigMap') return 'maxConfigFiles';
  if (field.map) return 'maxMapEntries';
  if (!field.repeated) return undefined;
  return field.type === 'KeyValue' || field.type === 'AnyValue' ? 'maxAttributes' : 'maxListItems';
}

/**
 * Walks the wire format of one message before it is decoded, without allocating for its content: refuses what nests too deep or holds too
 * much, and whatever is not well-formed. Its own recursion is bounded by `maxDepth`.
 */
export class WireCheck {
  readonly #type: CheckedType;
  readonly #limits: DecodeLimits;
  readonly #tally: Tally = {
    maxFields: 0,
    maxMapEntries: 0,
    maxAttributes: 0,
    maxConfigFiles: 0,
    maxListItems: 0,
  };
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(typeName: string, limits: DecodeLimits) {
    this.#type = checkedType(messageTypes.get(typeName) as protobuf.Type);
    this.#limits = limits;
  }

  /** Throws MalformedMessage. */
  check(bytes: Uint8Array, offset: number): void {
    const tally = this.#tally;
    tally.maxFields =
      tally.maxMapEntries =
      tally.maxAttributes =
      tally.maxConfigFiles =
      tally.maxListItems =
        0;
    this.#bytes = bytes;
    this.#position = offset;
    this.#walk(bytes.length, this.#type, 0);
  }

  #walk(end: number, type: CheckedType, depth: number): void {
    const { fields } = type;
    const bytes = this.#bytes;
    const tally = this.#tally;
    const { maxFields } = this.#limits;
    let position = this.#position;
    while (position < end) {
      // Nearly all tags and lengths are one byte; the others take the long way through #readUint32.
      let tag = bytes[position++] as number;
      if (tag > 127) {
        this.#position = position - 1;
        tag = this.#readUint32(end);
        position = this.#position;
      }
      if (++tally.maxFields > maxFields) throw this.#tooMany('maxFields');
      if (tag < 8) throw badField();
      if ((tag & 7) !== 2) {
        this.#position = position;
        this.#skip(tag, end);
        position = this.#position;
        continue;
      }
      const length = position < end ? (bytes[position] as number) : 128;
      let contentEnd = position + 1 + length;
      if (length > 127 || contentEnd > end) {
        this.#position = position;
        contentEnd = this.#readLength(end);
        position = this.#position;
      } else position++;
      const number = tag >>> 3;
      const field = number < fields.length ? fields[number] : undefined;
      if (field === undefined) {
        position = contentEnd;
        continue;
      }
      const { counted, content } = field;
      if (counted !== undefined && ++tally[counted] > this.#limits[counted]) throw this.#tooMany(counted);
      if (content === undefined || position === contentEnd) {
        if (content !== undefined) this.#checkDepth(content, depth);
        position = contentEnd;
        continue;
      }
      this.#position = position;
      this.#walk(contentEnd, content, this.#checkDepth(content, depth));
      position = contentEnd;
    }
    this.#position = position;
  }

  #checkDepth(content: CheckedType, depth: number): number {
    const innerDepth = content.isMapEntry ? depth : depth + 1;
    if (innerDepth > this.#limits.maxDepth) throw tooDeep(this.#limits.maxDepth);
    return innerDepth;
  }

  /** Skips one field, whatever its wire type. */
  #skip(tag: number, end: number): void {
    switch (tag & 7) {
      case 0:
        this.#skipVarint(end);
        return;
      case 1:
        this.#advance(8, end);
        return;
      case 2:
        this.#position = this.#readLength(end);
        return;
      case 3:
        this.#skipGroup(tag >>> 3, end);
        return;
      case 5:
        this.#advance(4, end);
        return;
      default: // the end of a group that was not begun, or a wire type that does not exist
        throw badField();
    }
  }

  /** Skips a group and all it holds, without recursion. */
  #skipGroup(number: number, end: number): void {
    const open = [number];
    while (open.length > 0) {
      const tag = this.#readUint32(end);
      if (++this.#tally.maxFields > this.#limits.maxFields) throw this.#tooMany('maxFields');
      if (tag < 8) throw badField();
      const wireType = tag & 7;
      if (wireType === 3) {
        open.push(tag >>> 3);
        if (open.length > this.#limits.maxDepth) throw tooDeep(this.#limits.maxDepth);
      } else if (wireType === 4) {
        if (open.pop() !== tag >>> 3) throw badField();
      } else this.#skip(tag, end);
    }
  }

  #advance(count: number, end: number): void {
    if (this.#position + count > end) throw truncated();
    this.#position += count;
  }

  #readLength(end: number): number {
    const contentEnd = this.#readUint32(end) + this.#position;
    if (contentEnd > end)
      throw new MalformedMessage('message/bad-length', 'A field claims more bytes than the message has.');
    return contentEnd;
  }

  /** A tag or a length: at most five bytes and 32 bits, as written by every encoder. */
  #readUint32(end: number): number {
    const bytes = this.#bytes;
    if (this.#position >= end) throw truncated();
    const first = bytes[this.#position++] as number;
    if (first < 128) return first;
    let value = first & 127;
    for (let shift = 7; shift < 35; shift += 7) {
      if (this.#position >= end) throw truncated();
      const byte = bytes[this.#position++] as number;
      if (shift === 28 && byte > 15) break;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new MalformedMessage('message/bad-length', 'A tag or a length does not fit in 32 bits.');
  }

  #skipVarint(end: number): void {
    const bytes = this.#bytes;
    const limit = this.#position + 10;
    for (;;) {
      if (this.#position >= end) throw truncated();
      const byte = bytes[this.#position++] as number;
      if (byte < 128 && (this.#position < limit || byte < 2)) return;
      if (this.#position >= limit)
        throw new MalformedMessage('message/bad-field', 'An integer does not fit in 64 bits.');
    }
  }

  #tooMany(limit: keyof Tally): MalformedMessage {
    return new MalformedMessage(
      'message/too-large',
      `The message has more than ${this.#limits[limit]} ${things[limit]}.`,
    );
  }
}

function truncated(): MalformedMessage {
  return new MalformedMessage('message/truncated', 'The message ends in the middle of a field.');
}

function badField(): MalformedMessage {
  return new MalformedMessage('message/bad-field', 'The message has a field that is not valid protobuf.');
}

function tooDeep(maxDepth: number): MalformedMessage {
  return new MalformedMessage('message/too-deep', `The message nests deeper than ${maxDepth} levels.`);
}
