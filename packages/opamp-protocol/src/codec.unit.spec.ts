import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { decodeAgentToServer, decodeServerToAgent } from './decoder.ts';
import { encodeAgentToServer, encodeServerToAgent } from './encoder.ts';
import { MalformedMessage } from './malformed-message.ts';
import { messageTypes } from './schema.ts';

/*
 * Messages made from the schema itself, so that every field of both directions takes part, and compared with two independent
 * sources: what was put in, and protobufjs with its own classes.
 */

type Shape = Record<string, unknown>;

const uint64 = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.constantFrom(
    0n,
    1n,
    127n,
    128n,
    2n ** 28n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 49n,
    2n ** 53n + 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ),
);
const int64 = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.constantFrom(0n, -1n, -(2n ** 63n), 2n ** 63n - 1n),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 30, maxLength: 90 }),
);
const key = fc.oneof(text, fc.constantFrom('', '__proto__', 'constructor', 'toString', 'valueOf', '0'));

const scalars: Record<string, fc.Arbitrary<unknown>> = {
  bytes: fc.uint8Array({ maxLength: 100 }),
  string: text,
  bool: fc.boolean(),
  double: fc.double(),
  uint64,
  fixed64: uint64,
  int64,
};

const defaults: Record<string, unknown> = {
  bytes: new Uint8Array(0),
  string: '',
  bool: false,
  double: 0,
  uint64: 0n,
  fixed64: 0n,
  int64: 0n,
};

function arbitraryOf(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  if (field.resolvedType instanceof protobuf.Type) return arbitraryMessage(field.resolvedType, depth - 1);
  if (field.resolvedType instanceof protobuf.Enum) return fc.oneof(fc.integer(), fc.nat(4));
  return scalars[field.type]!;
}

/** A message with any of its fields left out. At depth 0 it has no sub-messages, lists or maps. */
function arbitraryMessage(type: protobuf.Type, depth: number): fc.Arbitrary<Shape> {
  const single: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of type.fieldsArray) {
    if (depth <= 0 && (field.resolvedType instanceof protobuf.Type || field.repeated || field.map)) continue;
    if (field.partOf !== null && field.partOf.fieldsArray.length > 1) continue;
    const value = arbitraryOf(field, depth);
    if (field.map) {
      single[field.name] = fc
        .array(fc.tuple(key, value), { maxLength: 3 })
        .map((entries) => Object.fromEntries(entries));
    } else single[field.name] = field.repeated ? fc.array(value, { maxLength: 3 }) : value;
  }
  const message = fc.record(single, { requiredKeys: [] });
  const choices = type.oneofsArray
    .filter((oneof) => oneof.fieldsArray.length > 1)
    .flatMap((oneof) => oneof.fieldsArray);
  const possible = choices.filter((field) => depth > 0 || !(field.resolvedType instanceof protobuf.Type));
  if (possible.length === 0) return message;
  const members = possible.map((field) =>
    arbitraryOf(field, depth).map((value) => ({ [field.name]: value })),
  );
  return fc.oneof(message, ...members);
}

/** What decoding should give for a message: defaults for what was left out, except sub-messages. */
function complete(type: protobuf.Type, message: Shape): Shape {
  const whole: Shape = {};
  for (const field of type.fieldsArray) {
    const value = message[field.name];
    const each = (item: unknown) =>
      field.resolvedType instanceof protobuf.Type ? complete(field.resolvedType, item as Shape) : item;
    if (field.map) {
      whole[field.name] = Object.fromEntries(
        Object.entries(value ?? {}).map(([name, item]) => [name, each(item)]),
      );
    } else if (field.repeated) whole[field.name] = ((value ?? []) as unknown[]).map(each);
    else if (field.hasPresence || field.resolvedType instanceof protobuf.Type) {
      if (value !== undefined) whole[field.name] = each(value);
    } else
      whole[field.name] = value ?? (field.resolvedType instanceof protobuf.Enum ? 0 : defaults[field.type]);
  }
  return whole;
}

const directions = [
  {
    name: 'AgentToServer',
    encode: (message: Shape) => encodeAgentToServer(message),
    decode: (wire: Uint8Array) => decodeAgentToServer(wire) as unknown as Shape,
  },
  {
    name: 'ServerToAgent',
    encode: (message: Shape) => encodeServerToAgent(message),
    decode: (wire: Uint8Array) => decodeServerToAgent(wire) as unknown as Shape,
  },
];

/** Decodes or is refused; anything else escapes and fails the test. Refusals must come from our own check, never from the decoder. */
function outcome(decode: () => unknown): string {
  try {
    decode();
    return 'decoded';
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    expect(error.code).not.to.equal('message/undecodable');
    return error.code;
  }
}

for (const { name, encode, decode } of directions) {
  const type = messageTypes.get(name)!;
  const message = arbitraryMessage(type, 5);

  describe(`${name}, any`, () => {
    it('survives the wire', () => {
      fc.assert(
        fc.property(message, (shape) => {
          expect(decode(encode(shape))).to.deep.equal(complete(type, shape));
        }),
        { numRuns: 300 },
      );
    }).timeout(60_000);

    it('is encoded as protobufjs would by itself: no zeros, fields in order', () => {
      fc.assert(
        fc.property(message, (shape) => {
          const wire = encode(shape);
          expect(Buffer.from(type.encode(type.decode(wire)).finish()).equals(wire)).to.equal(true);
        }),
        { numRuns: 300 },
      );
    }).timeout(60_000);

    it('encodes again to the same bytes after decoding', () => {
      fc.assert(
        fc.property(message, (shape) => {
          const wire = Buffer.from(encode(shape));
          expect(wire.equals(encode(decode(wire)))).to.equal(true);
        }),
        { numRuns: 300 },
      );
    }).timeout(60_000);

    it('cut off anywhere is decoded or refused, nothing else', () => {
      let refused = 0;
      fc.assert(
        fc.property(message, (shape) => {
          const wire = encode(shape);
          for (let length = 0; length < wire.length; length++) {
            if (outcome(() => decode(wire.subarray(0, length))) !== 'decoded') refused++;
          }
        }),
        { numRuns: 25 },
      );
      expect(refused).to.be.above(100);
    }).timeout(60_000);

    it('with a bit flipped is decoded or refused, nothing else', () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(message, fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), (shape, places) => {
          const wire = Buffer.from(encode(shape));
          if (wire.length === 0) return;
          for (const place of places) {
            const flipped = Buffer.from(wire);
            const bit = place % (wire.length * 8);
            flipped[bit >> 3]! ^= 1 << (bit & 7);
            seen.add(outcome(() => decode(flipped)));
          }
        }),
        { numRuns: 300 },
      );
      expect([...seen]).to.include.members([
        'decoded',
        'message/bad-field',
        'message/bad-length',
        'message/truncated',
      ]);
    }).timeout(60_000);

    it('made of random bytes is decoded or refused, nothing else', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60 }), (wire) => {
          outcome(() => decode(wire));
        }),
        { numRuns: 5_000 },
      );
    }).timeout(60_000);
  });
}
