import { expect } from 'chai';
import fc from 'fast-check';

import type { ComponentLibrary } from './component-library.ts';
import { defaultRelease, loadRelease } from './releases.ts';
import { validateConfig } from './validate-config.ts';

describe('a configuration checked by every layer', () => {
  let library: ComponentLibrary;
  before(async () => {
    const loaded = await loadRelease(defaultRelease);
    if (loaded === undefined) throw new Error('the default release is not there');
    library = loaded;
  });

  const sound = `receivers: {otlp: {protocols: {grpc: }}}
exporters: {otlp: {endpoint: "b:1"}}
service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}
`;
  const codes = (text: string, more: object = {}) =>
    validateConfig(text, { library, ...more }).findings.map(({ code, severity }) => `${severity} ${code}`);

  it('has no error when it is sound', () => {
    expect(validateConfig(sound, { library }).isPublishable).to.equal(true);
  });

  it('has the findings of its text only when that cannot be read', () => {
    expect(codes('a: @x\nb: [')).to.satisfy((all: string[]) =>
      all.every((code) => code.startsWith('error syntax')),
    );
  });

  it('says once what two layers see', () => {
    const noExporter = sound.replace(', exporters: [otlp]', '');
    expect(codes(noExporter).filter((code) => code.includes('exporters'))).to.deep.equal([
      'error pipeline/no-exporters',
    ]);
    const bare = sound.replace('exporters: {otlp', 'processors: {memory_limiter: }\nexporters: {otlp');
    expect(codes(bare)).not.to.include('error schema/needs-settings');
    expect(codes(bare)).to.include('error settings/required');
  });

  it('tells of a connector that joins nothing where the pipelines use it', () => {
    const text = `receivers: {otlp: {protocols: {grpc: }}}
connectors: {forward: }
exporters: {debug: }
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [forward]}
    metrics: {receivers: [forward], exporters: [debug]}
`;
    const { findings } = validateConfig(text, { library });
    expect(
      findings.filter(({ severity }) => severity === 'error').map(({ code, line }) => `${line} ${code}`),
    ).to.deep.equal(['6 schema/connector-pair', '7 schema/connector-pair']);
  });

  it('takes rules with the severity that the tenant wants', () => {
    const open = sound.replace('"b:1"', '"b:1", tls: {insecure: true}');
    const rule = { id: 'tls-insecure', enabled: true, severity: 'info' } as const;
    expect(codes(open)).to.include('error lint/tls-insecure');
    expect(codes(open, { lintRules: [rule] })).to.include('info lint/tls-insecure');
  });

  it('counts the agents that lack a component, and names what they have', () => {
    const builds = [
      { components: { exporters: { otlp_grpc: null, debug: null } }, agents: 3 },
      { components: { exporter: { otlp: null } }, agents: 4 },
      { components: {}, agents: 9 },
    ];
    const { findings, missing, isPublishable } = validateConfig(sound, { library, builds });
    expect(missing).to.deep.equal([{ component: 'exporters.otlp', agents: 3 }]);
    expect(isPublishable).to.equal(false);
    expect(findings.find(({ layer }) => layer === 'build')?.message).to.match(/3 of 16 agents/);
    const partly = validateConfig(sound, { library, builds, partlyMissing: 'warning' });
    expect(partly.isPublishable).to.equal(true);
  });

  it('shows 500 findings at most, and no error gives way to a remark', () => {
    const spare = Array.from({ length: 600 }, (_, index) => `  nop/${index}: \n`).join('');
    const { findings, isPublishable } = validateConfig(
      `receivers:\n${spare}${sound.replace('receivers: {otlp', '  otlp: {protocols: {grpc: }}\nx: {otlp')}`,
      { library },
    );
    expect(findings).to.have.length(500);
    expect(findings.some(({ code }) => code === 'structure/unknown-section')).to.equal(true);
    expect(isPublishable).to.equal(false);
  });

  it('of any text has an answer, each finding inside the text', () => {
    const piece = fc.constantFrom(
      'receivers:',
      'exporters:',
      'service:',
      ' pipelines:',
      '  traces:',
      ' otlp:',
      ' endpoint: ',
      '${env:X:-a}',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      '0.0.0.0:1',
      '&a ',
      '*a',
      '<<: ',
      'null',
      '\t',
      'tls: {insecure: true}',
      ': ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
        const text = pieces.join('');
        for (const { line, column, endLine, endColumn } of validateConfig(text, { library }).findings) {
          expect(line).to.be.within(1, text.split('\n').length);
          expect(column).to.be.greaterThan(0);
          expect(endLine > line || (endLine === line && endColumn >= column)).to.equal(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
