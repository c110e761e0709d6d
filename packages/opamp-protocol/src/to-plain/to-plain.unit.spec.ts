import { expect } from 'chai';
import fc from 'fast-check';
import { decodeAgentToServer } from '../decoder.ts';
import { encodeAgentToServer } from '../encoder.ts';
import type { AnyValue } from '../messages/any-value.ts';
import { agentDescriptionFromPlain, anyValueFromPlain } from '../to-proto/attributes.ts';
import { availableComponentsFromPlain } from '../to-proto/available-components.ts';
import { componentHealthFromPlain } from '../to-proto/component-health.ts';
import { filesToConfigMap, filesToRemoteConfig } from '../to-proto/config-files.ts';
import {
  agentDescriptionToPlain,
  anyValueToPlain,
  attributesToPlain,
  type PlainValue,
} from './attributes.ts';
import { availableComponentsToPlain } from './available-components.ts';
import { componentHealthToPlain, type PlainComponentHealth } from './component-health.ts';
import { effectiveConfigToFiles } from './config-files.ts';
import {
  connectionSettingsStatusToPlain,
  packageStatusesToPlain,
  remoteConfigStatusToPlain,
} from './statuses.ts';

const values: [name: string, wire: AnyValue | undefined, plain: PlainValue][] = [
  ['no value at all', undefined, null],
  ['a value with no member', {}, null],
  ['text', { stringValue: 'ü' }, 'ü'],
  ['empty text', { stringValue: '' }, ''],
  ['text with U+0000', { stringValue: 'a\0b' }, 'a\uFFFDb'],
  ['false', { boolValue: false }, false],
  ['zero', { intValue: 0n }, 0],
  ['the largest exact integer', { intValue: 9007199254740991n }, 9007199254740991],
  ['an integer beyond', { intValue: 9007199254740992n }, '9007199254740992'],
  ['the smallest int64', { intValue: -(2n ** 63n) }, '-9223372036854775808'],
  ['a fraction', { doubleValue: 1.5 }, 1.5],
  ['minus zero', { doubleValue: -0 }, 0],
  ['NaN', { doubleValue: Number.NaN }, 'NaN'],
  ['infinity', { doubleValue: Number.NEGATIVE_INFINITY }, '-Infinity'],
  ['bytes', { bytesValue: new Uint8Array([0, 255]) }, { base64: 'AP8=' }],
  ['a list', { arrayValue: { values: [{ intValue: 1n }, {}] } }, [1, null]],
  ['pairs', { kvlistValue: { values: [{ key: 'a', value: { intValue: 1n } }, { key: 'a' }] } }, { a: null }],
];

describe('an attribute value', () => {
  for (const [name, wire, plain] of values) {
    it(`becomes plain: ${name}`, () => {
      expect(anyValueToPlain(wire)).to.deep.equal(plain);
      expect(JSON.parse(JSON.stringify(anyValueToPlain(wire)))).to.deep.equal(plain);
    });
  }

  it('keeps keys that objects inherit', () => {
    const plain = attributesToPlain([
      { key: '__proto__', value: { stringValue: 'p' } },
      { key: 'constructor', value: { stringValue: 'c' } },
    ]);
    expect(JSON.stringify(plain)).to.equal('{"__proto__":"p","constructor":"c"}');
    expect(plain.toString).to.equal(undefined);
  });

  it('comes back from plain', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as PlainValue;
        expect(anyValueToPlain(anyValueFromPlain(json))).to.deep.equal(json);
      }),
    );
  });
});

describe('a description', () => {
  it('goes to plain and back over the wire', () => {
    const plain = {
      identifying: { 'service.name': 'collector', 'port.number': 4317 },
      nonIdentifying: { tags: ['a', 1.5, null] },
    };
    const wire = encodeAgentToServer({ agentDescription: agentDescriptionFromPlain(plain) });
    expect(agentDescriptionToPlain(decodeAgentToServer(wire).agentDescription!)).to.deep.equal(plain);
  });
});

describe('a health tree', () => {
  const leaf: PlainComponentHealth = {
    healthy: false,
    startTimeUnixNano: '0',
    lastError: 'no route to host',
    status: 'StatusRecoverableError',
    statusTimeUnixNano: '18446744073709551615',
    attributes: { attempt: 3 },
    components: {},
  };
  const tree: PlainComponentHealth = {
    ...leaf,
    healthy: true,
    startTimeUnixNano: '1764000000123456789',
    components: { 'pipeline:traces': { ...leaf, components: { 'exporter:otlp': leaf } }, constructor: leaf },
  };

  it('goes to plain and back over the wire, with whole times', () => {
    const wire = encodeAgentToServer({ health: componentHealthFromPlain(tree) });
    expect(componentHealthToPlain(decodeAgentToServer(wire).health!)).to.deep.equal(tree);
  });
});

describe('available components', () => {
  const plain = {
    hash: '00ff',
    components: {
      receivers: {
        metadata: {},
        components: { otlp: { metadata: { 'code.namespace': 'x/otlp' }, components: {} } },
      },
    },
  };

  it('go to plain and back over the wire', () => {
    const wire = encodeAgentToServer({ availableComponents: availableComponentsFromPlain(plain) });
    expect(availableComponentsToPlain(decodeAgentToServer(wire).availableComponents!)).to.deep.equal(plain);
  });

  it('are a hash only at first', () => {
    const wire = encodeAgentToServer({ availableComponents: { hash: new Uint8Array([1]) } });
    expect(availableComponentsToPlain(decodeAgentToServer(wire).availableComponents!)).to.deep.equal({
      hash: '01',
      components: {},
    });
  });

  it('are refused with a hash that is not hexadecimal', () => {
    expect(() => availableComponentsFromPlain({ ...plain, hash: 'xyz' })).to.throw(SyntaxError);
  });
});

describe('an effective config', () => {
  const body = new Uint8Array([0xff, 0, 0xfe]);

  it('becomes its files, ordered by name, bodies untouched', () => {
    const files = [
      { name: '', contentType: 'text/yaml', body },
      { name: '__proto__', contentType: '', body: new Uint8Array(0) },
      { name: 'b', contentType: 'x', body },
    ];
    const wire = encodeAgentToServer({
      effectiveConfig: { configMap: filesToConfigMap(files.toReversed()) },
    });
    expect(effectiveConfigToFiles(decodeAgentToServer(wire).effectiveConfig!)).to.deep.equal(files);
  });

  it('has each name once, also when two become the same plain text', () => {
    const configMap = { 'a\0': { body }, 'a\uFFFD': { contentType: 'last' } };
    const files = effectiveConfigToFiles(
      decodeAgentToServer(encodeAgentToServer({ effectiveConfig: { configMap: { configMap } } }))
        .effectiveConfig!,
    );
    expect(files.map(({ name, contentType }) => [name, contentType])).to.deep.equal([['a\uFFFD', 'last']]);
  });

  it('has no files when it has no map', () => {
    expect(effectiveConfigToFiles({})).to.deep.equal([]);
  });

  it('is offered with a hash', () => {
    expect(filesToRemoteConfig([{ name: '', contentType: '', body }]).configHash).to.have.length(32);
    expect(filesToRemoteConfig([]).configHash).to.have.length(32);
  });
});

describe('statuses', () => {
  const hash = new Uint8Array([0xab]);

  it('have their hash in hexadecimal and their name', () => {
    expect(
      remoteConfigStatusToPlain({ lastRemoteConfigHash: hash, status: 3, errorMessage: 'bad\0' }),
    ).to.deep.equal({
      hash: 'ab',
      status: 'FAILED',
      errorMessage: 'bad\uFFFD',
    });
    expect(
      connectionSettingsStatusToPlain({ lastConnectionSettingsHash: hash, status: 7, errorMessage: '' })
        .status,
    ).to.equal('7');
  });

  it('of packages go by the key, and take no nonsense for progress', () => {
    const wire = encodeAgentToServer({
      packageStatuses: {
        packages: {
          a: {
            name: 'other',
            status: 4,
            downloadDetails: { downloadPercent: Number.NaN, downloadBytesPerSecond: 5 },
          },
          b: { status: 9 },
        },
        serverProvidedAllPackagesHash: hash,
      },
    });
    const plain = packageStatusesToPlain(decodeAgentToServer(wire).packageStatuses!);
    expect(plain.serverProvidedAllPackagesHash).to.equal('ab');
    expect(plain.packages.a).to.include({
      status: 'Downloading',
      downloadPercent: null,
      downloadBytesPerSecond: 5,
    });
    expect(plain.packages.b).to.include({ status: '9', downloadPercent: null });
  });
});
