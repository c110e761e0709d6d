import { type ConfigMap, parseConfig } from '@ampora/collector-config';
import { expect } from 'chai';

import { completionsAt } from './completions-at.ts';
import type { ComponentLibrary } from './component-library.ts';
import { describeAt } from './describe-at.ts';
import { defaultRelease, loadRelease } from './releases.ts';

const text = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: a:1
  hostmetrics:
    scrapers:
      cpu:
  file_log:
    operators:
      - type: regex_parser
        regex: x
exporters:
  debug:
  otlp_grpc/backend:
connectors:
  forward:
  spanmetrics:
extensions:
  file_storage:
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug]
`;

describe('what an editor offers', () => {
  let library: ComponentLibrary;
  let root: ConfigMap;

  before(async () => {
    const loaded = await loadRelease(defaultRelease);
    if (loaded === undefined) throw new Error('the default release is not kept');
    library = loaded;
    const parsed = parseConfig(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    root = parsed.document.root;
  });

  const labels = (...path: (string | number)[]): readonly string[] =>
    completionsAt(library, path, root).map(({ label }) => label);

  it('at the top: sections that are not there yet', () => {
    expect(labels()).to.deep.equal(['processors']);
  });

  it('in a section: component types, those written by hand among them', () => {
    expect(labels('receivers')).to.include.members(['otlp', 'hostmetrics', 'kafka']);
  });

  it('in settings: keys that are not there yet, with type, default and doc', () => {
    expect(labels('receivers', 'otlp', 'protocols')).to.deep.equal(['http']);
    expect(labels('receivers', 'otlp', 'protocols', 'grpc'))
      .to.include('tls')
      .and.not.include('endpoint');
    const queue = completionsAt(library, ['exporters', 'otlp_grpc/backend', 'sending_queue'], root);
    expect(queue.find(({ label }) => label === 'queue_size')).to.deep.include({
      type: 'int',
      default: 1000,
      kind: 'key',
      opensBlock: false,
    });
    expect(queue.every(({ doc }) => doc !== '')).to.equal(true);
  });

  it('in an operator: what its type has, and the types themselves', () => {
    expect(labels('receivers', 'file_log', 'operators', 0)).to.include.members(['parse_from', 'severity']);
    expect(labels('receivers', 'file_log', 'operators', 0)).not.to.include('regex');
    expect(labels('receivers', 'file_log', 'operators', 0, 'type')).to.include('json_parser');
    expect(labels('receivers', 'file_log', 'operators', 1)).to.include('type');
  });

  it('in place of a value: words, truth values, durations', () => {
    expect(labels('exporters', 'debug', 'verbosity')).to.deep.equal(['none', 'basic', 'normal', 'detailed']);
    expect(labels('processors', 'batch', 'timeout')).to.include('200ms');
    expect(labels('exporters', 'otlp_grpc/backend', 'tls', 'insecure')).to.deep.equal(['true', 'false']);
    expect(labels('receivers', 'file_log', 'start_at')).to.deep.equal(['beginning', 'end']);
    expect(labels('exporters', 'otlp_grpc/backend', 'sending_queue', 'storage')).to.deep.equal([
      'file_storage',
    ]);
  });

  it('in a pipeline: defined ids that work with its signal and are not in the list yet', () => {
    expect(labels('service', 'pipelines', 'traces', 'receivers')).to.deep.equal(['forward']);
    expect(labels('service', 'pipelines', 'traces', 'exporters')).to.deep.equal([
      'otlp_grpc/backend',
      'forward',
      'spanmetrics',
    ]);
    expect(labels('service', 'pipelines', 'metrics', 'receivers')).to.deep.equal([
      'otlp',
      'hostmetrics',
      'forward',
      'spanmetrics',
    ]);
    expect(labels('service', 'extensions')).to.deep.equal(['file_storage']);
  });

  it('nothing where nothing is known', () => {
    expect(labels('exporters', 'acme', 'anything')).to.deep.equal([]);
    expect(labels('nonsense', 'a', 'b')).to.deep.equal([]);
  });

  it('and explains what is pointed at', () => {
    expect(describeAt(library, ['processors', 'batch', 'timeout'])).to.deep.include({
      title: 'timeout',
      type: 'a duration such as 5s or 1m30s',
      default: '200ms',
      isOffByDefault: false,
    });
    expect(describeAt(library, ['exporters', 'otlp_grpc/backend'])?.doc).to.match(/OTLP/);
    expect(describeAt(library, ['exporters', 'acme'])).to.equal(undefined);
  });
});
