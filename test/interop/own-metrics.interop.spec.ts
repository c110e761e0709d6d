import { createClient } from '@ampora/api-contract';
import { expect } from 'chai';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { freePort } from '../system/free-ports.ts';
import { waitUntil, waitUntilSteady } from '../system/wait-until.ts';
import { tracesOn } from './collector-configs.ts';
import { findGo, needsGo } from './go-build.ts';
import { type RunningSupervisor, startSupervisor } from './processes.ts';
import { buildRealClients, type RealClients } from './real-collector.ts';

/** A Collector exports its own metrics once a minute, unless it is told otherwise. */
const firstReportMs = 150_000;

describe('own metrics of a real Collector', function () {
  if (findGo() === undefined) {
    it.skip(needsGo);
    return;
  }

  let clients: RealClients;
  let ampora: AmporaProcess;
  let supervisor: RunningSupervisor | undefined;
  let call: ReturnType<typeof createClient>;

  before(async function () {
    this.timeout(30 * 60_000);
    clients = await buildRealClients({
      log: (line) => {
        console.log(`    ${line}`);
      },
    });
    ampora = await startAmpora({ settings: { OpAmp__OwnMetrics: 'auto' } });
    call = createClient({ baseUrl: ampora.url });
  });
  after(async function () {
    this.timeout(60_000);
    await supervisor?.stop();
    await ampora?.dispose();
  });

  const begin = () =>
    startSupervisor({
      executable: clients.supervisor,
      collector: clients.collector,
      endpoint: ampora.opampEndpoint('websocket'),
      measuresItself: true,
    });

  it('are offered once, arrive, and show what flows through it', async function () {
    this.timeout(300_000);
    const running = (supervisor = await begin());
    const instanceUid = running.instanceUid();
    const { id } = await waitUntil('the agent', async () => {
      const agent = await ampora.client.agentByUid(instanceUid);
      return agent?.connected ? agent : undefined;
    });
    const port = await freePort();
    const version = await ampora.client.publish('measured', measured(port));
    await ampora.client.assign(version, id);
    await waitUntil('its configuration', async () => {
      const agent = await ampora.client.agent(id);
      return agent.remoteConfig.status === 'applied' ? agent : undefined;
    });
    expect(await ampora.client.effectiveText(id)).to.contain('/v1/metrics');

    const sending = setInterval(() => void sendSpan(port), 100);
    try {
      const startedMs = Date.now();
      const told = await waitUntil(
        'own metrics',
        async () => {
          const throughput = await call('getAgentThroughput', { params: { id } });
          const receiver = throughput.components.find(({ section }) => section === 'receivers');
          return (receiver?.itemsPerSecond ?? 0) > 0 ? throughput : undefined;
        },
        { timeoutMs: firstReportMs, everyMs: 500, context: () => running.collectorOutput().slice(-2_000) },
      );
      console.log(
        `      after ${((Date.now() - startedMs) / 1_000).toFixed(0)} s: ${told.components
          .map(
            ({ section, id: name, signal, itemsPerSecond }) =>
              `${section}/${name} ${signal} ${itemsPerSecond}`,
          )
          .join(', ')}; ${JSON.stringify(told.process)}`,
      );
      const ids = told.components.map(({ section, id: name, signal }) => `${section}/${name} ${signal}`);
      expect(ids).to.include.members([
        'receivers/otlp traces',
        'processors/memory_limiter traces',
        'exporters/debug traces',
      ]);
      expect(told.components[0]?.itemsPerSecond).to.be.within(1, 12);
      expect(told.process?.memoryBytes).to.be.above(1_000_000);
    } finally {
      clearInterval(sending);
    }
  });

  it('restart it once: neither it nor its server coming back has it told again', async function () {
    this.timeout(180_000);
    const running = supervisor as RunningSupervisor;
    const { id } = (await ampora.client.agentByUid(running.instanceUid())) as { id: string };
    const offers = async () =>
      (await ampora.client.agentEvents(id)).filter(({ type }) => type === 'AgentOwnMetricsOffered').length;
    expect(await offers()).to.equal(1);
    const starts = running.collectorStarts().length;
    await ampora.killHard();
    await ampora.startAgain();
    const since = Date.now();
    await waitUntil(
      'the agent again',
      async () => {
        const agent = await ampora.client.agentByUid(running.instanceUid());
        return agent?.connected && Date.parse(agent.lastSeenAt ?? '') > since ? agent : undefined;
      },
      { timeoutMs: 60_000 },
    );
    await waitUntilSteady('a settled history', async () => (await ampora.client.agentEvents(id)).length, {
      quietMs: 5_000,
    });
    expect(running.collectorStarts().length).to.equal(starts);
    expect(await offers()).to.equal(1);

    await running.restart();
    await waitUntil('traces being taken', async () => {
      const agent = await ampora.client.agentByUid(running.instanceUid());
      return agent?.connected === true && agent.healthy === true;
    });
    expect(await offers()).to.equal(1);
    expect(await ampora.client.effectiveText(id)).to.contain('/v1/metrics');
  });
});

/** With parts that measure themselves: `batch` and `nop` do not. */
function measured(port: number): string {
  return tracesOn(port)
    .replace('processors:\n', 'processors:\n  memory_limiter:\n    check_interval: 1s\n    limit_mib: 512\n')
    .replace('processors: [batch]', 'processors: [memory_limiter, batch]')
    .replace('  nop:\n', '  debug:\n')
    .replace('exporters: [nop]', 'exporters: [debug]');
}

async function sendSpan(port: number): Promise<void> {
  const nowNs = `${String(Date.now())}000000`;
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: 'spec',
    kind: 1,
    startTimeUnixNano: nowNs,
    endTimeUnixNano: nowNs,
  };
  await fetch(`http://127.0.0.1:${String(port)}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  }).catch(() => undefined);
}
