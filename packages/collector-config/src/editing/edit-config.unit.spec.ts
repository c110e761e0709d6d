import { expect } from 'chai';
import { CST, Parser } from 'yaml';

import { readFixture } from '../read-fixture.spec.ts';
import type { ConfigEdit, EditResult } from './config-edit.ts';
import { createEditability, editConfig } from './edit-config.ts';

function edited(text: string, edits: ConfigEdit | readonly ConfigEdit[]): string {
  const result = editConfig(text, edits);
  if (!result.ok) throw new Error(`${result.reason} at ${result.path.join('.')}: ${result.message}`);
  return result.text;
}

/** Lines taken out and put in, as a diff shows them. */
function changeOf(text: string, edits: ConfigEdit | readonly ConfigEdit[]): readonly string[] {
  const result = editConfig(text, edits);
  if (!result.ok) throw new Error(`${result.reason} at ${result.path.join('.')}: ${result.message}`);
  const [before, after] = [text.split('\n'), result.text.split('\n')];
  return result.changedLines.flatMap((change) => [
    ...before
      .slice(change.before.line - 1, change.before.line - 1 + change.before.count)
      .map((line) => `-${line}`),
    ...after
      .slice(change.after.line - 1, change.after.line - 1 + change.after.count)
      .map((line) => `+${line}`),
  ]);
}

const sample = `# Edge, kept by the platform team.
receivers:
  otlp: # in
    protocols:
      grpc:   
        endpoint: 'localhost:4317'
      http:

processors:
  batch:
    timeout: 5s   # keep it short
    # send_batch_size: 100
  # guards memory
  "memory_limiter":
    limit_mib: 512
exporters:
    debug: {verbosity: basic}
    otlp/eu:
        endpoint: "eu:4317"
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors:
      - memory_limiter # first
      - batch
      exporters: [
        debug,
        otlp/eu
      ]
`;

describe('an edit of a configuration', () => {
  const cases: readonly (readonly [string, ConfigEdit | readonly ConfigEdit[], readonly string[]])[] = [
    [
      'sets a value on its line, comment and quotes kept',
      { edit: 'set-value', path: ['processors', 'batch', 'timeout'], value: '10s' },
      ['-    timeout: 5s   # keep it short', '+    timeout: 10s   # keep it short'],
    ],
    [
      'keeps single quotes',
      { edit: 'set-value', path: ['receivers', 'otlp', 'protocols', 'grpc', 'endpoint'], value: "it's:1" },
      ["-        endpoint: 'localhost:4317'", "+        endpoint: 'it''s:1'"],
    ],
    [
      'sets a value inside brackets',
      { edit: 'set-value', path: ['exporters', 'debug', 'verbosity'], value: 'detailed' },
      ['-    debug: {verbosity: basic}', '+    debug: {verbosity: detailed}'],
    ],
    [
      'adds settings below a key that had none',
      {
        edit: 'set-value',
        path: ['receivers', 'otlp', 'protocols', 'http'],
        value: { endpoint: 'localhost:4318' },
      },
      ['+        endpoint: localhost:4318'],
    ],
    [
      'changes a mapping member by member',
      { edit: 'set-value', path: ['processors', 'batch'], value: { timeout: '5s', send_batch_size: 10 } },
      ['+    send_batch_size: 10'],
    ],
    [
      'adds a component in the indentation of its section',
      { edit: 'add-component', section: 'exporters', id: 'nop', settings: { a: { b: 1 }, list: ['x', 'z'] } },
      ['+    nop:', '+      a:', '+        b: 1', '+      list: [x, z]'],
    ],
    [
      'adds a section at its usual place',
      { edit: 'add-component', section: 'connectors', id: 'forward' },
      ['+connectors:', '+  forward:'],
    ],
    [
      'removes a component with what stands in it, and leaves the comment on its neighbour',
      { edit: 'remove-component', section: 'processors', id: 'batch' },
      ['-  batch:', '-    timeout: 5s   # keep it short', '-    # send_batch_size: 100'],
    ],
    [
      'removes a component and its uses',
      { edit: 'remove-component', section: 'exporters', id: 'otlp/eu', withUses: true },
      [
        '-    otlp/eu:',
        '-        endpoint: "eu:4317"',
        '-        debug,',
        '-        otlp/eu',
        '+        debug',
      ],
    ],
    [
      'renames a component and every reference to it, quotes kept',
      { edit: 'rename-component', section: 'processors', id: 'memory_limiter', to: 'memory_limiter/edge' },
      [
        '-  "memory_limiter":',
        '+  "memory_limiter/edge":',
        '-      - memory_limiter # first',
        '+      - memory_limiter/edge # first',
      ],
    ],
    [
      'adds to a list in brackets on one line',
      { edit: 'add-to-pipeline', pipeline: 'traces', role: 'receivers', id: 'nop', index: 0 },
      ['-      receivers: [otlp]', '+      receivers: [nop, otlp]'],
    ],
    [
      'adds to a list in brackets on several lines',
      { edit: 'add-to-pipeline', pipeline: 'traces', role: 'exporters', id: 'nop', index: 1 },
      ['+        nop,'],
    ],
    [
      'adds to a list of dashes without indentation',
      { edit: 'add-to-pipeline', pipeline: 'traces', role: 'processors', id: 'filter', index: 1 },
      ['+      - filter'],
    ],
    [
      'moves an item with its comment',
      { edit: 'move-in-pipeline', pipeline: 'traces', role: 'processors', from: 0, to: 1 },
      ['-      - memory_limiter # first', '+      - memory_limiter # first'],
    ],
    [
      'moves an item in brackets and leaves the commas',
      { edit: 'move-in-pipeline', pipeline: 'traces', role: 'exporters', from: 1, to: 0 },
      ['-        debug,', '-        otlp/eu', '+        otlp/eu,', '+        debug'],
    ],
    [
      'adds a pipeline',
      { edit: 'add-pipeline', id: 'logs', receivers: ['otlp'], exporters: ['debug'] },
      ['+    logs:', '+      receivers: [otlp]', '+      exporters: [debug]'],
    ],
    [
      'leads one pipeline into another through a connector, and takes that back',
      [
        { edit: 'add-component', section: 'connectors', id: 'forward' },
        { edit: 'add-pipeline', id: 'traces/2', receivers: [], exporters: ['debug'] },
        { edit: 'connect', from: { pipeline: 'traces' }, to: { pipeline: 'traces/2' }, through: 'forward' },
        { edit: 'disconnect', from: { pipeline: 'traces' }, to: { section: 'exporters', id: 'debug' } },
      ],
      [
        '+connectors:',
        '+  forward:',
        '-        debug,',
        '-        otlp/eu',
        '+        otlp/eu,',
        '+        forward',
        '+    traces/2:',
        '+      receivers: [forward]',
        '+      exporters: [debug]',
      ],
    ],
  ];
  for (const [what, edits, lines] of cases)
    it(what, () => {
      const changed = changeOf(sample, edits);
      expect(changed).to.deep.equal(lines);
    });

  it('keeps CRLF, and a text without a line end at its end', () => {
    const text = 'exporters:\r\n  debug:\r\nservice:\r\n  extensions: []';
    expect(
      edited(text, { edit: 'add-component', section: 'exporters', id: 'nop', settings: { a: 1 } }),
    ).to.equal('exporters:\r\n  debug:\r\n  nop:\r\n    a: 1\r\nservice:\r\n  extensions: []');
    expect(edited(text, { edit: 'set-value', path: ['service', 'telemetry'], value: { a: 1 } })).to.equal(
      'exporters:\r\n  debug:\r\nservice:\r\n  extensions: []\r\n  telemetry:\r\n    a: 1',
    );
  });

  it('begins a configuration on an empty page', () => {
    expect(
      edited('# mine', [
        { edit: 'add-component', section: 'exporters', id: 'debug' },
        { edit: 'add-component', section: 'receivers', id: 'otlp', settings: { protocols: { grpc: null } } },
        { edit: 'add-pipeline', id: 'logs', receivers: ['otlp'], exporters: ['debug'] },
      ]),
    ).to.equal(`# mine
receivers:
  otlp:
    protocols:
      grpc:
exporters:
  debug:
service:
  pipelines:
    logs:
      receivers: [otlp]
      exporters: [debug]
`);
  });

  it('fills what was written as empty', () => {
    for (const empty of [
      'processors:',
      'processors: {}',
      'processors: ~',
      'processors:   # none yet',
      'processors: {} # none yet',
    ])
      expect(
        edited(`${empty}\nexporters: {}\n`, { edit: 'add-component', section: 'processors', id: 'batch' }),
      ).to.match(/^processors:( *# none yet)?\n {2}batch:\nexporters: \{\}\n$/);
  });

  it('writes texts so that they are read as they were', () => {
    const texts = [
      'yes',
      '1',
      '',
      ' x',
      'a: b',
      'a #b',
      '- a',
      '${env:X}',
      '[x',
      'two\nlines',
      'end\n',
      '\ttab',
      '"',
      "'",
      'é',
      '\u0007',
      '0x1f',
      '2001-01-01',
      'null',
      '~',
      '*a',
      '&a',
      '!t',
      '%',
      '@',
      '`',
      '<<',
      '=',
      'a:',
      '? x',
      '5s',
      '127.0.0.1:4317',
    ];
    for (const value of texts)
      for (const text of ['exporters:\n  a:\n    key: old\n    z: 1\n', 'exporters: {a: {key: old, z: 1}}\n'])
        edited(text, { edit: 'set-value', path: ['exporters', 'a', 'key'], value });
  });

  const refused: readonly (readonly [string, string, ConfigEdit, string])[] = [
    [
      'what an alias stands for',
      'exporters:\n  a: &x {k: 1}\n  b: *x\n',
      { edit: 'set-value', path: ['exporters', 'b', 'k'], value: 2 },
      'alias',
    ],
    [
      'what other places share',
      'exporters:\n  a: &x {k: 1}\n  b: *x\n',
      { edit: 'set-value', path: ['exporters', 'a', 'k'], value: 2 },
      'anchor',
    ],
    [
      'to remove what others refer to',
      'exporters:\n  a: &x {k: 1}\n  b: *x\n',
      { edit: 'remove-component', section: 'exporters', id: 'a' },
      'anchor',
    ],
    [
      'what comes by a merge key',
      'exporters:\n  a: &x {k: 1}\n  b:\n    <<: *x\n',
      { edit: 'remove-value', path: ['exporters', 'b', 'k'] },
      'merge-key',
    ],
    [
      'a list behind a reference',
      'service: {pipelines: {logs: {receivers: "${env:IN}"}}}\n',
      { edit: 'add-to-pipeline', pipeline: 'logs', role: 'receivers', id: 'x' },
      'reference',
    ],
    ['a text that is not read', 'a: [', { edit: 'remove-value', path: ['a'] }, 'unreadable'],
    ['several documents', 'a: 1\n---\nb: 2\n', { edit: 'remove-value', path: ['a'] }, 'multiple-documents'],
    [
      'a key in a shape of its own',
      '? a\n: {b: 1}\nc: 1\n',
      { edit: 'remove-value', path: ['a'] },
      'complex-key',
    ],
    ['to leave nothing', 'a: 1\n', { edit: 'remove-value', path: ['a'] }, 'would-be-empty'],
    [
      'a second component of one name',
      'exporters: {a: }\n',
      { edit: 'add-component', section: 'exporters', id: 'a' },
      'exists',
    ],
    ['what is not there', 'a: 1\n', { edit: 'remove-pipeline', id: 'x' }, 'not-found'],
  ];
  for (const [what, text, edit, reason] of refused)
    it(`refuses ${what}`, () => {
      const result: EditResult = editConfig(text, edit);
      expect(result.ok ? 'done' : result.reason).to.equal(reason);
    });

  it('says beforehand what is read-only, and why', () => {
    const text =
      'exporters:\n  a: &x {k: 1}\n  b: *x\n  c: {<<: *x, own: 1}\n  d: {z: !!str 1}\nservice:\n  pipelines:\n    logs: {receivers: "${env:IN}", exporters: [a]}\n';
    const of = createEditability(text);
    const reasonAt = (...path: string[]): string => {
      const answer = of(path);
      return answer.editable ? 'editable' : answer.reason;
    };
    expect(reasonAt('exporters', 'a')).to.equal('anchor');
    expect(reasonAt('exporters', 'a', 'k')).to.equal('anchor');
    expect(reasonAt('exporters', 'b')).to.equal('alias');
    expect(reasonAt('exporters', 'b', 'k')).to.equal('alias');
    expect(reasonAt('exporters', 'c', 'k')).to.equal('merge-key');
    expect(reasonAt('exporters', 'c', 'own')).to.equal('editable');
    expect(reasonAt('exporters', 'd', 'z')).to.equal('tag');
    expect(reasonAt('exporters', 'new')).to.equal('editable');
    expect(reasonAt('service', 'pipelines', 'logs', 'receivers')).to.equal('reference');
    expect(reasonAt('service', 'pipelines', 'logs', 'exporters')).to.equal('editable');
    expect(createEditability('a: [')(['a'])).to.include({ editable: false, reason: 'unreadable' });
  });

  it('leaves every byte of our fixtures when nothing is edited', () => {
    for (const name of ['gateway.yaml', 'gateway.effective.yaml', 'edge.yaml', 'edge.effective.yaml']) {
      const text = readFixture(name);
      expect([...new Parser().parse(text)].map((token) => CST.stringify(token)).join('')).to.equal(text);
      expect(editConfig(text, [])).to.deep.equal({ ok: true, text, changedLines: [] });
    }
  });
});
