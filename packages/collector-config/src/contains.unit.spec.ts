import { expect } from 'chai';
import fc from 'fast-check';

import type { ConfigMap, ConfigValue } from './config-value.ts';
import { isConfigList, isConfigMap } from './config-value.ts';
import type { ConfigPath } from './config-path.ts';
import { toPathText } from './config-path.ts';
import { containsConfig, containsConfigTexts } from './contains.ts';
import { parseConfig } from './parse-config.ts';
import { readFixture } from './read-fixture.spec.ts';

function fixture(name: string): ConfigMap {
  const parsed = parseConfig(readFixture(name));
  if (!parsed.ok) throw new Error(name);
  return parsed.document.root;
}

describe('an effective configuration as a real Collector renders it', () => {
  it('contains what was assigned; references and masked secrets are unknown', () => {
    const { contained, differences, unknowns } = containsConfig(
      fixture('gateway.yaml'),
      fixture('gateway.effective.yaml'),
    );
    expect(differences).to.deep.equal([]);
    expect(contained).to.equal(true);
    expect(unknowns).to.deep.equal([
      { path: 'exporters.otlp/backend.endpoint', reason: 'reference' },
      { path: 'exporters.otlp/backend.headers.authorization', reason: 'masked' },
      { path: 'exporters.otlp/backend.headers.x-team', reason: 'masked' },
    ]);
  });

  it('leaves out what is off, which is unknown and no drift', () => {
    const { contained, unknowns } = containsConfig(fixture('edge.yaml'), fixture('edge.effective.yaml'));
    expect(contained).to.equal(true);
    expect(unknowns.map((unknown) => `${unknown.path} ${unknown.reason}`)).to.deep.equal([
      'receivers.otlp.protocols.http.include_metadata zero-omitted',
      'exporters.otlp_http.tls.insecure zero-omitted',
    ]);
  });

  it('does not contain another configuration', () => {
    const { contained, differences } = containsConfig(
      fixture('edge.yaml'),
      fixture('gateway.effective.yaml'),
    );
    expect(contained).to.equal(false);
    expect(differences.map((one) => one.path)).to.include.members([
      'exporters.otlp_http',
      'service.pipelines.logs',
    ]);
  });

  it('shows a change made on the host at its path', () => {
    const assigned = readFixture('gateway.yaml');
    const effective = readFixture('gateway.effective.yaml').replace(
      'max_connection_age: 1m30s',
      'max_connection_age: 2m0s',
    );
    const result = containsConfigTexts({
      assigned: { 'gateway.yaml': assigned },
      effective: { '': effective },
    });
    expect(result.ok && result.containment.differences).to.deep.equal([
      {
        path: 'receivers.otlp.protocols.grpc.keepalive.server_parameters.max_connection_age',
        kind: 'changed',
        assigned: '90s',
        effective: '2m0s',
      },
    ]);
  });
});

describe('two values', () => {
  const same: readonly (readonly [ConfigValue, ConfigValue])[] = [
    ['1s', '1000ms'],
    ['1s', 1_000_000_000],
    ['1.5h', '1h30m0s'],
    [1_000_000_000, '1s'],
    ['1MiB', 1_048_576],
    ['1_048_576', 1_048_576],
    ['1kb', '1000B'],
    ['8888', 8888],
    [8888, '8888'],
    ['0x10', 16],
    ['1.50', 1.5],
    ['true', true],
    [false, 'False'],
    [null, { a: 1 }],
    [{}, null],
    [{}, { a: 1 }],
    [[], null],
    ['$$x', '$x'],
    ['12345678901234567890', '12345678901234567890'],
    [{ enabled: false, size: 3 }, null],
    [{ a: '1' }, [{ name: 'a', value: 1 }]],
  ];
  for (const [assigned, effective] of same)
    it(`mean the same: ${JSON.stringify(assigned)} and ${JSON.stringify(effective)}`, () => {
      const { contained, unknowns } = containsConfig(
        { x: { y: { z: assigned } } },
        { x: { y: { z: effective } } },
      );
      expect(contained).to.equal(true);
      expect(unknowns).to.deep.equal([]);
    });

  const different: readonly (readonly [ConfigValue, ConfigValue])[] = [
    ['1s', '1001ms'],
    ['1m', '1MiB'],
    ['5', 6],
    ['1.0.0', 1],
    ['12345678901234567890', '12345678901234567891'],
    ['yes', true],
    ['Prod', 'prod'],
    ['', 'x'],
    ['a ${ b', 'x'],
    ['a', null],
    [false, true],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    ['x', ['x']],
    [{ a: 1 }, 'a'],
    [['a'], {}],
  ];
  for (const [assigned, effective] of different)
    it(`differ: ${JSON.stringify(assigned)} and ${JSON.stringify(effective)}`, () => {
      expect(
        containsConfig({ x: { y: { z: assigned } } }, { x: { y: { z: effective } } }).contained,
      ).to.equal(false);
    });

  it('differ in case only where the setting is a name of a fixed list', () => {
    expect(containsConfig({ verbosity: 'detailed' }, { verbosity: 'Detailed' }).contained).to.equal(true);
    expect(containsConfig({ endpoint: 'detailed' }, { endpoint: 'Detailed' }).contained).to.equal(false);
  });

  const unknown: readonly (readonly [ConfigValue, ConfigValue, string])[] = [
    ['${env:X}', 'value', 'reference'],
    ['http://${X}:4317', 'http://h:4317', 'reference'],
    ['${file:/x.yaml}', { a: 1 }, 'reference'],
    ['secret', '[REDACTED]', 'masked'],
    ['secret', '<redacted>', 'masked'],
    ['secret', '****', 'masked'],
    [{ a: 'b' }, '[REDACTED]', 'masked'],
    ['bytes', {}, 'not-rendered'],
    [false, null, 'zero-omitted'],
  ];
  for (const [assigned, effective, reason] of unknown)
    it(`cannot be compared (${reason}): ${JSON.stringify(assigned)} and ${JSON.stringify(effective)}`, () => {
      const result = containsConfig({ x: { y: { z: assigned } } }, { x: { y: { z: effective } } });
      expect(result).to.deep.equal({
        contained: true,
        differences: [],
        unknowns: [{ path: 'x.y.z', reason }],
        omitted: 0,
      });
    });

  it('with an escaped reference are compared', () => {
    expect(containsConfig({ a: '$${env:X}' }, { a: '${env:X}' }))
      .to.include({ contained: true })
      .and.deep.include({ unknowns: [] });
  });
});

describe('containment', () => {
  it('lets a supervisor add extensions and telemetry, in any place', () => {
    const assigned = {
      service: { extensions: ['a', 'b'], telemetry: { metrics: { readers: [{ pull: { port: '1' } }] } } },
    };
    const effective = {
      service: {
        extensions: ['opamp', 'b', 'a'],
        telemetry: { metrics: { readers: [{ periodic: {} }, { pull: { port: 1, host: 'x' } }] } },
      },
    };
    expect(containsConfig(assigned, effective).contained).to.equal(true);
    expect(containsConfig({ service: { extensions: ['c'] } }, effective).differences).to.deep.equal([
      { path: 'service.extensions[0]', kind: 'missing', assigned: 'c' },
    ]);
  });

  it('wants every component and pipeline, empty ones too', () => {
    const { differences } = containsConfig(
      { processors: { batch: null }, service: { pipelines: { logs: {} } } },
      { processors: {}, service: { pipelines: {} } },
    );
    expect(differences.map((one) => `${one.kind} ${one.path}`)).to.deep.equal([
      'missing processors.batch',
      'missing service.pipelines.logs',
    ]);
  });

  it('bounds and masks the values that it shows', () => {
    const { differences } = containsConfig(
      {
        a: {
          long: 'x'.repeat(10_000),
          api_key: 'hunter2',
          map: { password: 'hunter2', list: Array(9999).fill(1) },
        },
      },
      { a: { long: 'y', api_key: 'hunter3', map: 'z' } },
    );
    expect(JSON.stringify(differences)).not.to.contain('hunter');
    for (const one of differences) expect(String(one.assigned).length).to.be.at.most(241);
    expect(differences).to.have.length(3);
  });

  it('lists a bounded number of differences and counts the others', () => {
    const assigned = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, 1]));
    const result = containsConfig(assigned, {}, { maxListed: 10 });
    expect(result).to.include({ contained: false, omitted: 20 });
    expect(result.differences).to.have.length(10);
  });

  it('merges several files by name: later wins, lists replaced, extensions joined', () => {
    const effective = {
      b: 'x: {l: [3]}\nservice: {extensions: [opamp]}',
      a: 'x: {l: [1, 2], k: 1}\nservice: {extensions: [zpages]}',
      c: '',
    };
    const result = containsConfigTexts({
      assigned: 'x: {l: [3], k: 1}\nservice: {extensions: [opamp, zpages]}',
      effective,
    });
    expect(result.ok && result.containment.contained).to.equal(true);
  });

  it('tells which side cannot be read', () => {
    expect(containsConfigTexts({ assigned: 'a: 1', effective: '' })).to.deep.include({
      ok: false,
      side: 'effective',
    });
    expect(containsConfigTexts({ assigned: 'a: 1', effective: {} })).to.deep.include({
      ok: false,
      side: 'effective',
    });
    const broken = containsConfigTexts({ assigned: { ok: 'a: 1', 'x.yaml': 'a: @' }, effective: 'a: 1' });
    expect(broken).to.deep.include({ ok: false, side: 'assigned', file: 'x.yaml' });
  });
});

const key = fc.stringMatching(/^[a-z]{1,5}([./][a-z]{1,3})?$/);
const scalar = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('1s', '2MiB', '0', '', 'text', '8888'),
  fc.string({ maxLength: 8 }).filter((text) => !text.includes('${')),
);
const tree = fc.letrec<{ map: ConfigMap; value: ConfigValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('map'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.constant(null),
  ),
  map: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }) as fc.Arbitrary<ConfigMap>,
}));

function leavesOf(
  value: ConfigValue,
  path: ConfigPath = [],
): readonly { readonly path: ConfigPath; readonly leaf: ConfigValue }[] {
  if (isConfigList(value)) return value.flatMap((one, index) => leavesOf(one, [...path, index]));
  if (isConfigMap(value))
    return Object.entries(value).flatMap(([name, one]) => leavesOf(one, [...path, name]));
  return value === null ? [] : [{ path, leaf: value }];
}

type Edit = (parent: Record<string | number, ConfigValue>, key: string | number) => void;

function edited(root: ConfigMap, path: ConfigPath, edit: Edit): ConfigMap {
  const copy = structuredClone(root) as ConfigMap;
  let parent = copy as unknown as Record<string | number, ConfigValue>;
  for (const segment of path.slice(0, -1)) parent = parent[segment] as unknown as typeof parent;
  edit(parent, path.at(-1)!);
  return copy;
}

function shuffled(value: ConfigValue): ConfigValue {
  if (isConfigList(value)) return value.map(shuffled);
  if (!isConfigMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, one]) => [name, shuffled(one)]),
  );
}

function grown(value: ConfigValue): ConfigValue {
  if (isConfigList(value)) return value.map(grown);
  if (!isConfigMap(value)) return value;
  return {
    ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, grown(one)])),
    ADDED: { x: [1] },
  };
}

describe('the laws of containment', () => {
  it('any configuration contains itself, with nothing unknown', () => {
    fc.assert(
      fc.property(tree.map, (config) => {
        expect(containsConfig(config, config)).to.deep.equal({
          contained: true,
          differences: [],
          unknowns: [],
          omitted: 0,
        });
      }),
    );
  });

  it('the order of keys does not matter', () => {
    fc.assert(
      fc.property(tree.map, (config) => containsConfig(config, shuffled(config) as ConfigMap).contained),
    );
  });

  it('more keys on the effective side keep containment', () => {
    fc.assert(
      fc.property(tree.map, (config) => containsConfig(config, grown(config) as ConfigMap).contained),
    );
  });

  it('a changed scalar is found at exactly its path', () => {
    fc.assert(
      fc.property(tree.map, fc.nat(), (config, choice) => {
        const leaves = leavesOf(config);
        fc.pre(leaves.length > 0);
        const { path } = leaves[choice % leaves.length]!;
        const other = edited(config, path, (parent, name) => {
          parent[name] = 'something else';
        });
        const { contained, differences } = containsConfig(config, other);
        expect(contained).to.equal(false);
        expect(differences.map((one) => [one.kind, one.path])).to.deep.equal([['changed', toPathText(path)]]);
      }),
    );
  });

  it('a removed scalar is found at exactly its path, as unknown if it is off or empty', () => {
    fc.assert(
      fc.property(tree.map, fc.nat(), (config, choice) => {
        const leaves = leavesOf(config).filter((one) => typeof one.path.at(-1) === 'string');
        fc.pre(leaves.length > 0);
        const { path, leaf } = leaves[choice % leaves.length]!;
        const other = edited(config, path, (parent, name) => {
          Reflect.deleteProperty(parent, name);
        });
        const { contained, differences, unknowns } = containsConfig(config, other);
        expect([...differences, ...unknowns].map((one) => one.path)).to.deep.equal([toPathText(path)]);
        if (leaf !== '' && leaf !== 0 && leaf !== false) expect(contained).to.equal(false);
      }),
    );
  });
});
