import {
  ApiProblem,
  type AgentDetail,
  type AgentRow,
  type HealthTree,
  type StoredEvent,
} from '@ampora/api-contract';
import { expect } from 'chai';
import { startAmpora, type AmporaProcess } from '../system/ampora-process.ts';
import { tracesOn, withComponentNotInTheBuild, withUndefinedExporter } from './collector-configs.ts';
import { freePort, takePort } from '../system/free-ports.ts';
import {
  startCollector,
  startSupervisor,
  takesTraces,
  type RunningCollector,
  type RunningSupervisor,
  type SupervisorOptions,
} from './processes.ts';
import { findGo, needsGo } from './go-build.ts';
import { buildRealClients, type RealClients } from './real-collector.ts';
import { waitUntil, waitUntilSteady } from '../system/wait-until.ts';

/** One poll of a supervisor over HTTP, or one heartbeat, and a margin. */
const pollMs = 45_000;

describe('real clients', function () {
  if (findGo() === undefined) {
    it.skip(needsGo);
    return;
  }

  let clients: RealClients;
  let ampora: AmporaProcess;
  const running: { stop(): Promise<void> }[] = [];
  let names = 0;

  before(async function () {
    this.timeout(30 * 60_000);
    clients = await buildRealClients({
      log: (line) => {
        console.log(`    ${line}`);
      },
    });
    ampora = await startAmpora();
  });

  after(async () => {
    await ampora?.dispose();
  });

  afterEach(async function () {
    this.timeout(60_000);
    if (this.currentTest?.state === 'failed') console.log(ampora.lastOutput());
    for (const client of running.splice(0).reverse()) await client.stop();
  });

  const collector = async (): Promise<RunningCollector> => {
    const started = await startCollector({
      executable: clients.collector,
      endpoint: ampora.opampEndpoint('websocket'),
    });
    running.push(started);
    return started;
  };

  const supervisor = async (options: Partial<SupervisorOptions> = {}): Promise<RunningSupervisor> => {
    const started = await startSupervisor({
      executable: clients.supervisor,
      collector: clients.collector,
      endpoint: ampora.opampEndpoint('websocket'),
      ...options,
    });
    running.push(started);
    return started;
  };

  const publish = (body: string) => ampora.client.publish(`interop-${String((names += 1))}`, body);

  const agentThat = (
    what: string,
    instanceUid: string,
    holds: (agent: AgentRow) => boolean,
    timeoutMs = 30_000,
  ): Promise<AgentRow> => {
    let last: AgentRow | undefined;
    return waitUntil(
      `an agent that ${what}`,
      async () => {
        last = await ampora.client.agentByUid(instanceUid);
        return last !== undefined && holds(last) ? last : undefined;
      },
      { timeoutMs, context: () => `last seen: ${JSON.stringify(last)}` },
    );
  };

  /** Not the events: one that was gone for a moment may leave none. */
  const backSince = (instanceUid: string, momentMs: number): Promise<AgentRow> =>
    agentThat(
      'came back',
      instanceUid,
      ({ connected, lastSeenAt }) => connected && lastSeenAt !== null && Date.parse(lastSeenAt) >= momentMs,
      60_000,
    );

  const connected = (instanceUid: string): Promise<AgentRow> =>
    agentThat('is connected', instanceUid, (agent) => agent.connected);

  const detailThat = (
    what: string,
    agentId: string,
    holds: (agent: AgentDetail) => boolean,
    timeoutMs = 30_000,
  ): Promise<AgentDetail> => {
    let last: AgentDetail | undefined;
    return waitUntil(
      `an agent that ${what}`,
      async () => {
        last = await ampora.client.agent(agentId);
        return holds(last) ? last : undefined;
      },
      { timeoutMs, context: () => `last seen: ${JSON.stringify(last)}` },
    );
  };

  const eventsOf = async (agentId: string, type: string): Promise<StoredEvent[]> =>
    (await ampora.client.agentEvents(agentId)).filter((event) => event.type === type);

  const offersOf = async (agentId: string, configHash: string): Promise<number> =>
    (await eventsOf(agentId, 'AgentRemoteConfigOffered')).filter(
      (event) => event.data['configHash'] === configHash,
    ).length;

  /** The proof that a supervisor's Collector runs what was published: the status says so, and the port answers. */
  const runsOn = async (port: number): Promise<void> => {
    await waitUntil(`traces being taken on port ${String(port)}`, () => takesTraces(port));
  };

  const applied = async (instanceUid: string, configHash: string, timeoutMs?: number): Promise<AgentRow> =>
    agentThat(
      `applied ${configHash}`,
      instanceUid,
      (agent) =>
        agent.remoteConfigStatus === 'applied' && agent.assignedHash === configHash && agent.healthy === true,
      timeoutMs,
    );

  describe('a Collector with opampextension', () => {
    it('is shown with its effective configuration, health tree and components', async () => {
      const { instanceUid, otlpHttpPort } = await collector();

      const row = await agentThat(
        'is connected and healthy',
        instanceUid,
        (agent) => agent.connected && agent.healthy === true,
      );
      expect(row.agentType).to.equal('otelcol-ampora');
      expect(row.agentVersion).to.equal('0.149.0');

      await detailThat('told its components', row.id, (agent) => agent.componentsKnown);
      // Its first words may be bare: the effective configuration and the tree come a message or two later.
      await waitUntil('its effective configuration', async () =>
        (await ampora.client.effectiveText(row.id)).includes(`127.0.0.1:${String(otlpHttpPort)}`),
      );
      await detailThat('told the health of its parts', row.id, ({ health }) =>
        ['extensions', 'pipeline:traces', 'receiver:otlp'].every((name) =>
          healthNames(health).includes(name),
        ),
      );
      const components = await ampora.client.components(row.id);
      expect(components['receivers']?.map(({ type }) => type)).to.have.members(['otlp', 'nop']);
      expect(components['extensions']?.map(({ type }) => type)).to.have.members(['opamp', 'health_check']);
    });

    it('leaves at most three facts when it reloads', async function () {
      const running = await collector();
      const isWell = (agent: AgentRow) => agent.connected && agent.healthy === true;
      const { id } = await agentThat('is healthy', running.instanceUid, isWell);
      const count = async (): Promise<number> => (await ampora.client.agentEvents(id)).length;

      // A burst is 250 ms. On a busy machine a Collector takes longer over a reload, which then is no burst.
      for (let reload = 1; reload <= 4; reload++) {
        const before = await waitUntilSteady('a settled history', count, { quietMs: 2_000 });
        running.reload();
        await waitUntil('the reload', () => running.timesBegun() === reload + 1);
        await waitUntilSteady('a settled history after the reload', count, { quietMs: 3_000 });
        await agentThat('is healthy again', running.instanceUid, isWell);
        const facts = (await ampora.client.agentEvents(id)).slice(before);
        const times = facts.map(({ recordedAt }) => Date.parse(recordedAt));
        if (Math.max(...times) - Math.min(...times) > 600) continue;
        expect(facts.length, facts.map(({ type }) => type).join(', ')).to.be.at.most(3);
        return;
      }
      this.test!.title += ' (skipped: needs a machine on which a Collector reloads within 600 ms)';
      this.skip();
    });

    it('is shown as gone when it is stopped, and as unhealthy no longer than it is there', async () => {
      const running = await collector();
      await connected(running.instanceUid);

      await running.process.stop({ signal: 'SIGINT', graceMs: 10_000 });

      await agentThat('is gone', running.instanceUid, (agent) => !agent.connected);
    });
  });

  describe('a supervisor', () => {
    it('applies a published configuration, and its Collector really runs it', async () => {
      const { instanceUid } = await startedSupervisor();
      const { id } = await connected(instanceUid);
      const port = await freePort();
      const version = await publish(tracesOn(port));

      await ampora.client.assign(version, id);

      await applied(instanceUid, version.configHash);
      await runsOn(port);
      await agentThat('is in sync', instanceUid, (agent) => agent.driftState === 'in-sync');
      expect(await ampora.client.effectiveText(id)).to.contain(`127.0.0.1:${String(port)}`);
      expect(await offersOf(id, version.configHash)).to.equal(1);
    });

    it('is shown with the failure, and with what Ampora finds, when its build lacks a component', async () => {
      const { instanceUid } = await startedSupervisor();
      const { id } = await connected(instanceUid);
      await detailThat('told its components', id, (agent) => agent.componentsKnown);
      const version = await publish(withComponentNotInTheBuild(await freePort()));

      await ampora.client.assign(version, id);

      const failed = await detailThat('refused it', id, refused(version.configHash));
      expect(failed.remoteConfig.errorMessage).to.match(/exited unexpectedly with exit code 1/);
      expect(failed.driftState).to.equal('rejected');
      const named = failed.drift.findings.find(({ code }) => code === 'component/not-in-build');
      expect(named?.message).to.contain('kafka');
      expect(await offersOf(id, version.configHash)).to.equal(1);
    });

    it('is never offered what every Collector would refuse', async () => {
      const refusal = await publish(withUndefinedExporter(await freePort())).catch((error: unknown) => error);

      expect(refusal).to.be.instanceOf(ApiProblem);
      expect((refusal as ApiProblem).code).to.equal('configuration/invalid');
      expect(JSON.stringify((refusal as ApiProblem).problem)).to.contain('debug');
    });

    it('is shown as failed and unhealthy when a port is in use, and recovers with the next version', async () => {
      const { instanceUid } = await startedSupervisor();
      const { id } = await connected(instanceUid);
      const taken = await takePort();
      try {
        const bad = await publish(tracesOn(taken.port));
        await ampora.client.assign(bad, id);

        await detailThat('failed', id, (agent) => refused(bad.configHash)(agent) && agent.healthy === false);
        // What it tried to run is told apart from how that ended, and may be kept back for a minute.
        await waitUntil(
          'the configuration that it tried',
          async () => (await ampora.client.effectiveText(id)).includes(String(taken.port)),
          { timeoutMs: 90_000 },
        );
        expect((await ampora.client.agent(id)).driftState).to.equal('rejected');

        const port = await freePort();
        const good = await ampora.client.publishNext(bad.configurationId, tracesOn(port));
        await ampora.client.assign(good, id);

        await applied(instanceUid, good.configHash);
        await runsOn(port);
        expect(await offersOf(id, bad.configHash)).to.equal(1);
      } finally {
        await taken.release();
      }
    });

    it('that checks before it runs is shown with the reason, and its Collector goes on with the old configuration', async () => {
      const { instanceUid } = await startedSupervisor({ validatesConfig: true });
      const { id } = await connected(instanceUid);
      const port = await freePort();
      const good = await publish(tracesOn(port));
      await ampora.client.assign(good, id);
      await applied(instanceUid, good.configHash);

      const bad = await ampora.client.publishNext(
        good.configurationId,
        withComponentNotInTheBuild(await freePort()),
      );
      await ampora.client.assign(bad, id);

      const failed = await detailThat('refused it', id, refused(bad.configHash));
      expect(failed.remoteConfig.errorMessage).to.contain('kafka');
      expect(failed.drift.findings.map(({ message }) => message).join('\n')).to.contain('kafka');
      await runsOn(port);
    });

    it('that was restarted is not sent again what it has', async () => {
      const started = await startedSupervisor();
      const { id } = await connected(started.instanceUid);
      const first = await publish(tracesOn(await freePort()));
      await ampora.client.assign(first, id);
      await applied(started.instanceUid, first.configHash);

      const restartedMs = Date.now();
      await started.supervisor.restart();
      await backSince(started.instanceUid, restartedMs);

      // The next version is the proof that everything before it was dealt with.
      const port = await freePort();
      const second = await ampora.client.publishNext(first.configurationId, tracesOn(port));
      await ampora.client.assign(second, id);
      await applied(started.instanceUid, second.configHash);
      await runsOn(port);
      expect(await offersOf(id, first.configHash)).to.equal(1);
      expect(await offersOf(id, second.configHash)).to.equal(1);
    });

    it('is shown as disconnected when it is interrupted', async () => {
      const started = await startedSupervisor();
      const { id } = await connected(started.instanceUid);

      await started.supervisor.interrupt();

      await agentThat('is gone', started.instanceUid, (agent) => !agent.connected);
      const [goodbye] = (await eventsOf(id, 'AgentDisconnected')).slice(-1);
      expect(goodbye?.data['reason']).to.equal('goodbye');
    });

    it('over plain HTTP applies a configuration at its next poll', async () => {
      const { instanceUid } = await startedSupervisor({ endpoint: ampora.opampEndpoint('http') });
      const { id } = await connected(instanceUid);
      const port = await freePort();
      const version = await publish(tracesOn(port));

      await ampora.client.assign(version, id);

      await applied(instanceUid, version.configHash, pollMs);
      await runsOn(port);
      expect(await offersOf(id, version.configHash)).to.equal(1);
    });
  });

  describe('a server that is killed with -9 and started again', () => {
    it('has both back, loses nothing and pushes nothing twice', async () => {
      const extension = await collector();
      const started = await startedSupervisor();
      const observed = await connected(extension.instanceUid);
      const managed = await connected(started.instanceUid);
      const first = await publish(tracesOn(await freePort()));
      await ampora.client.assign(first, managed.id);
      await applied(started.instanceUid, first.configHash);
      const observedBefore = await idsOf(observed.id);
      const managedBefore = await idsOf(managed.id);
      const startsBefore = started.supervisor.collectorStarts().length;

      await ampora.killHard();
      const killedMs = Date.now();
      await ampora.startAgain();

      await backSince(extension.instanceUid, killedMs);
      await backSince(started.instanceUid, killedMs);
      await applied(started.instanceUid, first.configHash);
      expect((await idsOf(observed.id)).slice(0, observedBefore.length)).to.deep.equal(observedBefore);
      expect((await idsOf(managed.id)).slice(0, managedBefore.length)).to.deep.equal(managedBefore);

      // The next version is the proof that everything before it was dealt with.
      const port = await freePort();
      const second = await ampora.client.publishNext(first.configurationId, tracesOn(port));
      await ampora.client.assign(second, managed.id);
      await applied(started.instanceUid, second.configHash);
      await runsOn(port);
      expect(await offersOf(managed.id, first.configHash)).to.equal(1);
      expect(await offersOf(managed.id, second.configHash)).to.equal(1);
      expect(
        started.supervisor.collectorStarts().length - startsBefore,
        'Collector starts since the kill',
      ).to.equal(1);
    });
  });

  async function startedSupervisor(
    options: Partial<SupervisorOptions> = {},
  ): Promise<{ readonly supervisor: RunningSupervisor; readonly instanceUid: string }> {
    const started = await supervisor(options);
    return { supervisor: started, instanceUid: started.instanceUid() };
  }

  async function idsOf(agentId: string): Promise<string[]> {
    return (await ampora.client.agentEvents(agentId)).map(({ id }) => id);
  }
});

function refused(configHash: string): (agent: AgentDetail) => boolean {
  return ({ remoteConfig }) => remoteConfig.status === 'failed' && remoteConfig.configHash === configHash;
}

function healthNames(health: HealthTree | null): string[] {
  return health?.components.flatMap((component) => [component.name, ...healthNames(component)]) ?? [];
}
