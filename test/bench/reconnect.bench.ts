import { defineBench, type Measured } from './harness.ts';
import { createEdgeRun } from './servers/edge-run.ts';

/**
 * P16: the server is killed, starts again on the same log, and all its agents come back at once, each with its full
 * report; until all are acknowledged. Baseline: as many connections opened to a bare `ws` server, nothing said on them.
 * The clock starts when the server listens; how long it took to get there is printed beside.
 */
const run = createEdgeRun({
  agents: 10_000,
  agentsWhenQuick: 2_000,
  baseline: 'bare-server',
});

defineBench({
  id: 'reconnect',
  title: 'P16 all agents (10,000; quick: 2,000) back after a restart',
  rounds: 5,
  unit: 'ms',
  higherIsBetter: false,
  bound: 2,
  aim: 1.3,
  setUp: (quick) => run.setUp(quick),
  tearDown: () => run.tearDown(),
  baseline: (): Promise<Measured> => run.reconnect('baseline'),
  product: (): Promise<Measured> => run.reconnect('product'),
});
