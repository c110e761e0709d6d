import type { Finding } from '@ampora/api-contract';
import { expect } from 'chai';
import { toSarif } from './sarif.ts';

const finding = (more: Partial<Finding>): Finding => ({
  severity: 'error',
  code: 'reference/undefined-exporter',
  layer: 'semantic',
  message: 'It is not defined.',
  path: 'service.pipelines.traces.exporters[0]',
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 9,
  ...more,
});

interface Log {
  version: string;
  $schema: string;
  runs: {
    tool: { driver: { name: string; version: string; rules: { id: string; name: string }[] } };
    columnKind: string;
    artifacts: { location: { uri: string } }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: {
        physicalLocation: {
          artifactLocation: { uri: string; index: number };
          region: Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>;
        };
        logicalLocations?: { fullyQualifiedName: string }[];
      }[];
    }[];
  }[];
}

describe('findings as SARIF', () => {
  const files = [
    { file: 'a b/ü.yaml', findings: [finding({}), finding({ severity: 'info', code: 'component/unused' })] },
    {
      file: '-',
      findings: [
        finding({ severity: 'warning', path: '', line: null, column: null, endLine: null, endColumn: null }),
      ],
    },
    { file: 'fine.yaml', findings: [] },
  ];
  const log = toSarif(files, '1.2.3') as Log;

  it('have what the schema of 2.1.0 requires of a log, a run, a driver and a result', () => {
    expect(log.version).to.equal('2.1.0');
    expect(log.$schema).to.match(/^https:.*sarif.*2\.1\.0.*\.json$/);
    const [run] = log.runs;
    expect(log.runs).to.have.length(1);
    expect(run?.tool.driver.name).to.equal('ampora');
    expect(run?.columnKind).to.equal('utf16CodeUnits');
    for (const result of run?.results ?? []) {
      expect(result.message.text).to.be.a('string').and.not.equal('');
      expect(['none', 'note', 'warning', 'error']).to.include(result.level);
      expect(run?.tool.driver.rules[result.ruleIndex]?.id).to.equal(result.ruleId);
      for (const { physicalLocation } of result.locations) {
        const { artifactLocation, region } = physicalLocation;
        expect(run?.artifacts[artifactLocation.index]?.location.uri).to.equal(artifactLocation.uri);
        for (const value of Object.values(region)) expect(value).to.be.a('number').and.at.least(1);
      }
    }
  });

  it('name each rule once, each file with its URI, and each place', () => {
    const [run] = log.runs;
    expect(run?.tool.driver.rules).to.deep.equal([
      { id: 'component/unused', name: 'ComponentUnused' },
      { id: 'reference/undefined-exporter', name: 'ReferenceUndefinedExporter' },
    ]);
    expect(run?.artifacts.map(({ location }) => location.uri)).to.deep.equal([
      'a%20b/%C3%BC.yaml',
      'stdin',
      'fine.yaml',
    ]);
    expect(run?.results.map(({ level }) => level)).to.deep.equal(['error', 'note', 'warning']);
    expect(run?.results[0]?.locations[0]?.physicalLocation.region).to.deep.equal({
      startLine: 3,
      startColumn: 5,
      endLine: 3,
      endColumn: 9,
    });
    expect(run?.results[2]?.locations[0]?.physicalLocation.region).to.deep.equal({
      startLine: 1,
      startColumn: 1,
    });
    expect(run?.results[0]?.locations[0]?.logicalLocations).to.deep.equal([
      { fullyQualifiedName: 'service.pipelines.traces.exporters[0]' },
    ]);
  });
});
