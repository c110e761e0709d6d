import { expect } from 'chai';

import { checkConfigText } from './check-config.ts';
import { readFixture } from './read-fixture.spec.ts';

const parts = `receivers: {otlp: , otlp/two: }
processors: {batch: }
exporters: {debug: , nop: }
connectors: {forward: , forward/b: }
extensions: {health_check: }
`;
const service =
  'service: {extensions: [health_check], pipelines: {traces: {receivers: [otlp, otlp/two], processors: [batch], exporters: [debug, nop]}}}\n';

function found(text: string): readonly string[] {
  return checkConfigText(text)
    .findings.filter((finding) => finding.severity !== 'info')
    .map((finding) => `${finding.line}:${finding.column} ${finding.code} ${finding.path}`);
}

function pipelines(text: string): string {
  return `${parts}service: {pipelines: {${text}}}\n`;
}

describe('a configuration that a Collector accepts', () => {
  it('has no finding', () => {
    expect(checkConfigText(readFixture('gateway.yaml'))).to.deep.equal({ findings: [], isPublishable: true });
    expect(checkConfigText(readFixture('edge.yaml')).findings).to.deep.equal([]);
    expect(found(parts + service)).to.deep.equal([]);
  });

  it('has nothing but hidden values to be told of when it is the rendering of one', () => {
    expect(found(readFixture('gateway.effective.yaml'))).to.deep.equal([
      '17:16 value/redacted exporters.otlp/backend.headers[0].value',
      '19:16 value/redacted exporters.otlp/backend.headers[1].value',
    ]);
  });

  it('may use connectors in several pipelines', () => {
    expect(
      found(
        pipelines(
          'traces/in: {receivers: [otlp], exporters: [forward]}, traces/out: {receivers: [forward], exporters: [debug]}',
        ),
      ),
    ).to.deep.equal([]);
  });

  it('is told what it defines and does not use', () => {
    const { findings, isPublishable } = checkConfigText(
      pipelines('traces: {receivers: [otlp], exporters: [debug]}'),
    );
    expect(findings.map((finding) => finding.path)).to.deep.equal([
      'receivers.otlp/two',
      'processors.batch',
      'exporters.nop',
      'connectors.forward',
      'connectors.forward/b',
      'extensions.health_check',
    ]);
    expect(findings.every((finding) => finding.code === 'component/unused')).to.equal(true);
    expect(isPublishable).to.equal(true);
  });
});

describe('a configuration with unresolved references', () => {
  it('is not judged where they stand', () => {
    expect(
      found(
        'receivers: ${file:r.yaml}\nexporters: {nop: }\nservice: {pipelines: {traces: {receivers: [x], exporters: [nop]}}}\n',
      ),
    ).to.deep.equal([]);
    expect(found('service: ${file:service.yaml}\n')).to.deep.equal([]);
    expect(found(pipelines('traces: {receivers: "${env:R}", exporters: ["${env:E}"]}'))).to.deep.equal([]);
    expect(
      found(pipelines('traces: "${file:t.yaml}", traces/2: {receivers: [otlp], exporters: [forward]}')),
    ).to.deep.equal([]);
  });

  it('is judged beside them', () => {
    expect(found(pipelines('traces: {receivers: ["${env:R}", nope], exporters: [nop]}'))).to.deep.equal([
      '6:56 reference/undefined-receiver service.pipelines.traces.receivers[1]',
    ]);
  });
});

describe('a configuration that a Collector refuses', () => {
  const at = 'service.pipelines.traces';
  const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
    ['no YAML', 'a: @x', ['1:4 syntax ']],
    ['a duplicate key', 'a: 1\na: 2', ['2:1 syntax/duplicate-key a']],
    ['empty', '', ['1:1 syntax/empty ']],
    ['no service', parts, ['1:1 structure/missing-service ']],
    ['no pipelines', `${parts}service: {}`, ['6:1 structure/missing-pipelines service.pipelines']],
    ['an empty mapping of pipelines', pipelines(''), ['6:11 structure/missing-pipelines service.pipelines']],
    ['an unknown section', `${parts}${service}recievers: {}`, ['7:1 structure/unknown-section recievers']],
    [
      'an unknown key of service',
      `${parts}service: {pipeline: {}, pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}`,
      ['6:11 structure/unknown-key service.pipeline'],
    ],
    [
      'a list as section',
      'processors: []\nreceivers: {a: }\nexporters: {b: }\nservice: {pipelines: {logs: {receivers: [a], exporters: [b]}}}',
      ['1:1 structure/wrong-type processors'],
    ],
    [
      'settings that are a number',
      'receivers: {a: 5}\nexporters: {b: }\nservice: {pipelines: {logs: {receivers: [a], exporters: [b]}}}',
      ['1:13 structure/wrong-type receivers.a'],
    ],
    [
      'a bad id',
      'receivers: {a/: , "a b": , 1: }\nexporters: {b: }\nservice: {pipelines: {logs: {receivers: [a/, a b, "1"], exporters: [b]}}}',
      [
        '1:13 component/invalid-id receivers.a/',
        '1:19 component/invalid-id receivers["a b"]',
        '1:28 component/invalid-id receivers.1',
      ],
    ],
    [
      'an id of an exporter and a connector',
      'receivers: {a: }\nexporters: {b: }\nconnectors: {b: }\nservice: {pipelines: {logs: {receivers: [a, b], exporters: [b]}, logs/2: {receivers: [a], exporters: [b]}}}',
      ['3:14 component/ambiguous-id connectors.b', '4:23 connector/cycle service.pipelines.logs'],
    ],
    [
      'a bad pipeline name',
      pipelines('traces/: {receivers: [otlp], exporters: [nop]}'),
      ['6:23 pipeline/invalid-name service.pipelines.traces/'],
    ],
    [
      'an unknown signal',
      pipelines('trace: {receivers: [otlp], exporters: [nop]}'),
      ['6:23 pipeline/unknown-signal service.pipelines.trace'],
    ],
    [
      'a profiles pipeline (warning)',
      pipelines('profiles: {receivers: [otlp], exporters: [nop]}'),
      ['6:23 pipeline/profiles-gated service.pipelines.profiles'],
    ],
    [
      'no receiver, no exporter',
      pipelines('traces: {receivers: []}'),
      [`6:23 pipeline/no-receivers ${at}`, `6:23 pipeline/no-exporters ${at}`],
    ],
    [
      'a pipeline of null',
      pipelines('traces: '),
      [`6:23 pipeline/no-receivers ${at}`, `6:23 pipeline/no-exporters ${at}`],
    ],
    ['a pipeline that is a list', pipelines('traces: [otlp]'), [`6:23 structure/wrong-type ${at}`]],
    [
      'an unknown key of a pipeline',
      pipelines('traces: {receivers: [otlp], exporters: [nop], exporter: []}'),
      [`6:69 structure/unknown-key ${at}.exporter`],
    ],
    [
      'a text instead of a list',
      pipelines('traces: {receivers: otlp, exporters: [nop]}'),
      [`6:32 structure/wrong-type ${at}.receivers`],
    ],
    [
      'an undefined receiver',
      pipelines('traces: {receivers: [otlp, otpl], exporters: [nop]}'),
      [`6:50 reference/undefined-receiver ${at}.receivers[1]`],
    ],
    [
      'an undefined processor',
      pipelines('traces: {receivers: [otlp], processors: [x], exporters: [nop]}'),
      [`6:64 reference/undefined-processor ${at}.processors[0]`],
    ],
    [
      'an undefined exporter',
      pipelines('traces: {receivers: [otlp], exporters: [constructor]}'),
      [`6:63 reference/undefined-exporter ${at}.exporters[0]`],
    ],
    [
      'an undefined extension',
      `${parts}service: {extensions: [x], pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}`,
      ['6:24 reference/undefined-extension service.extensions[0]'],
    ],
    [
      'a processor twice',
      pipelines('traces: {receivers: [otlp], processors: [batch, batch], exporters: [nop]}'),
      [`6:71 pipeline/duplicate-processor ${at}.processors[1]`],
    ],
    [
      'a connector that starts nothing',
      pipelines('traces: {receivers: [otlp], exporters: [forward]}'),
      ['4:14 connector/not-used-as-receiver connectors.forward'],
    ],
    [
      'a connector that nothing ends in',
      pipelines('traces: {receivers: [forward], exporters: [nop]}'),
      ['4:14 connector/not-used-as-exporter connectors.forward'],
    ],
    [
      'a forward connector between two signals',
      pipelines(
        'logs: {receivers: [otlp], exporters: [forward]}, traces: {receivers: [forward], exporters: [nop]}',
      ),
      [
        '4:14 connector/not-used-as-receiver connectors.forward',
        '4:14 connector/not-used-as-exporter connectors.forward',
      ],
    ],
    [
      'a circle of two',
      pipelines(
        'logs/a: {receivers: [otlp, forward/b], exporters: [forward]}, logs/b: {receivers: [forward], exporters: [forward/b]}',
      ),
      ['6:23 connector/cycle service.pipelines.logs/a'],
    ],
  ];
  for (const [name, text, expected] of cases)
    it(`has its finding: ${name}`, () => {
      expect(found(text)).to.deep.equal(expected);
    });

  it('is not publishable, and says what is defined instead', () => {
    const { findings, isPublishable } = checkConfigText(
      pipelines('traces: {receivers: [otpl], exporters: [nop]}'),
    );
    expect(isPublishable).to.equal(false);
    expect(findings.find((one) => one.severity === 'error')?.message).to.contain('otlp, otlp/two');
  });
});
