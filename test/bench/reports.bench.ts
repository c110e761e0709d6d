import { defineBench } from './harness.ts';
import type { Change } from './load/agent-frames.ts';
import { createEdgeRun } from './servers/edge-run.ts';

/**
 * P2: changed status reports of 1.5 KB per second, 1,000 agents, one in flight each, acknowledged when durable.
 * Baseline: the thin pipe (`ws`, decode, one insert per group commit, no logic) on the same PostgreSQL server.
 *
 * Ampora damps health on purpose: a second change of one agent's health within a burst is gathered, and waits. So what
 * changes here is something that is stated each time: the description (one event per report), or the effective config
 * (a new body and an event per report). Health changes are measured too, without a claim: their rate is a policy.
 */
const SECONDS = 4;

function defineReportsBench(what: {
  readonly id: string;
  readonly title: string;
  readonly change: Change;
  readonly claims: boolean;
}): void {
  const run = createEdgeRun({ agents: 1_000, ...(what.claims ? { baseline: 'thin-pipe' as const } : {}) });
  const exchange = (side: 'baseline' | 'product', quick: boolean) =>
    run.exchange(side, { message: 'report', change: what.change, seconds: quick ? 2 : SECONDS });
  defineBench({
    id: what.id,
    title: what.title,
    rounds: 7,
    unit: 'reports/s',
    higherIsBetter: true,
    ...(what.claims ? { bound: 0.5, aim: 0.8, baseline: ({ quick }) => exchange('baseline', quick) } : {}),
    setUp: () => run.setUp(),
    tearDown: () => run.tearDown(),
    product: ({ quick }) => exchange('product', quick),
  });
}

defineReportsBench({
  id: 'reports-description',
  title: 'P2 durable reports, description changed, 1,000 agents',
  change: 'description',
  claims: true,
});
defineReportsBench({
  id: 'reports-effective-config',
  title: 'P2 durable reports, effective config changed, 1,000 agents',
  change: 'effective-config',
  claims: true,
});
defineReportsBench({
  id: 'reports-health',
  title: 'Health changed each time: damped by design, no claim',
  change: 'health',
  claims: false,
});
