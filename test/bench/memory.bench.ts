import { defineBench, type Measured } from './harness.ts';
import { createEdgeRun } from './servers/edge-run.ts';

/**
 * P6: resident memory of the server process per connected agent that has reported in full, after a forced collection
 * that gives freed pages back, less what the process had before the first one came. (What it had before that collection
 * is printed beside: it holds the garbage of ten thousand first reports.) Baseline: a bare `ws` server's, per idle connection.
 * Each round has a fresh server, for memory once taken is not given back.
 */
const run = createEdgeRun({
  agents: 10_000,
  agentsWhenQuick: 2_000,
  baseline: 'bare-server',
});

defineBench({
  id: 'memory',
  title: 'P6 server memory per agent (10,000; quick: 2,000)',
  rounds: 5,
  unit: 'KiB',
  higherIsBetter: false,
  compare: 'difference',
  bound: 16,
  aim: 8,
  setUp: (quick) => run.setUp(quick),
  tearDown: () => run.tearDown(),
  baseline: (): Promise<Measured> => run.memory('baseline'),
  product: (): Promise<Measured> => run.memory('product'),
});
