import { expect } from 'chai';
import { createDecodeLimits, defaultDecodeLimits } from './decode-limits.ts';
import {
  createAgentToServerDecoder,
  decodeAgentToServer,
  decodeAgentToServerFrame,
  decodeServerToAgent,
  decodeServerToAgentFrame,
} from './decoder.ts';
import { MalformedMessage } from './malformed-message.ts';

const uid = '000102030405060708090a0b0c0d0e0f';

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return Buffer.from([...out, rest]);
}

/** A length-delimited field. */
function field(number: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'utf8');
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).to.be.instanceOf(MalformedMessage);
    return (error as MalformedMessage).code;
  }
  return 'nothing thrown';
}

describe('AgentToServer on the wire', () => {
  it('is a minimal status report', () => {
    const message = decodeAgentToServerFrame(bytes(`00 0a10${uid} 2001`));
    expect(message).to.deep.equal({
      instanceUid: new Uint8Array(bytes(uid)),
      sequenceNum: 0n,
      capabilities: 1n,
      flags: 0n,
    });
  });

  it('is a heartbeat', () => {
    const message = decodeAgentToServerFrame(bytes(`00 0a10${uid} 10d209 20c550`));
    expect([message.sequenceNum, message.capabilities]).to.deep.equal([1234n, 0x2845n]);
  });

  it('is a goodbye by the presence of an empty message', () => {
    expect(decodeAgentToServerFrame(bytes(`00 0a10${uid} 1001 2001 4a00`)).agentDisconnect).to.deep.equal({});
    expect(decodeAgentToServerFrame(bytes(`00 0a10${uid} 1001 2001`)).agentDisconnect).to.equal(undefined);
  });

  it('asks for an id by a flag', () => {
    expect(decodeAgentToServerFrame(bytes(`00 0a10${uid} 2001 5001`)).flags).to.equal(1n);
  });

  it('is empty when only the header came', () => {
    expect(decodeAgentToServerFrame(bytes('00')).instanceUid).to.have.length(0);
  });

  it('tells an absent sub-message from a present, empty one', () => {
    expect(decodeAgentToServer(bytes('1a00')).agentDescription).to.deep.equal({
      identifyingAttributes: [],
      nonIdentifyingAttributes: [],
    });
    expect(Object.keys(decodeAgentToServer(bytes('1001')))).not.to.include('agentDescription');
  });

  it('keeps 64-bit integers whole', () => {
    const message = decodeAgentToServer(
      bytes('10 ffffffffffffffffff01 20 8080808080808080 8001 50 ffffffffffffff0f'),
    );
    expect(message.sequenceNum).to.equal(2n ** 64n - 1n);
    expect(message.capabilities).to.equal(2n ** 63n);
    expect(message.flags).to.equal(2n ** 53n - 1n);
  });

  it('keeps fixed64 nanoseconds whole', () => {
    const message = decodeAgentToServer(bytes('2a12 11 0100000000000080 29 ffffffffffffffff'));
    expect(message.health?.startTimeUnixNano).to.equal(2n ** 63n + 1n);
    expect(message.health?.statusTimeUnixNano).to.equal(2n ** 64n - 1n);
  });

  it('keeps numbers that an enum does not know', () => {
    expect(decodeAgentToServer(bytes('3a02 1009')).remoteConfigStatus?.status).to.equal(9);
    expect(decodeAgentToServer(bytes('3a0b 10ffffffffffffffffff01')).remoteConfigStatus?.status).to.equal(-1);
  });

  it('ignores fields it does not know, of every wire type', () => {
    const message = decodeAgentToServer(
      bytes('8006 01 8106 0102030405060708 8206 02 ffff 8306 08 01 0b 0c 8406 8506 01020304 2001'),
    );
    expect(Object.keys(message)).to.have.members(['instanceUid', 'sequenceNum', 'capabilities', 'flags']);
    expect(message.capabilities).to.equal(1n);
  });

  it('ignores a known field of another wire type', () => {
    expect(decodeAgentToServer(bytes('22 02 0101 2a00')).capabilities).to.equal(0n);
    expect(decodeAgentToServer(bytes('28 01')).health).to.equal(undefined);
  });

  it('takes the last of a repeated scalar, also when that is its default', () => {
    expect(decodeAgentToServer(bytes('2001 2002')).capabilities).to.equal(2n);
    expect(decodeAgentToServer(bytes('2001 2000')).capabilities).to.equal(0n);
    const twice = decodeAgentToServer(bytes('3a09 0a020102 1003 1a0178 3a06 0a00 1000 1a00'));
    expect(twice.remoteConfigStatus?.status).to.equal(0);
    expect(twice.remoteConfigStatus?.errorMessage).to.equal('');
    expect(twice.remoteConfigStatus?.lastRemoteConfigHash).to.deep.equal(new Uint8Array(0));
  });

  it('merges repeated occurrences of a sub-message', () => {
    const message = decodeAgentToServer(bytes('3a04 0a020102 3a02 1001'));
    expect(message.remoteConfigStatus).to.deep.equal({
      lastRemoteConfigHash: new Uint8Array([1, 2]),
      status: 1,
      errorMessage: '',
    });
    const lists = decodeAgentToServer(
      Buffer.concat([1, 2].map((n) => field(3, field(1, field(1, text(`k${n}`)))))),
    );
    expect(lists.agentDescription?.identifyingAttributes.map(({ key }) => key)).to.deep.equal(['k1', 'k2']);
  });

  it('takes the last of equal map keys, and defaults for what a map entry leaves out', () => {
    const entry = (...parts: Uint8Array[]) => field(5, field(6, ...parts));
    const first = entry(field(1, text('a')), field(2, bytes('0801')));
    const second = entry(field(1, text('a')), field(2, field(4, text('later'))));
    const keyless = entry(field(2, bytes('0801')));
    const valueless = entry(field(1, text('b')));
    const { health } = decodeAgentToServer(Buffer.concat([first, second, keyless, valueless]));
    expect(Object.keys(health!.componentHealthMap)).to.have.members(['a', '', 'b']);
    expect(health!.componentHealthMap.a).to.include({ healthy: false, status: 'later' });
    expect(health!.componentHealthMap['']?.healthy).to.equal(true);
    expect(health!.componentHealthMap.b?.healthy).to.equal(false);
  });

  it('keeps map keys that JavaScript objects inherit, and inherits none', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];
    const { health } = decodeAgentToServer(
      Buffer.concat(
        names.map((name) => field(5, field(6, field(1, text(name)), field(2, field(4, text(`is ${name}`)))))),
      ),
    );
    const map = health!.componentHealthMap;
    expect(Object.keys(map)).to.deep.equal(names);
    expect(names.map((name) => map[name]?.status)).to.deep.equal(names.map((name) => `is ${name}`));
    expect(map.valueOf).to.equal(undefined);
    expect(({} as Record<string, unknown>).status).to.equal(undefined);
  });

  it('keeps the last member set of a value, and null for none', () => {
    const value = (hex: string) =>
      decodeAgentToServer(field(3, field(1, field(2, bytes(hex))))).agentDescription!;
    expect(value('0a0178 1801').identifyingAttributes[0]?.value).to.deep.equal({ intValue: 1n });
    expect(value('1801 0a0178').identifyingAttributes[0]?.value).to.deep.equal({ stringValue: 'x' });
    expect(value('18ffffffffffffffffff01').identifyingAttributes[0]?.value).to.deep.equal({ intValue: -1n });
    expect(value('1000').identifyingAttributes[0]?.value).to.deep.equal({ boolValue: false });
    expect(value('').identifyingAttributes[0]?.value).to.deep.equal({});
    const [keyOnly] = decodeAgentToServer(bytes('1a04 0a02 0a00')).agentDescription!.identifyingAttributes;
    expect([keyOnly?.key, keyOnly?.value]).to.deep.equal(['', undefined]);
  });

  it('copies short bytes and lets long ones be views, never Buffers', () => {
    const body = Buffer.alloc(65, 7);
    const frame = Buffer.concat([
      bytes(`0a10${uid}`),
      field(6, field(1, field(1, field(2, field(1, body))))),
    ]);
    const message = decodeAgentToServer(frame);
    const stored = message.effectiveConfig!.configMap!.configMap['']!.body;
    expect(stored).to.deep.equal(new Uint8Array(body));
    expect(stored.buffer).to.equal(frame.buffer);
    expect(message.instanceUid.buffer).not.to.equal(frame.buffer);
    expect([Buffer.isBuffer(stored), Buffer.isBuffer(message.instanceUid)]).to.deep.equal([false, false]);
  });

  it('is the same from a Buffer, a Uint8Array and a view into a larger buffer', () => {
    const valid = bytes(`0a10${uid} 1001 1a07 0a05 0a0161 1200`);
    const padded = new Uint8Array(valid.length + 9);
    padded.set(valid, 5);
    const expected = decodeAgentToServer(valid);
    expect(decodeAgentToServer(new Uint8Array(valid))).to.deep.equal(expected);
    expect(decodeAgentToServer(padded.subarray(5, 5 + valid.length))).to.deep.equal(expected);
  });
});

describe('ServerToAgent on the wire', () => {
  it('is a restart by the presence of an empty message', () => {
    expect(decodeServerToAgentFrame(bytes(`00 0a10${uid} 4a00`)).command).to.deep.equal({ type: 0 });
    expect(decodeServerToAgentFrame(bytes(`00 0a10${uid}`)).command).to.equal(undefined);
  });

  it('has its retry hint in nanoseconds', () => {
    const message = decodeServerToAgent(
      field(2, bytes('0802'), field(3, bytes('08'), varint(30_000_000_000))),
    );
    expect(message.errorResponse?.type).to.equal(2);
    expect(message.errorResponse?.retryInfo?.retryAfterNanoseconds).to.equal(30_000_000_000n);
  });

  it('keeps string maps', () => {
    const setting = (key: string, value: string) => field(4, field(1, text(key)), field(2, text(value)));
    const message = decodeServerToAgent(
      field(4, field(6, field(1, text('x')), field(2, setting('__proto__', 'p'), setting('a', 'b')))),
    );
    const settings = message.connectionSettings?.otherConnections.x?.otherSettings;
    expect(Object.entries(settings ?? {})).to.deep.equal([
      ['__proto__', 'p'],
      ['a', 'b'],
    ]);
  });
});

describe('text on the wire', () => {
  const status = (content: Uint8Array) => decodeAgentToServer(field(5, field(4, content))).health?.status;

  const valid = [
    '',
    'a',
    'ü',
    '\u0000',
    '\uFEFFbom',
    '\uFFFD',
    '𝄞',
    'x'.repeat(23),
    'x'.repeat(24),
    'é'.repeat(5000),
    '\u202Ertl',
  ];
  for (const value of valid) {
    it(`keeps ${JSON.stringify(value.slice(0, 12))} of ${value.length}`, () => {
      expect(status(text(value))).to.equal(value);
    });
  }

  const invalid = [
    'ff',
    'c0 80',
    'ed a0 80',
    'f4 90 80 80',
    'e2 82',
    '61 80',
    `${'61'.repeat(200)} c3`,
    'ef bf bd ff',
  ];
  for (const hex of invalid) {
    it(`is refused as ${hex.slice(0, 20)} of ${hex.length}, which is not UTF-8`, () => {
      expect(codeOf(() => status(bytes(hex)))).to.equal('message/invalid-utf8');
    });
  }

  it('is refused as a map key and as a list item too', () => {
    expect(codeOf(() => decodeAgentToServer(field(5, field(6, field(1, bytes('ff'))))))).to.equal(
      'message/invalid-utf8',
    );
    expect(codeOf(() => decodeAgentToServer(field(12, field(1, bytes('ff')))))).to.equal(
      'message/invalid-utf8',
    );
  });
});

const malformed: [name: string, hex: string, code: string][] = [
  ['a tag cut off', '80', 'message/truncated'],
  ['a tag without a value', '20', 'message/truncated'],
  ['an integer cut off', '20 80', 'message/truncated'],
  ['an integer of more than 64 bits', '20 ffffffffffffffffff02', 'message/bad-field'],
  ['an integer of eleven bytes', '20 8080808080808080808000', 'message/bad-field'],
  ['an unknown integer of more than 64 bits', '8006 ffffffffffffffffff7f', 'message/bad-field'],
  ['a fixed64 cut off', '2a05 11 00000000', 'message/truncated'],
  ['a length beyond the message', '0a11 00', 'message/bad-length'],
  ['a length beyond its sub-message', '2a02 2203 616263', 'message/bad-length'],
  ['a length of 2^31', '0a 8080808008', 'message/bad-length'],
  ['a length of 2^32 - 1', '0a ffffffff0f', 'message/bad-length'],
  ['a length of 2^63', '0a 80808080808080808001', 'message/bad-length'],
  ['a length of 2^31 for an unknown field', '8206 8080808008', 'message/bad-length'],
  ['a length of 2^31 inside a map entry', '2a08 3206 0a 8080808008', 'message/bad-length'],
  ['a tag of more than 32 bits', '8a8080808010 00', 'message/bad-length'],
  ['field number 0', '00 01', 'message/bad-field'],
  ['field number 0 of bytes', '02 00', 'message/bad-field'],
  ['wire type 6', '26 01', 'message/bad-field'],
  ['wire type 7', '27 01', 'message/bad-field'],
  ['the end of a group that did not begin', '24', 'message/bad-field'],
  ['a group that does not end', '8306 0801', 'message/truncated'],
  ['a group that ends as another', '8306 0c', 'message/bad-field'],
  ['wire type 7 inside a group', '8306 0f 8406', 'message/bad-field'],
];

describe('a malformed message', () => {
  for (const [name, hex, code] of malformed) {
    it(`is refused for ${name}`, () => {
      expect(codeOf(() => decodeAgentToServer(bytes(hex)))).to.equal(code);
    });
  }

  it('is told apart in readable words that give nothing away', () => {
    for (const [, hex] of malformed) {
      try {
        decodeAgentToServer(bytes(hex));
      } catch (error) {
        expect((error as Error).message).to.match(/^[A-Z][^\n]{10,118}\.$/);
        expect((error as Error).message).not.to.match(/protobufjs|offset|index|undefined|node/i);
      }
    }
  });
});

/** Nests without quadratic copying: lengths first, from the inside out. */
function nest(depth: number, prefix: (length: number) => Buffer): Buffer {
  const prefixes: Buffer[] = [];
  let length = 0;
  for (let level = 0; level < depth; level++) {
    const next = prefix(length);
    prefixes.push(next);
    length += next.length;
  }
  return Buffer.concat(prefixes.reverse());
}

const open = (number: number) => (length: number) => Buffer.concat([varint(number * 8 + 2), varint(length)]);
const openBoth = (outer: number, inner: number) => (length: number) => {
  const within = open(inner)(length);
  return Buffer.concat([open(outer)(length + within.length), within]);
};

const openThree = (outer: number, middle: number, inner: number) => (length: number) => {
  const within = openBoth(middle, inner)(length);
  return Buffer.concat([open(outer)(length + within.length), within]);
};

const nestedHealth = (depth: number) => field(5, nest(depth, openBoth(6, 2)));

const recursions: [name: string, build: (depth: number) => Buffer][] = [
  ['health', nestedHealth],
  ['components', (depth) => field(14, field(1, field(2, nest(depth, openBoth(2, 2)))))],
  ['lists in an attribute', (depth) => field(3, field(1, field(2, nest(depth, openBoth(5, 1)))))],
  [
    'key-value lists in an attribute',
    (depth) => field(3, field(1, field(2, nest(depth, openThree(6, 1, 2))))),
  ],
];

describe('a deep message', () => {
  for (const [name, build] of recursions) {
    it(`is accepted with fifteen levels of ${name}`, () => {
      expect(codeOf(() => decodeAgentToServer(build(15)))).to.equal('nothing thrown');
    });

    for (const depth of [100, 10_000, 200_000]) {
      it(`is refused with ${depth} levels of ${name}`, () => {
        const wire = build(depth);
        expect(codeOf(() => decodeAgentToServer(wire))).to.equal('message/too-deep');
      });
    }
  }

  it('is accepted up to the limit, and refused one level beyond', () => {
    expect(codeOf(() => decodeAgentToServer(nestedHealth(63)))).to.equal('nothing thrown');
    expect(codeOf(() => decodeAgentToServer(nestedHealth(64)))).to.equal('message/too-deep');
    const shallow = createAgentToServerDecoder({ maxDepth: 3 });
    expect(codeOf(() => shallow.decode(nestedHealth(2)))).to.equal('nothing thrown');
    expect(codeOf(() => shallow.decode(nestedHealth(3)))).to.equal('message/too-deep');
  });

  it('is accepted at the deepest limit that can be asked for', () => {
    const deepest = createAgentToServerDecoder({ maxDepth: 100 });
    expect(codeOf(() => deepest.decode(nestedHealth(99)))).to.equal('nothing thrown');
    expect(codeOf(() => deepest.decode(nestedHealth(100)))).to.equal('message/too-deep');
  });

  it('is refused with 10,000 nested groups', () => {
    expect(codeOf(() => decodeAgentToServer(Buffer.alloc(20_000, '8306', 'hex')))).to.equal(
      'message/too-deep',
    );
    expect(codeOf(() => decodeAgentToServer(Buffer.alloc(20_000, '8b06', 'hex')))).to.equal(
      'message/too-deep',
    );
  });
});

/** A million of something, and what refuses it. */
const widths: [name: string, code: string, message: RegExp, build: (count: number) => Buffer][] = [
  [
    'map entries',
    'message/too-large',
    /10000 map entries/,
    (count) => field(5, Buffer.alloc(count * 2, '3200', 'hex')),
  ],
  [
    'packages',
    'message/too-large',
    /10000 map entries/,
    (count) => field(8, Buffer.alloc(count * 2, '0a00', 'hex')),
  ],
  [
    'attributes',
    'message/too-large',
    /10000 attributes/,
    (count) => field(3, Buffer.alloc(count * 2, '0a00', 'hex')),
  ],
  [
    'list elements in an attribute',
    'message/too-large',
    /10000 attributes/,
    (count) => field(3, field(1, field(2, field(5, Buffer.alloc(count * 2, '0a00', 'hex'))))),
  ],
  [
    'config files',
    'message/too-large',
    /1000 config files/,
    (count) => field(6, field(1, Buffer.alloc(count * 2, '0a00', 'hex'))),
  ],
  [
    'custom capabilities',
    'message/too-large',
    /1000 list items/,
    (count) => field(12, Buffer.alloc(count * 2, '0a00', 'hex')),
  ],
  [
    'repeated sub-messages',
    'message/too-large',
    /250000 fields/,
    (count) => Buffer.alloc(count * 2, '2a00', 'hex'),
  ],
  ['unknown fields', 'message/too-large', /250000 fields/, (count) => Buffer.alloc(count * 2, '7800', 'hex')],
  [
    'unknown fields in a group',
    'message/too-large',
    /250000 fields/,
    (count) => Buffer.concat([bytes('8306'), Buffer.alloc(count * 2, '7800', 'hex'), bytes('8406')]),
  ],
];

describe('a wide message', () => {
  for (const [name, code, message, build] of widths) {
    it(`is refused with a million ${name}`, () => {
      const wire = build(1_000_000);
      expect(codeOf(() => decodeAgentToServer(wire))).to.equal(code);
      expect(() => decodeAgentToServer(wire)).to.throw(MalformedMessage, message);
    });

    it(`is accepted with fifty ${name}`, () => {
      expect(codeOf(() => decodeAgentToServer(build(50)))).to.equal('nothing thrown');
    });
  }

  it('is counted as a whole, so that nesting does not multiply a limit', () => {
    const twoEach = field(5, field(6, field(2, field(6), field(6))), field(6, field(2, field(6), field(6))));
    expect(codeOf(() => createAgentToServerDecoder({ maxMapEntries: 6 }).decode(twoEach))).to.equal(
      'nothing thrown',
    );
    expect(codeOf(() => createAgentToServerDecoder({ maxMapEntries: 5 }).decode(twoEach))).to.equal(
      'message/too-large',
    );
  });

  it('does not count against the next one', () => {
    const decoder = createAgentToServerDecoder({ maxMapEntries: 3 });
    const wire = field(5, field(6), field(6));
    for (let time = 0; time < 5; time++)
      expect(codeOf(() => decoder.decode(wire))).to.equal('nothing thrown');
  });
});

describe('decode limits', () => {
  it('are the defaults with the given ones changed', () => {
    expect(createDecodeLimits({ maxConfigFiles: 5 })).to.deep.equal({
      ...defaultDecodeLimits,
      maxConfigFiles: 5,
    });
  });

  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuse ${value}`, () => {
      expect(() => createDecodeLimits({ maxFields: value })).to.throw(RangeError, /maxFields/);
    });
  }

  it('refuse a depth that the decoder cannot reach', () => {
    expect(() => createDecodeLimits({ maxDepth: 101 })).to.throw(RangeError, /maxDepth must be at most 100/);
  });
});
