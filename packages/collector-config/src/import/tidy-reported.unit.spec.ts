import { expect } from 'chai';
import { parseConfig } from '../parse-config.ts';
import { findRedacted } from './find-redacted.ts';
import { nameInText } from './name-in-text.ts';
import { tidyReported } from './tidy-reported.ts';

const reported = `exporters:
    otlp:
        endpoint: backend:4317
        headers:
            api-key: '[REDACTED]'
extensions:
    health_check:
        endpoint: localhost:13133
    opamp:
        instance_uid: 0195d0a0-0000-7000-8000-0000000000aa
        server:
            ws:
                endpoint: ws://127.0.0.1:4320/v1/opamp
processors: {}
receivers:
    otlp:
        protocols:
            grpc: null
service:
    extensions:
        - health_check
        - opamp
    pipelines:
        traces:
            exporters:
                - otlp
            receivers:
                - otlp
    telemetry:
        logs:
            level: INFO
        resource:
            service.name: otelcol
`;

function documentOf(text: string) {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return parsed.document;
}

describe('tidying what an agent reported', () => {
  it('takes out what the supervisor added, and no other line', () => {
    const tidied = tidyReported(documentOf(reported));
    if (!tidied.ok) throw new Error(tidied.reason);
    expect(tidied.removed).to.have.members([
      'extensions.opamp',
      'processors',
      'service.extensions[1]',
      'service.telemetry',
    ]);
    const before = reported.split('\n');
    const after = tidied.text.split('\n');
    let from = 0;
    for (const line of after) {
      const at = before.indexOf(line, from);
      expect(at, line).to.be.at.least(from);
      from = at + 1;
    }
    const { root } = documentOf(tidied.text);
    expect(Object.keys(root)).to.deep.equal(['exporters', 'extensions', 'receivers', 'service']);
    expect(root['service']).to.deep.equal({
      extensions: ['health_check'],
      pipelines: { traces: { exporters: ['otlp'], receivers: ['otlp'] } },
    });
  });

  it('takes a section with it that says nothing any more', () => {
    const alone = reported
      .replace('    health_check:\n        endpoint: localhost:13133\n', '')
      .replace('        - health_check\n', '');
    const tidied = tidyReported(documentOf(alone));
    if (!tidied.ok) throw new Error(tidied.reason);
    const { root } = documentOf(tidied.text);
    expect(root).not.to.have.property('extensions');
    expect(Object.keys(root['service'] as object)).to.deep.equal(['pipelines']);
  });

  it('changes nothing where there is nothing to take out', () => {
    const text = 'receivers:\r\n  otlp: {}  # mine \r\nservice:\r\n  pipelines: {a: {}}';
    const tidied = tidyReported(documentOf(text));
    expect(tidied).to.deep.equal({ ok: true, text, removed: [] });
  });

  for (const [what, before, after] of [
    ['the first of a list', '[opamp, zpages]', '[zpages]'],
    ['the last of a list', '[ zpages , opamp ]  # both', '[ zpages ]  # both'],
    ['one of three', "[zpages, 'opamp', pprof]", '[zpages, pprof]'],
    ['several', '[opamp, zpages, opamp/2]', '[zpages]'],
  ] as const)
    it(`takes ${what} out on one line, and leaves every other byte`, () => {
      const rest = (list: string) =>
        `# ours\r\nextensions:\r\n  zpages:   {}  # mine\r\n  pprof: {}\r\nservice:\r\n  extensions: ${list}\r\n  pipelines: {}`;
      const text = rest(before).replace('  pprof', '  opamp: {a: 1}\r\n  pprof');
      const tidied = tidyReported(documentOf(text));
      if (!tidied.ok) throw new Error(tidied.reason);
      expect(tidied.text).to.equal(rest(after).replace('\r\n  pipelines: {}', ''));
      expect(tidied.removed).to.include('extensions.opamp');
    });

  it('takes members of a mapping on one line out', () => {
    const text =
      'extensions: {opamp: {server: {}}, zpages: {}}\nservice: {extensions: [opamp, zpages], telemetry: {logs: {}}, pipelines: {a: {}}}\n';
    const tidied = tidyReported(documentOf(text));
    if (!tidied.ok) throw new Error(tidied.reason);
    expect(documentOf(tidied.text).root).to.deep.equal({
      extensions: { zpages: {} },
      service: { extensions: ['zpages'], pipelines: { a: {} } },
    });
  });

  it('says so, and which, when what is to go is shared with what is to stay', () => {
    const text =
      'extensions:\n  opamp: &shared {}\n  zpages: *shared\nservice:\n  extensions: [opamp, zpages]\n';
    const tidied = tidyReported(documentOf(text));
    expect(tidied.ok).to.equal(false);
    expect(tidied).to.have.property('paths').that.includes('extensions.opamp');
  });
});

describe('values that a Collector hid', () => {
  it('are found where they stand, quoted or not', () => {
    const [quoted] = findRedacted(documentOf(reported));
    expect(quoted).to.include({
      code: 'value/redacted',
      severity: 'warning',
      path: 'exporters.otlp.headers.api-key',
      line: 5,
      column: 22,
    });
    expect(findRedacted(documentOf('a:\n  b: [REDACTED]\n  c: "Bearer [REDACTED]"\n'))).to.have.length(2);
    expect(findRedacted(documentOf('a: [REDACTED, x]\nb: redacted\n'))).to.deep.equal([]);
  });
});

describe('the name that a text gives itself', () => {
  it('stands among the comments that it starts with', () => {
    expect(nameInText('# ampora.name: edge\nreceivers: {}\n')).to.equal('edge');
    expect(nameInText('\uFEFF#  ampora.name:  my edge \r\nreceivers: {}\n')).to.equal('my edge');
    expect(nameInText('# Edge of Paris\n# ampora.name: edge\n')).to.equal('edge');
  });
  it('stands nowhere else', () => {
    expect(nameInText('receivers: {}\n# ampora.name: edge\n')).to.equal(undefined);
    expect(nameInText('# ampora.name:\nreceivers: {}\n')).to.equal(undefined);
    expect(nameInText('')).to.equal(undefined);
  });
});
