import { expect } from 'chai';
import { comparePipelines } from './compare-pipelines.ts';

const text = (endpoint: string, more = '') => `receivers:
  otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}
exporters:
  otlp:
    endpoint: ${endpoint}
  debug: {}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [otlp]}
${more}`;

describe('what changes between two texts', () => {
  it('is everything where there was nothing', () => {
    const { pipelines, destinations } = comparePipelines(null, text('a:4317'));
    expect(pipelines).to.deep.equal([{ op: '+', signal: 'traces', id: 'traces' }]);
    expect(destinations).to.deep.equal([{ op: '+', exporter: 'otlp', endpoint: 'a:4317' }]);
  });

  it('is another destination, and the pipeline that ends there', () => {
    const { pipelines, destinations } = comparePipelines(text('a:4317'), text('b:4317'));
    expect(pipelines).to.deep.equal([{ op: '~', signal: 'traces', id: 'traces' }]);
    expect(destinations).to.deep.equal([
      { op: '+', exporter: 'otlp', endpoint: 'b:4317' },
      { op: '-', exporter: 'otlp', endpoint: 'a:4317' },
    ]);
  });

  it('is a pipeline beside those that stay; what writes nowhere known has no endpoint', () => {
    const more = '    logs: {receivers: [otlp], exporters: [debug]}\n';
    const { pipelines, destinations } = comparePipelines(text('a:4317'), text('a:4317', more));
    expect(pipelines).to.deep.equal([{ op: '+', signal: 'logs', id: 'logs' }]);
    expect(destinations).to.deep.equal([{ op: '+', exporter: 'debug', endpoint: null }]);
  });

  it('is nothing between texts that differ in words about it', () => {
    expect(comparePipelines(text('a:1'), `# why\n${text('a:1')}`)).to.deep.equal({
      pipelines: [],
      destinations: [],
      isPartial: false,
    });
  });

  it('is not whole where a text cannot be read', () => {
    expect(comparePipelines(text('a:1'), 'a: [').isPartial).to.equal(true);
  });
});
