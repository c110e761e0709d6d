import { type AgentDescription, instanceUidToText } from '@ampora/opamp-protocol';
import { type CollectorBuild, collectorBuilds } from './build.ts';
import { randomFor } from './random.ts';

export interface Site {
  readonly name: string;
  readonly role: 'edge' | 'gateway' | 'core';
}

/** Who an agent is. The same seed and index give the same identity, uid included. */
export interface Identity {
  readonly index: number;
  /** The uid that it starts its first life with. */
  readonly instanceUid: Uint8Array;
  readonly hostName: string;
  readonly osType: string;
  readonly osDescription: string;
  readonly arch: string;
  readonly site: Site;
  readonly build: CollectorBuild;
}

export const defaultSites: readonly Site[] = [
  { name: 'fra', role: 'edge' },
  { name: 'iad', role: 'edge' },
  { name: 'sin', role: 'gateway' },
];

const platforms = [
  { osType: 'linux', osDescription: 'Debian GNU/Linux 12 (bookworm)', arch: 'amd64' },
  { osType: 'linux', osDescription: 'Ubuntu 24.04.3 LTS', arch: 'amd64' },
  { osType: 'linux', osDescription: 'Amazon Linux 2023', arch: 'arm64' },
  { osType: 'linux', osDescription: 'Alpine Linux v3.22', arch: 'arm64' },
  { osType: 'windows', osDescription: 'Windows Server 2022 Datacenter', arch: 'amd64' },
] as const;

/** Where the sites of demos and defaults are, as clouds call it. */
const regions: Readonly<Record<string, string>> = {
  fra: 'eu-central-1',
  iad: 'us-east-1',
  sin: 'ap-southeast-1',
};

const namespaces: Readonly<Record<Site['role'], string>> = {
  edge: 'shop',
  gateway: 'telemetry',
  core: 'observability',
};

/** 2026-01-01T00:00:00Z: where the time in the fleet's first uids begins. */
const firstUidMs = 1_767_225_600_000;

export function createIdentity(seed: number, index: number, sites: readonly Site[] = defaultSites): Identity {
  const random = randomFor(seed, `identity/${index}`);
  const site = sites[index % sites.length] ?? { name: 'fra', role: 'edge' };
  const platform = site.role === 'edge' ? random.pick(platforms) : random.pick(platforms.slice(0, 3));
  const isOld = random.next() < 0.2;
  const { contrib, contribOld, edge, edgeOld } = collectorBuilds;
  const build = site.role === 'edge' ? (isOld ? edgeOld : edge) : isOld ? contribOld : contrib;
  return {
    index,
    instanceUid: uidOf(random.bytes(10), firstUidMs + index),
    hostName: `${site.role}-${site.name}-${String(index + 1).padStart(3, '0')}`,
    ...platform,
    site,
    build,
  };
}

/** A UUID version 7 from given randomness. */
export function uidOf(random: Uint8Array, unixMs: number): Uint8Array {
  const uid = new Uint8Array(16);
  const view = new DataView(uid.buffer);
  view.setUint16(0, Math.floor(unixMs / 0x1_0000_0000));
  view.setUint32(2, unixMs % 0x1_0000_0000);
  uid.set(random.subarray(0, 10), 6);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return uid;
}

/** Built when it is sent, never kept: ten thousand descriptions would be the largest thing in memory. */
export function describe(identity: Identity, serviceInstanceId: Uint8Array): AgentDescription {
  const { build, hostName, osType, osDescription, arch, site, index } = identity;
  return {
    identifyingAttributes: [
      text('service.instance.id', instanceUidToText(serviceInstanceId)),
      text('service.name', build.serviceName),
      text('service.version', build.version),
    ],
    nonIdentifyingAttributes: [
      text('host.arch', arch),
      text('host.name', hostName),
      text('os.description', osDescription),
      text('os.type', osType),
      text('deployment.site', site.name),
      text('deployment.environment', index % 5 === 4 ? 'staging' : 'production'),
      text('region', regions[site.name] ?? site.name),
      ...(osType === 'linux' ? [text('k8s.namespace.name', namespaces[site.role])] : []),
    ],
  };
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}
