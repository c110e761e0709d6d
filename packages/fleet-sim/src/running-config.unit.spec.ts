import { expect } from 'chai';
import { parse } from 'yaml';
import { collectorBuilds } from './build.ts';
import { edited, findFault, localConfig, readOffer } from './running-config.ts';

const hash = Uint8Array.of(1, 2, 3);
const read = (files: Record<string, string>) =>
  readOffer(hash, new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
const rendered = (files: Record<string, string>) => Buffer.from(read(files).running!.body).toString();

const text = `
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [debug]}
receivers: {otlp: {protocols: {grpc: {endpoint: 0.0.0.0:4317}}}}
exporters: {debug: {verbosity: detailed}}
`;

describe('an offered configuration', () => {
  it('is rendered with sorted keys, defaults, the opamp extension and telemetry, and keeps what was assigned', () => {
    const body = rendered({ '': text });
    const tree = parse(body);
    expect(Object.keys(tree)).to.deep.equal([
      'connectors',
      'exporters',
      'extensions',
      'processors',
      'receivers',
      'service',
    ]);
    expect(tree.exporters.debug).to.deep.include({ verbosity: 'detailed', sampling_initial: 2 });
    expect(tree.receivers.otlp.protocols.grpc.endpoint).to.equal('0.0.0.0:4317');
    expect(tree.extensions).to.have.property('opamp');
    expect(tree.service.extensions).to.deep.equal(['opamp']);
    expect(tree.service.telemetry.logs.level).to.equal('info');
    expect(tree.service.pipelines.traces).to.deep.equal({
      exporters: ['debug'],
      processors: [],
      receivers: ['otlp'],
    });
  });

  it('merges files in the order of their names, later wins', () => {
    const body = rendered({ 'b.yaml': 'exporters: {debug: {verbosity: basic}}', 'a.yaml': text });
    expect(parse(body).exporters.debug.verbosity).to.equal('basic');
  });

  it('keeps the parser’s words when it does not parse', () => {
    const { running, parserFault } = read({ '': 'receivers: [otlp\nexporters: {' });
    expect(running).to.equal(undefined);
    expect(parserFault).to.match(/line|flow|map|seq/i);
  });

  it('knows the components of each pipeline', () => {
    expect(read({ '': text }).running!.pipelines).to.deep.equal({
      traces: ['receiver:otlp', 'exporter:debug'],
    });
  });

  it('is empty without files', () => {
    expect(read({})).to.deep.include({ isEmpty: true, hash: '010203' });
  });
});

describe('a build that is asked to run it', () => {
  const { edge, contrib } = collectorBuilds;
  const sampled = text.replace('exporters: {debug', 'processors: {tail_sampling: {}}\nexporters: {debug');

  it('has no fault to find in its own configuration', () => {
    for (const build of Object.values(collectorBuilds))
      expect(findFault(localConfig, build)).to.equal(undefined);
  });

  it('refuses a component that it does not contain', () => {
    const config = read({ '': sampled }).running!;
    expect(findFault(config, edge)).to.include(`'processors' unknown type: "tail_sampling"`);
    expect(findFault(config, contrib)).to.equal(undefined);
  });

  it('refuses a pipeline that names what is not there', () => {
    const config = read({ '': text.replace('exporters: [debug]', 'exporters: [otlp]') }).running!;
    expect(findFault(config, contrib)).to.equal(
      'service::pipelines::traces: references exporter "otlp" which is not configured',
    );
  });

  it('runs something else after somebody has turned a knob', () => {
    const config = read({ '': text }).running!;
    const changed = edited({ ...config, tree: { ...config.tree, processors: { batch: null } } });
    expect(changed.digest).to.not.equal(config.digest);
    expect(Buffer.from(changed.body).toString()).to.include('timeout: 10s');
    expect(Buffer.from(config.body).toString()).to.not.include('10s');
  });
});
