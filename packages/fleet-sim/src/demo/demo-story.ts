import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, type Client, createClient } from '@ampora/api-contract';
import type { CharacterMix } from '../characters/cast.ts';
import { createFleet, type Fleet } from '../fleet.ts';
import type { Site } from '../identity.ts';
import { randomFor } from '../random.ts';
import { ConfigurationDesk } from './configuration-desk.ts';
import { fleetBaseline, gatewaySampling } from './demo-configurations.ts';
import { demoGroups, gateways } from './demo-groups.ts';
import { GroupDesk } from './group-desk.ts';

export interface DemoOptions {
  /** Such as `http://localhost:8080`. */
  readonly apiUrl: string;
  /** Such as `ws://localhost:4320/v1/opamp`. */
  readonly opampUrl: string;
  /** Default 25. */
  readonly agents?: number;
  readonly signal: AbortSignal;
  /** One line for people about each step of the story. */
  readonly onStep?: (text: string) => void;
  /** Factor on every delay. Default 1: the story takes about two minutes, and life goes on. */
  readonly pace?: number;
}

const seed = 20_260_101;
const OWN_METRICS_MS = 10_000;

const sites: readonly Site[] = [
  { name: 'fra', role: 'edge' },
  { name: 'iad', role: 'edge' },
  { name: 'sin', role: 'gateway' },
];

const characters: CharacterMix = {
  healthy: 12,
  'slow-to-apply': 2,
  'refuses-config': 2,
  'edits-own-config': 2,
  flaps: 2,
  observer: 2,
  'half-open': 1,
  'restarts-with-new-uid': 1,
  'never-answers': 1,
};

interface Step {
  readonly title: string;
  /** Before it, milliseconds at pace 1. */
  readonly afterMs: number;
  readonly run: (desk: ConfigurationDesk, call: Client) => Promise<unknown>;
}

const all = { all: true } as const;

function storyOf(fleet: Fleet, signal: AbortSignal): readonly Step[] {
  const roll = (version: number) => async (desk: ConfigurationDesk) => {
    const id = await desk.publish(fleetBaseline, version);
    await desk.assign(id, version, all);
  };
  const rollToGateway = (version: number) => async (desk: ConfigurationDesk, call: Client) => {
    const agentId = await findGateway(fleet, call, signal);
    const id = await desk.publish(gatewaySampling, version);
    if (agentId !== undefined) await desk.assign(id, version, { agentId });
  };
  const identities = fleet.agents.map(({ identity }) => identity);
  const gather = async (_desk: ConfigurationDesk, call: Client) => {
    const groups = new GroupDesk(call, signal);
    for (const group of demoGroups) await groups.gather(group, identities);
    await groups.label(identities);
  };
  const rollToGateways = (version: number) => async (desk: ConfigurationDesk, call: Client) => {
    const groupId = await new GroupDesk(call, signal).gather(gateways, identities);
    const id = await desk.publish(gatewaySampling, version);
    await desk.assign(id, version, { groupId });
  };
  return [
    { title: 'A baseline for the whole fleet', afterMs: 2_000, run: roll(1) },
    { title: 'One gateway samples by itself', afterMs: 8_000, run: rollToGateway(1) },
    { title: 'Groups by where agents stand, labels by who looks after them', afterMs: 4_000, run: gather },
    { title: 'Host metrics everywhere', afterMs: 12_000, run: roll(2) },
    { title: 'The gateway decides later', afterMs: 10_000, run: rollToGateway(2) },
    { title: 'What one gateway has tried, all gateways do', afterMs: 8_000, run: rollToGateways(2) },
    { title: 'A version that the edge cannot run', afterMs: 25_000, run: roll(3) },
    { title: 'The mistake is mended', afterMs: 45_000, run: roll(4) },
    {
      title: 'A draft waits for somebody',
      afterMs: 5_000,
      run: (desk) => desk.leaveDraft(gatewaySampling),
    },
  ];
}

/**
 * A small fleet with a story worth looking at: runs until the signal fires, then every agent says goodbye. Started again on the
 * same data it meets the same agents and takes up the story where it was. A failing step is told and tried again.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { apiUrl, opampUrl, agents = 25, signal, pace = 1, onStep = () => undefined } = options;
  const call = createClient({ baseUrl: apiUrl });
  const fleet = createFleet({
    endpoint: opampUrl,
    agents,
    httpShare: 0.2,
    characters,
    seed,
    sites,
    heartbeatMs: 15_000,
    connectRate: 20,
    ownMetrics: {
      everyMs: OWN_METRICS_MS,
      endpoint: new URL('/v1/metrics', opampUrl.replace(/^ws/, 'http')).href,
    },
    pace,
  });
  try {
    await fleet.start();
    const desk = new ConfigurationDesk(call, signal);
    for (const step of storyOf(fleet, signal)) {
      await sleep(step.afterMs * pace, undefined, { signal });
      await persist(() => step.run(desk, call), { title: step.title, signal, onStep });
      onStep(step.title);
    }
    await liveOn(fleet, pace, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await fleet.stop();
  }
}

/** The id of the first gateway that takes configurations: the same one each time. Undefined when the fleet has none. */
async function findGateway(fleet: Fleet, call: Client, signal: AbortSignal): Promise<string | undefined> {
  const gateway = fleet.agents.find(
    ({ identity, acceptsRemoteConfig }) => identity.site.role === 'gateway' && acceptsRemoteConfig,
  );
  if (gateway === undefined) return undefined;
  const { items } = await call('listAgents', { query: { search: gateway.uidText }, signal });
  const row = items.find(({ instanceUid }) => instanceUid === gateway.uidText);
  if (row === undefined) throw new Error(`${gateway.identity.hostName} is not known to the server yet`);
  return row.id;
}

const firstRetryMs = 1_000;
const lastRetryMs = 30_000;

interface Persistence {
  readonly title: string;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
}

/** A server that is still starting, or is being restarted, is no end of the story. */
async function persist(run: () => Promise<unknown>, { title, signal, onStep }: Persistence): Promise<void> {
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, lastRetryMs)) {
    try {
      await run();
      return;
    } catch (error) {
      if (signal.aborted) throw error;
      const reason = error instanceof ApiProblem ? `${error.message} (${error.code})` : String(error);
      onStep(`${title}: ${reason}. Trying again in ${waitMs / 1000} s`);
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** Something changes every ten to thirty seconds. */
async function liveOn(fleet: Fleet, pace: number, signal: AbortSignal): Promise<void> {
  const random = randomFor(seed, 'life');
  for (;;) {
    await sleep(random.between(10_000, 30_000) * pace, undefined, { signal });
    for (let tries = 0; tries < 5 && !random.pick(fleet.agents).disturb(); tries++);
  }
}
