import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  AgentCapability,
  type AgentRemoteConfig,
  type AgentToServer,
  encodeAgentToServer,
  encodeAgentToServerFrame,
  enumName,
  hasFlag,
  instanceUidLength,
  instanceUidToText,
  type MessageInit,
  RemoteConfigStatuses,
  type ServerToAgent,
  ServerErrorResponseType,
  ServerToAgentFlag,
} from '@ampora/opamp-protocol';
import type { Act, Character, Script, Stage } from './characters/character.ts';
import { nothing } from './characters/character.ts';
import type { Connection, ConnectionOwner, SentReport } from './connection/connection.ts';
import { Facet, firstReport, fullReport } from './facets.ts';
import type { FleetCounters } from './fleet-statistics.ts';
import { type HealthState, toHealthTree } from './health.ts';
import { describe, type Identity, uidOf } from './identity.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { MeasuredFlow } from './own-metrics/measured-flow.ts';
import type { OfferedConfigs } from './offered-configs.ts';
import type { Random } from './random.ts';
import { localConfig, type OfferedConfig, type RunningConfig } from './running-config.ts';

/** Collectors need about this long from a client's first word to their own. */
const settleMs = 40;

const capabilitiesOf = {
  supervisor:
    AgentCapability.ReportsStatus |
    AgentCapability.AcceptsRemoteConfig |
    AgentCapability.ReportsEffectiveConfig |
    AgentCapability.AcceptsRestartCommand |
    AgentCapability.ReportsHealth |
    AgentCapability.ReportsRemoteConfig |
    AgentCapability.ReportsHeartbeat |
    AgentCapability.ReportsAvailableComponents,
  extension:
    AgentCapability.ReportsStatus |
    AgentCapability.ReportsEffectiveConfig |
    AgentCapability.ReportsHealth |
    AgentCapability.ReportsAvailableComponents,
} as const;

const statusNumber = {
  unset: RemoteConfigStatuses.UNSET,
  applying: RemoteConfigStatuses.APPLYING,
  applied: RemoteConfigStatuses.APPLIED,
  failed: RemoteConfigStatuses.FAILED,
} as const;

/** What the agents of one fleet share. */
export interface FleetSurroundings {
  readonly configs: OfferedConfigs;
  readonly counters: FleetCounters;
  readonly ledger: Ledger | undefined;
  /** Factor on every delay of a script. */
  readonly pace: number;
  /** Agents measure what flows through them: from the start to this endpoint, or, when it is empty, to where they are told. */
  readonly ownMetricsTo: string | undefined;
}

export interface SimulatedAgentOptions {
  readonly identity: Identity;
  readonly character: Character;
  readonly ordinal: number;
  readonly random: Random;
  readonly surroundings: FleetSurroundings;
}

/** One agent: what it is, what it knows, and the script that it plays. Knows nothing of sockets. */
export class SimulatedAgent implements ConnectionOwner {
  readonly identity: Identity;
  readonly #character: Character;
  readonly #ordinal: number;
  readonly #random: Random;
  readonly #shared: FleetSurroundings;
  #connection: Connection | undefined;

  #uid: Uint8Array;
  /** In the description: the uid that the process began with, whatever the server has called it since. */
  #serviceInstanceId: Uint8Array;
  #sequence = 0;
  #restarts = 0;
  #due: number = firstReport;

  #health: HealthState;
  #startedAtMs: number;
  #healthChangedAtMs: number;
  #running: RunningConfig = localConfig;
  #isEdited = false;
  #offered: OfferedConfig | undefined;
  #status: Stage['status'] = 'unset';
  #statusError = '';

  #script: Script = nothing;
  #nextAct = 0;
  #actTimer: NodeJS.Timeout | undefined;
  #settleTimer: NodeJS.Timeout | undefined;
  #isRetired = false;
  #ownMetricsTo: string;
  #flow: MeasuredFlow | undefined;
  /** Facet by facet what the server is known to have; only kept for a ledger. */
  #answeredFacets: Record<string, string> | undefined;

  constructor(options: SimulatedAgentOptions) {
    const { identity, character, ordinal, random, surroundings } = options;
    this.identity = identity;
    this.#character = character;
    this.#ordinal = ordinal;
    this.#random = random;
    this.#shared = surroundings;
    this.#uid = this.#serviceInstanceId = identity.instanceUid;
    this.#startedAtMs = this.#healthChangedAtMs = Date.now();
    this.#health = this.#firstHealth();
    this.#ownMetricsTo = surroundings.ownMetricsTo ?? '';
  }

  attach(connection: Connection): void {
    this.#connection = connection;
  }

  get uidText(): string {
    return instanceUidToText(this.#uid);
  }

  get acceptsRemoteConfig(): boolean {
    return this.#character.client === 'supervisor';
  }

  /** Hash of the newest offer, hex. */
  get offeredHash(): string | undefined {
    return this.#offered?.hash;
  }

  get status(): Stage['status'] {
    return this.#status;
  }

  start(): void {
    this.#connection?.open();
  }

  /** Plays no more, says goodbye and resolves when the connection is gone. */
  async stop(): Promise<void> {
    this.#isRetired = true;
    clearTimeout(this.#actTimer);
    clearTimeout(this.#settleTimer);
    await this.#connection?.goodbye();
  }

  /** A change from outside: one exporter starts to fail, or recovers. Returns false when it is in no state for that. */
  disturb(): boolean {
    if (this.#health.is === 'degraded') {
      this.#perform({ afterMs: 0, health: { is: 'ok' } });
      return true;
    }
    const exporters = Object.values(this.#running.pipelines).flatMap((ids) =>
      ids.filter((id) => id.startsWith('exporter:')),
    );
    if (this.#health.is !== 'ok' || exporters.length === 0) return false;
    const component = this.#random.pick(exporters);
    const error = 'rpc error: code = Unavailable desc = connection error: dial tcp: connection refused';
    this.#perform({ afterMs: 0, health: { is: 'degraded', component, error } });
    return true;
  }

  hasNews(): boolean {
    return this.#due !== 0;
  }

  compose({ framed, goodbye = false }: { framed: boolean; goodbye?: boolean }): {
    bytes: Uint8Array;
    report: SentReport;
  } {
    if (goodbye && this.#isRetired) {
      const isSupervised = this.#character.client === 'supervisor';
      this.#feel(isSupervised ? { is: 'down', error: 'Supervisor is shutdown' } : { is: 'stopping' });
    }
    const due = this.#due;
    this.#due = 0;
    const message: MessageInit<AgentToServer> = {
      instanceUid: this.#uid,
      sequenceNum: BigInt(this.#sequence),
      capabilities: this.#capabilities,
      ...(due === 0 ? undefined : this.#facets(due)),
      ...(goodbye ? { agentDisconnect: {} } : undefined),
    };
    const entry = this.#shared.ledger === undefined ? undefined : this.#ledgerEntry(due, message, goodbye);
    this.#sequence += 1;
    return {
      bytes: framed ? encodeAgentToServerFrame(message) : encodeAgentToServer(message),
      report: { sentAtMs: performance.now(), entry },
    };
  }

  connected(): void {
    if (this.#isRetired) return;
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => {
      if (this.#health.is === 'unknown' || (this.#health.is === 'starting' && this.#script === nothing))
        this.#perform({ afterMs: 0, health: { is: 'ok' } });
      if (this.#script === nothing) this.#live();
    }, this.#paced(settleMs));
  }

  answered({ entry }: SentReport): void {
    const { ledger } = this.#shared;
    if (ledger === undefined || entry === undefined) return;
    const known = (this.#answeredFacets ??= {});
    let isNews = entry.disconnect === true;
    for (const [facet, value] of Object.entries(entry)) {
      if (facet === 'seq' || facet === 'disconnect') continue;
      const digest = JSON.stringify(value);
      if (known[facet] !== digest) isNews = facet === 'uid' ? isNews : true;
      known[facet] = digest;
    }
    if (isNews) ledger.write(entry);
  }

  received(message: ServerToAgent): void {
    const { counters } = this.#shared;
    if (message.errorResponse !== undefined) {
      counters.error(`answer/${enumName(ServerErrorResponseType, message.errorResponse.type)}`);
      return;
    }
    const newUid = message.agentIdentification?.newInstanceUid;
    if (newUid?.length === instanceUidLength) {
      this.#uid = Uint8Array.from(newUid);
      counters.newUids += 1;
    }
    if (message.command !== undefined && this.#character.client === 'supervisor') {
      this.#play(restart);
      return;
    }
    const heartbeatSeconds = message.connectionSettings?.opamp?.heartbeatIntervalSeconds ?? 0n;
    if (heartbeatSeconds > 0n && this.#character.client === 'supervisor' && this.#connection)
      this.#connection.heartbeatMs = Number(heartbeatSeconds) * 1000;
    const ownMetrics = message.connectionSettings?.ownMetrics;
    if (ownMetrics !== undefined && this.#measuresItself) this.#ownMetricsTo = ownMetrics.destinationEndpoint;
    if (message.remoteConfig !== undefined) this.#consider(message.remoteConfig);
    this.#heed(message.flags);
  }

  ownMetrics(nowMs: number): { readonly endpoint: string; readonly body: Uint8Array } | undefined {
    const endpoint = this.#ownMetricsTo;
    if (endpoint === '' || this.#isRetired) return undefined;
    this.#flow ??= new MeasuredFlow(Buffer.from(this.identity.instanceUid).readUInt32BE(12), nowMs);
    const collector = { running: this.#running, health: this.#health, instanceId: this.uidText };
    const body = this.#flow.report(collector, nowMs);
    return body && { endpoint, body };
  }

  get #measuresItself(): boolean {
    return this.#shared.ownMetricsTo !== undefined && this.#character.client === 'supervisor';
  }

  get #capabilities(): bigint {
    const capabilities = capabilitiesOf[this.#character.client];
    return this.#measuresItself ? capabilities | AgentCapability.ReportsOwnMetrics : capabilities;
  }

  #heed(flags: bigint): void {
    const { counters } = this.#shared;
    if (flags === 0n) return;
    if (hasFlag(flags, ServerToAgentFlag.ReportFullState)) {
      counters.fullStateRequests += 1;
      this.#due |= fullReport;
    }
    if (hasFlag(flags, ServerToAgentFlag.ReportAvailableComponents)) {
      counters.componentRequests += 1;
      this.#due |= Facet.components | Facet.componentMap;
    }
    if (this.#due !== 0) this.#connection?.wake();
  }

  #consider(offer: AgentRemoteConfig): void {
    const { counters, configs } = this.#shared;
    counters.offers += 1;
    if (this.#character.client !== 'supervisor') {
      counters.unwantedOffers += 1;
      return;
    }
    if (offer.configHash.length === 0) {
      counters.error('offer/no-hash');
      return;
    }
    const config = configs.read(offer);
    if (config.hash === this.#offered?.hash) {
      counters.repeatedOffers += 1;
      return;
    }
    this.#offered = config;
    const fault = config.isEmpty ? undefined : configs.faultFor(config, this.identity.build);
    const script = this.#character.onOffer({ isEmpty: config.isEmpty, fault }, this.#stage());
    if (script.length > 0) this.#play(script);
  }

  #play(script: Script): void {
    clearTimeout(this.#actTimer);
    this.#script = script;
    this.#nextAct = 0;
    if (script[0]?.afterMs === 0) this.#step();
    else this.#armNextAct();
  }

  #step(): void {
    const act = this.#script[this.#nextAct];
    this.#nextAct += 1;
    if (act !== undefined) this.#perform(act);
    this.#armNextAct();
  }

  #armNextAct(): void {
    if (this.#isRetired) return;
    const act = this.#script[this.#nextAct];
    if (act === undefined) this.#live();
    else this.#actTimer = setTimeout(() => this.#step(), this.#paced(act.afterMs));
  }

  #live(): void {
    this.#script = this.#character.live(this.#stage());
    this.#nextAct = 0;
    const [first] = this.#script;
    if (first === undefined) this.#script = nothing;
    else this.#actTimer = setTimeout(() => this.#step(), this.#paced(first.afterMs));
  }

  #perform(act: Act): void {
    if (act.process !== undefined) this.#restartProcess(act.process);
    if (act.runs !== undefined) this.#run(act.runs);
    if (act.health !== undefined) this.#feel(act.health);
    if (act.status !== undefined) this.#claim(act.status);
    if (act.connection === undefined) this.#connection?.wake();
    else if (act.connection === 'open') this.#connection?.open();
    else if (act.connection === 'cut') this.#connection?.cut();
    else if (act.connection === 'freeze') this.#connection?.freeze();
    else void this.#connection?.goodbye();
  }

  #restartProcess(uid: 'same-uid' | 'new-uid'): void {
    this.#startedAtMs = Date.now();
    this.#restarts += 1;
    this.#sequence = 0;
    this.#due = firstReport;
    if (uid === 'same-uid') return;
    this.#uid = uidOf(this.#random.bytes(10), this.#startedAtMs);
    this.#serviceInstanceId = this.#uid;
    this.#answeredFacets = undefined;
    this.#offered = undefined;
    this.#status = 'unset';
    this.#statusError = '';
  }

  #run(what: 'offer' | 'edited'): void {
    const running = what === 'edited' ? this.#shared.configs.edited(this.#running) : this.#offered?.running;
    if (running === undefined) return;
    this.#running = running;
    this.#isEdited = what === 'edited';
    this.#startedAtMs = Date.now();
    this.#due |= Facet.effectiveConfig;
  }

  #feel(health: HealthState): void {
    // Until its Collector has spoken, a supervisor reports an empty body.
    if (this.#health.is === 'unknown') this.#due |= Facet.effectiveConfig;
    this.#health = health;
    this.#healthChangedAtMs = Date.now();
    this.#due |= Facet.health;
  }

  #claim(status: NonNullable<Act['status']>): void {
    const { counters } = this.#shared;
    this.#status = status.is;
    this.#statusError = status.is === 'failed' ? status.error : '';
    this.#due |= Facet.remoteConfigStatus;
    if (status.is === 'applied') counters.applied += 1;
    if (status.is === 'failed') counters.failed += 1;
  }

  #facets(due: number): MessageInit<AgentToServer> {
    const { build } = this.identity;
    return {
      ...(due & Facet.description
        ? { agentDescription: describe(this.identity, this.#serviceInstanceId) }
        : undefined),
      ...(due & Facet.health ? { health: this.#healthTree() } : undefined),
      ...(due & Facet.effectiveConfig ? { effectiveConfig: this.#effectiveConfig() } : undefined),
      ...(due & Facet.remoteConfigStatus ? { remoteConfigStatus: this.#remoteConfigStatus() } : undefined),
      ...(due & Facet.packages ? { packageStatuses: {} } : undefined),
      ...(due & Facet.componentMap
        ? { availableComponents: build.listing }
        : due & Facet.components
          ? { availableComponents: build.summary }
          : undefined),
    };
  }

  #healthTree() {
    return toHealthTree(this.#health, this.#running, {
      startedAtMs: this.#startedAtMs,
      changedAtMs: this.#healthChangedAtMs,
    });
  }

  #effectiveConfig() {
    const contentType = this.#character.client === 'extension' ? 'text/yaml' : '';
    const body = this.#health.is === 'unknown' ? undefined : this.#running.body;
    return { configMap: { configMap: { '': { body, contentType } } } };
  }

  /** Present but empty while nothing is known. */
  #remoteConfigStatus() {
    if (this.#status === 'unset' || this.#offered === undefined) return {};
    return {
      lastRemoteConfigHash: this.#offered.hashBytes,
      status: statusNumber[this.#status],
      errorMessage: this.#statusError,
    };
  }

  #ledgerEntry(due: number, message: MessageInit<AgentToServer>, goodbye: boolean): LedgerEntry | undefined {
    if (due === 0 && !goodbye) return undefined;
    const { health } = message;
    return {
      uid: this.uidText,
      seq: this.#sequence,
      ...(due & Facet.description ? { description: this.#descriptionDigest() } : undefined),
      ...(due & Facet.health && health !== undefined
        ? {
            health: {
              healthy: health.healthy ?? false,
              status: health.status ?? '',
              lastError: health.lastError ?? '',
            },
          }
        : undefined),
      ...(due & Facet.effectiveConfig
        ? { effectiveConfig: this.#health.is === 'unknown' ? '' : this.#running.digest }
        : undefined),
      ...(due & Facet.remoteConfigStatus
        ? {
            remoteConfigStatus: {
              hash: this.#offered?.hash ?? '',
              status: this.#status,
              error: this.#statusError,
            },
          }
        : undefined),
      ...(due & (Facet.components | Facet.componentMap)
        ? { components: Buffer.from(this.identity.build.summary.hash).toString('hex') }
        : undefined),
      ...(goodbye ? { disconnect: true as const } : undefined),
    };
  }

  #descriptionDigest(): string {
    const said = JSON.stringify(describe(this.identity, this.#serviceInstanceId));
    return createHash('sha256').update(said).digest('hex');
  }

  #firstHealth(): HealthState {
    return this.#character.client === 'supervisor' ? { is: 'unknown' } : { is: 'starting' };
  }

  #stage(): Stage {
    return {
      ordinal: this.#ordinal,
      random: this.#random,
      hasOffer: this.#offered !== undefined,
      status: this.#status,
      isEdited: this.#isEdited,
      restarts: this.#restarts,
      health: this.#health.is,
    };
  }

  #paced(delayMs: number): number {
    return Math.max(1, Math.round(delayMs * this.#shared.pace));
  }
}

const restart: Script = [
  { afterMs: 0, health: { is: 'stopping' } },
  { afterMs: 20, health: { is: 'starting' } },
  { afterMs: 20, health: { is: 'ok' } },
];
