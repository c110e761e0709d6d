import { readMetrics, ThroughputStore, ThroughputSum, writeMetrics } from '@ampora/own-metrics';
import { defineBench, type Measured } from './harness.ts';

/**
 * What the own metrics of a fleet cost the server: reports of thirty series each, read off the wire and kept. The figure is the memory per agent after a
 * forced collection; beside it, the time that a report takes, as the share of a core that 10,000 agents need which report every 30 s,
 * and the time of one sum over all of them. Sockets and inflating are not in it.
 */
const SERIES = 30;
const REPORTS = 5;
const TOGETHER = 1_000;

const instanceIdOf = (index: number) => `0192f0c1-8b1a-7cde-8000-${index.toString(16).padStart(12, '0')}`;
const startMs = Date.now() - 600_000;

function reportOf(index: number, report: number): Uint8Array {
  return writeMetrics({
    instanceId: instanceIdOf(index),
    startMs,
    timeMs: startMs + report * 30_000,
    counters: Array.from({ length: SERIES }, (_, series) => ({
      name: [
        'otelcol_receiver_accepted_spans',
        'otelcol_receiver_refused_spans',
        'otelcol_receiver_accepted_log_records',
      ][series % 3] as string,
      attributes: { receiver: `otlp/${Math.floor(series / 3)}`, transport: 'grpc' },
      value: report * 1_000 * (series + 1),
    })),
  });
}

/** Processor time and not the clock's: others work on this machine too. */
const usedMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const heap = () => {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

defineBench({
  id: 'own-metrics',
  title: 'Own metrics kept per agent (10,000 agents of 30 series; quick: 2,000)',
  rounds: 5,
  unit: 'KiB',
  higherIsBetter: false,
  product: ({ quick }): Promise<Measured> => {
    const agents = quick ? 2_000 : 10_000;
    const before = heap();
    const store = new ThroughputStore();
    let readMs = 0;
    for (let report = 0; report < REPORTS; report++) {
      for (let from = 0; from < agents; from += TOGETHER) {
        const bodies = Array.from({ length: TOGETHER }, (_, index) => reportOf(from + index, report));
        const fromMs = usedMs();
        for (const body of bodies)
          for (const { instanceId, points } of readMetrics(body, 'protobuf'))
            store.record(instanceId, points, Date.now());
        readMs += usedMs() - fromMs;
      }
    }
    const kept = heap() - before;
    const sumFromMs = usedMs();
    const sum = new ThroughputSum();
    for (let index = 0; index < agents; index++) {
      const one = store.of(instanceIdOf(index), Date.now());
      if (one) sum.add(one);
    }
    const parts = sum.components().length;
    const sumMs = usedMs() - sumFromMs;
    if (store.series !== agents * SERIES || parts === 0) throw new Error('The store lost something.');
    const perReportMs = readMs / (agents * REPORTS);
    return Promise.resolve({
      value: kept / agents / 1024,
      figures: {
        'report µs': perReportMs * 1_000,
        'percent of a core for 10,000 agents each 30 s': ((perReportMs * 10_000) / 30_000) * 100,
        'sum over all ms': sumMs,
        'bytes a report': reportOf(0, 0).byteLength,
      },
    });
  },
});
