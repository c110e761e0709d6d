import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../system/free-ports.ts';
import { lastOutput, startGroup, type ProcessGroup } from '../system/process-group.ts';
import { NeverComes, waitUntil } from '../system/wait-until.ts';

/** Without it a Collector serves its own metrics on one fixed port, and two of them on a machine refuse each other. */
const noOwnMetrics = '--set=service.telemetry.metrics.level=none';
const begunText = 'Everything is ready. Begin running and processing data.';

export interface CollectorOptions {
  readonly executable: string;
  /** `ws://…` for a WebSocket, `http://…` for polling. */
  readonly endpoint: string;
  readonly instanceUid?: string;
}

export interface RunningCollector {
  readonly instanceUid: string;
  readonly otlpHttpPort: number;
  readonly healthPort: number;
  readonly process: ProcessGroup;
  /** How often it came to run: its start, and each reload. */
  timesBegun(): number;
  /** SIGHUP: it reads its file again, in the same process. */
  reload(): void;
  stop(): Promise<void>;
  killHard(): Promise<void>;
}

/** Starts a Collector with opampextension, its files in a directory of its own, and waits until it runs. */
export async function startCollector({
  executable,
  endpoint,
  instanceUid = randomUUID(),
}: CollectorOptions): Promise<RunningCollector> {
  const directory = await mkdtemp(join(tmpdir(), 'ampora-collector-'));
  const [otlpHttpPort, healthPort] = (await freePorts(2)) as [number, number];
  const configFile = join(directory, 'collector.yaml');
  const server = endpoint.startsWith('ws')
    ? { ws: { endpoint } }
    : { http: { endpoint, polling_interval: '1s' } };
  // JSON is YAML.
  await writeFile(
    configFile,
    JSON.stringify({
      extensions: {
        opamp: { server, instance_uid: instanceUid },
        health_check: { endpoint: loopback(healthPort) },
      },
      receivers: { otlp: { protocols: { http: { endpoint: loopback(otlpHttpPort) } } } },
      processors: { batch: { timeout: '1s' } },
      exporters: { nop: null },
      service: {
        extensions: ['opamp', 'health_check'],
        pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['nop'] } },
      },
    }),
  );

  const group = startGroup({
    name: 'collector',
    command: executable,
    args: ['--config', configFile, noOwnMetrics],
    logFile: join(directory, 'collector.log'),
  });
  const collector: RunningCollector = {
    instanceUid,
    otlpHttpPort,
    healthPort,
    process: group,
    timesBegun: () => group.output().split(begunText).length - 1,
    reload: () => {
      group.signalLeader('SIGHUP');
    },
    stop: async () => {
      await group.stop({ signal: 'SIGINT', graceMs: 10_000 });
      await rm(directory, { recursive: true, force: true });
    },
    killHard: async () => {
      await group.killHard();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await endOnFailure({ group, directory }, async () => {
    await group.waitForOutput(new RegExp(begunText));
  });
  return collector;
}

export interface SupervisorOptions {
  readonly executable: string;
  /** The Collector that it runs; must contain opampextension. */
  readonly collector: string;
  /** `ws://…` or `http://…`: the scheme chooses the transport. */
  readonly endpoint: string;
  /** How long after an offer the supervisor judges it by the Collector's health. */
  readonly configApplyTimeoutSeconds?: number;
  /** Its Collector has metrics of its own: on the one fixed port until it is told where to send them. Off when left out. */
  readonly measuresItself?: boolean;
  /** Asks the Collector to check an offer before it runs it: off upstream, and here. */
  readonly validatesConfig?: boolean;
}

export interface RunningSupervisor {
  /** Its leader is the supervisor; the Collector lives in the same group. Another one after `restart`. */
  readonly process: ProcessGroup;
  /** Which it made for itself at its first start, and keeps in its storage directory. */
  instanceUid(): string;
  /** Process ids of all Collectors it started since its own start, in order; the first two learn its features and description. */
  collectorStarts(): readonly number[];
  /** What the Collector that started last has printed. */
  collectorOutput(): string;
  /** Ends the supervisor and starts it again on the same storage directory. */
  restart(): Promise<void>;
  /** SIGINT, which lets it say goodbye, then the end of whatever is left; its files stay. */
  interrupt(): Promise<void>;
  /** `interrupt`, and its files are gone. */
  stop(): Promise<void>;
  /** Ends the supervisor and its Collector at once, without a goodbye. */
  killHard(): Promise<void>;
}

/** Starts a supervisor with every capability that it has, and waits until it has learnt what its Collector is. */
export async function startSupervisor(options: SupervisorOptions): Promise<RunningSupervisor> {
  const directory = await mkdtemp(join(tmpdir(), 'ampora-supervisor-'));
  const storage = join(directory, 'storage');
  await mkdir(storage);
  const configFile = join(directory, 'supervisor.yaml');
  await writeFile(configFile, JSON.stringify(supervisorConfig(options, storage)));

  const launch = async (): Promise<ProcessGroup> => {
    const group = startGroup({
      name: 'supervisor',
      command: options.executable,
      args: ['--config', configFile],
      logFile: join(directory, 'supervisor.log'),
    });
    await endOnFailure({ group, directory }, async () => {
      await waitUntil(
        'the supervisor learning what its Collector is',
        () => {
          if (!group.isRunning()) throw new NeverComes('the supervisor ended');
          return startedCollectors(group).length >= 2;
        },
        {
          context: () => lastOutput(group),
        },
      );
    });
    return group;
  };
  let group = await launch();
  const interrupt = (): Promise<void> => group.stop({ signal: 'SIGINT', graceMs: 15_000 });

  return {
    get process() {
      return group;
    },
    instanceUid: () => storedInstanceUid(storage),
    collectorStarts: () => startedCollectors(group),
    collectorOutput: () => readFileSync(join(storage, 'agent.log'), 'utf8'),
    restart: async () => {
      await interrupt();
      group = await launch();
    },
    interrupt,
    stop: async () => {
      await interrupt();
      await rm(directory, { recursive: true, force: true });
    },
    killHard: async () => {
      await group.killHard();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function supervisorConfig(options: SupervisorOptions, storage: string): object {
  const {
    executable: _,
    collector,
    endpoint,
    configApplyTimeoutSeconds = 2,
    validatesConfig = false,
    measuresItself = false,
  } = options;
  return {
    server: { endpoint },
    capabilities: {
      accepts_remote_config: true,
      accepts_restart_command: true,
      accepts_opamp_connection_settings: true,
      reports_effective_config: true,
      reports_own_metrics: true,
      reports_own_logs: true,
      reports_own_traces: true,
      reports_health: true,
      reports_remote_config: true,
      reports_available_components: true,
      reports_heartbeat: true,
    },
    agent: {
      executable: collector,
      args: measuresItself ? [] : [noOwnMetrics],
      config_apply_timeout: `${String(configApplyTimeoutSeconds)}s`,
      // The default of 3 s is short for a machine that is busy with other tests.
      bootstrap_timeout: '20s',
      validate_config: validatesConfig,
      description: { non_identifying_attributes: { 'deployment.environment.name': 'interop' } },
    },
    storage: { directory: storage },
    // Debug: only then does it tell the process ids of the Collectors that it starts.
    telemetry: { logs: { level: 'debug' } },
  };
}

function startedCollectors(group: ProcessGroup): readonly number[] {
  return Array.from(group.output().matchAll(/Agent process started\D*?"pid":\s*(\d+)/g), ([, pid]) =>
    Number(pid),
  );
}

function storedInstanceUid(storage: string): string {
  const state = readFileSync(join(storage, 'persistent_state.yaml'), 'utf8');
  const uid = /^instance_id:\s*"?([0-9a-f-]{36})"?\s*$/m.exec(state)?.[1];
  if (uid === undefined) throw new Error(`no instance_id in the supervisor's stored state:\n${state}`);
  return uid;
}

interface Started {
  readonly group: ProcessGroup;
  readonly directory: string;
}

async function endOnFailure({ group, directory }: Started, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    await group.killHard();
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function loopback(port: number): string {
  return `127.0.0.1:${String(port)}`;
}

/** True when an OTLP/HTTP receiver takes traces there: the proof that a configuration with this port really runs. */
export async function takesTraces(port: number): Promise<boolean> {
  const response = await fetch(`http://${loopback(port)}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"resourceSpans":[]}',
    signal: AbortSignal.timeout(2_000),
  });
  return response.status === 200;
}
