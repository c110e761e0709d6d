import { defineBench } from './harness.ts';
import { createEdgeRun } from './servers/edge-run.ts';

/**
 * P1: heartbeats answered per second, 1,000 agents over WebSocket, one in flight per agent, all fully reported before.
 * Baseline: a bare `ws` server that decodes each message with protobufjs and encodes a minimal answer.
 */
const AGENTS = 1_000;
const SECONDS = 4;
const run = createEdgeRun({ agents: AGENTS, baseline: 'bare-server' });

defineBench({
  id: 'heartbeats',
  title: 'P1 heartbeats answered, 1,000 agents, one in flight each',
  rounds: 7,
  unit: 'heartbeats/s',
  higherIsBetter: true,
  bound: 0.6,
  aim: 0.85,
  setUp: () => run.setUp(),
  tearDown: () => run.tearDown(),
  baseline: ({ quick }) =>
    run.exchange('baseline', { message: 'heartbeat', change: 'nothing', seconds: quick ? 1.5 : SECONDS }),
  product: ({ quick }) =>
    run.exchange('product', { message: 'heartbeat', change: 'nothing', seconds: quick ? 1.5 : SECONDS }),
});
