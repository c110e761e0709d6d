import { expect } from 'chai';
import type { CollectorPoint } from './collector-point.ts';
import { knownMetric, measureOf } from './measure-of.ts';
import { toPoint } from './otlp/to-point.ts';
import { SILENT_AFTER_MS, ThroughputStore } from './throughput-store.ts';
import { signalRates, ThroughputSum } from './throughput.ts';

const start = 1_700_000_000_000;

function point(
  name: string,
  attributes: Record<string, string>,
  seconds: number,
  value: number,
): CollectorPoint {
  const metric = knownMetric(name);
  if (!metric) throw new Error(`${name} is not known.`);
  const temporality = /queue|rss|uptime/.test(name) ? 'gauge' : 'cumulative';
  const number = {
    attributes: new Map(Object.entries(attributes)),
    startMs: 0,
    timeMs: start + seconds * 1_000,
    value,
  };
  const made = toPoint(name, { metric, temporality }, number);
  if (!made) throw new Error('No point.');
  return made;
}

const report = (seconds: number, items: number): CollectorPoint[] => [
  point('otelcol_receiver_accepted_spans', { receiver: 'otlp', transport: 'grpc' }, seconds, items),
  point('otelcol_receiver_accepted_spans', { receiver: 'otlp', transport: 'http' }, seconds, items),
  point('otelcol_receiver_refused_spans_total', { receiver: 'otlp', transport: 'http' }, seconds, items / 10),
  point('otelcol_processor_incoming_items', { processor: 'batch', 'otel.signal': 'traces' }, seconds, items),
  point(
    'otelcol_processor_outgoing_items',
    { processor: 'batch', 'otel.signal': 'traces' },
    seconds,
    items / 2,
  ),
  point('otelcol_exporter_sent_log_records_total', { exporter: 'otlp/a' }, seconds, items * 3),
  point('otelcol_exporter_send_failed_log_records', { exporter: 'otlp/a' }, seconds, items * 4),
  point('otelcol_exporter_queue_size', { exporter: 'otlp/a', data_type: 'logs' }, seconds, 12),
  point('otelcol_process_memory_rss', {}, seconds, 5_000_000),
  point('otelcol_process_cpu_seconds', {}, seconds, seconds / 4),
];

describe('what flows through an agent', () => {
  it('is told by component and signal, whatever transports there are', () => {
    const store = new ThroughputStore();
    store.record('a', report(0, 0), start);
    store.record('a', report(10, 100), start + 10_000);
    const { components, process } = store.of('a', start + 11_000) ?? { components: [], process: null };
    const nothing = {
      outgoingPerSecond: null,
      refusedPerSecond: null,
      failedPerSecond: null,
      queueSize: null,
      queueCapacity: null,
    };
    expect(components).to.deep.equal([
      {
        ...nothing,
        section: 'receivers',
        id: 'otlp',
        signal: 'traces',
        itemsPerSecond: 20,
        refusedPerSecond: 1,
      },
      {
        ...nothing,
        section: 'processors',
        id: 'batch',
        signal: 'traces',
        itemsPerSecond: 10,
        outgoingPerSecond: 5,
      },
      {
        ...nothing,
        section: 'exporters',
        id: 'otlp/a',
        signal: 'logs',
        itemsPerSecond: 30,
        failedPerSecond: 40,
        queueSize: 12,
      },
    ]);
    expect(process).to.deep.equal({ cpuCores: 0.25, memoryBytes: 5_000_000, uptimeSeconds: null });
  });

  it('is not told of an agent that has been silent, and forgotten', () => {
    const store = new ThroughputStore();
    store.record('a', report(0, 0), start);
    expect(store.of('a', start + SILENT_AFTER_MS)).to.not.equal(undefined);
    expect(store.of('a', start + SILENT_AFTER_MS + 1)).to.equal(undefined);
    store.sweep(start + SILENT_AFTER_MS + 1);
    expect(store.agents).to.equal(0);
  });

  it('leaves out components that the newest reports do not have any more', () => {
    const store = new ThroughputStore();
    const old = point('otelcol_receiver_accepted_spans', { receiver: 'gone' }, 0, 1);
    store.record('a', [old, ...report(0, 0)], start);
    store.record('a', report(10, 100), start + 10_000);
    const ids = store.of('a', start + 10_000)?.components.map(({ id }) => id);
    expect(ids).to.include('otlp').and.not.include('gone');
  });

  it('keeps only so many series and agents', () => {
    const store = new ThroughputStore({ maxSeriesPerAgent: 5, maxAgents: 1 });
    const many = Array.from({ length: 8 }, (_, index) =>
      point('otelcol_receiver_accepted_spans', { receiver: `r${index}` }, 0, 1),
    );
    expect(store.record('a', many, start)).to.deep.equal({ taken: 5, late: 0, 'too-many': 3 });
    expect(store.record('b', many, start)).to.deep.equal({ taken: 0, late: 0, 'too-many': 8 });
    // Those of before have gone: there is room again.
    const others = many.map((one) => ({ ...one, series: `${one.series}2`, timeMs: one.timeMs + 120_000 }));
    expect(store.record('a', others, start).taken).to.equal(5);
    expect(store.series).to.equal(5);
  });

  it('adds up over agents', () => {
    const store = new ThroughputStore();
    for (const agent of ['a', 'b']) {
      store.record(agent, report(0, 0), start);
      store.record(agent, report(10, 100), start);
    }
    const all = ['a', 'b', 'c'].flatMap((agent) => store.of(agent, start) ?? []);
    const sum = new ThroughputSum();
    for (const one of all) sum.add(one);
    expect(sum.components().map(({ id, itemsPerSecond }) => [id, itemsPerSecond])).to.deep.equal([
      ['otlp', 40],
      ['batch', 20],
      ['otlp/a', 60],
    ]);
    expect(signalRates(all)).to.deep.equal([{ signal: 'traces', itemsPerSecond: 40 }]);
  });
});

describe('the names of a Collector’s own metrics', () => {
  const cases: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
    ['otelcol_receiver_accepted_metric_points_total', { receiver: 'x' }, ['receivers', 'x', 'metrics', 'in']],
    ['otelcol_receiver_refused_log_records', { receiver: 'x' }, ['receivers', 'x', 'logs', 'refused']],
    ['otelcol_exporter_enqueue_failed_spans', { exporter: 'x' }, ['exporters', 'x', 'traces', 'refused']],
    ['otelcol_exporter_sent_profile_samples', { exporter: 'x' }, ['exporters', 'x', 'profiles', 'out']],
    [
      'otelcol_processor_incoming_items',
      { processor: 'x', 'otel.signal': 'logs' },
      ['processors', 'x', 'logs', 'in'],
    ],
  ];
  for (const [name, attributes, meaning] of cases) {
    it(`knows ${name}`, () => {
      const metric = knownMetric(name);
      const measure = metric && measureOf(metric, new Map(Object.entries(attributes)));
      expect(measure && [measure.section, measure.id, measure.signal, measure.quantity]).to.deep.equal(
        meaning,
      );
    });
  }

  it('knows no other, and none that does not say of which component', () => {
    expect(knownMetric('http_server_duration')).to.equal(undefined);
    expect(knownMetric('otelcol_processor_accepted_spans')).to.equal(undefined);
    const metric = knownMetric('otelcol_processor_incoming_items');
    expect(metric && measureOf(metric, new Map([['processor', 'x']]))).to.equal(undefined);
    expect(metric && measureOf(metric, new Map([['otel.signal', 'logs']]))).to.equal(undefined);
  });
});
