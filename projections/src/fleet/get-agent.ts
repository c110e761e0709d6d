import type { Finding } from '@ampora/collector-config';
import type { Labels } from '@ampora/domain';
import type { Attribute, EffectiveConfigFile, HealthNode } from '@ampora/catalogue';
import { END_OF_TIME } from '@ampora/kernel';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import {
  agentFacets,
  type AgentFacet,
  agentFacetTable,
  agentHistoryTable,
  agentTable,
  type DriftState,
} from './agent-row.ts';
import { reportedLabels } from './agent-labels.ts';
import type { Refusal } from './explain-rejection.ts';
import type { DriftDifference } from './judge-drift.ts';
import { listColumns } from './agent-filter.ts';
import { type AgentListRow, namesFor, type StoredAgent, toAgentRow } from './list-agents.ts';

export interface AgentDrift {
  readonly state: DriftState;
  readonly explanation: string;
  readonly since: string;
  readonly differences: readonly DriftDifference[];
  readonly unknowns: readonly { readonly path: string; readonly reason: string }[];
  readonly findings: readonly Pick<Finding, 'severity' | 'code' | 'path' | 'message' | 'line'>[];
}

/** A label that counts, whose it is, and which one of the agent's lies under it. */
export interface ShownLabel {
  readonly key: string;
  readonly value: string;
  readonly source: 'server' | 'agent';
  readonly shadowed: string | null;
}

function shownLabels(own: Labels, reported: Labels): readonly ShownLabel[] {
  return Object.keys({ ...reported, ...own })
    .toSorted()
    .map((key) => {
      const isOwn = Object.hasOwn(own, key);
      const said = Object.hasOwn(reported, key) ? (reported[key] ?? '') : null;
      return {
        key,
        value: isOwn ? (own[key] ?? '') : (said ?? ''),
        source: isOwn ? 'server' : 'agent',
        shadowed: isOwn ? said : null,
      };
    });
}

/** One agent's page. */
export interface AgentPage extends Omit<AgentListRow, 'labels'> {
  readonly labels: readonly ShownLabel[];
  readonly identifying: readonly Attribute[];
  readonly nonIdentifying: readonly Attribute[];
  /** The bit mask as decimal text; null until reported. */
  readonly capabilities: string | null;
  readonly customCapabilities: readonly string[];
  readonly health: (HealthNode & { readonly name: string }) | null;
  readonly effectiveFiles: readonly EffectiveConfigFile[];
  readonly assignedContentHash: string | null;
  readonly remoteConfig: {
    readonly configHash: string;
    readonly status: AgentListRow['remoteConfigStatus'];
    readonly errorMessage: string;
  };
  readonly lastOffer: { readonly configHash: string; readonly at: string; readonly position: string } | null;
  readonly componentsHash: string | null;
  readonly componentsContentHash: string | null;
  readonly componentsKnown: boolean;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly hash: string;
    readonly status: string;
    readonly errorMessage: string;
  }[];
  readonly connection: {
    readonly transport: string;
    readonly remoteAddress: string;
    readonly since: string;
  } | null;
  readonly drift: AgentDrift;
  /** For each shown value: the position of the event that set it. */
  readonly why: Readonly<Record<string, string>>;
}

interface StoredFacet {
  readonly facet: AgentFacet;
  readonly from_position: string;
  readonly at: string;
  readonly value: Record<string, unknown> & { readonly why?: Record<string, string> };
}

type Facets = ReadonlyMap<AgentFacet, StoredFacet>;

const listed = listColumns.map((column) => `a.${column}`).join(', ');

/** Each facet's state at a position is one probe of an index, however long the agent's history. */
function facetsSql(agentId: string, facets: string, position: string): string {
  return `(select jsonb_agg(jsonb_build_object('facet', f.facet, 'from_position', f.from_position::text, 'at', f.at, 'value', f.value))
    from unnest(${facets}::text[]) as n(facet) cross join lateral (
      select * from read.${agentFacetTable} f where f.agent_id = ${agentId} and f.facet = n.facet
        and f.from_position <= ${position}::bigint order by f.from_position desc limit 1) f)`;
}

function agentStatement(
  agentId: string,
  tenant: string,
  moment: Moment,
): { readonly sql: string; readonly bindings: readonly unknown[] } {
  const position = String(moment.live ? END_OF_TIME : moment.position);
  const facets = facetsSql('a.agent_id', '?', '?');
  if (moment.live) {
    return {
      sql: `select ${listed}, coalesce(p.last_seen_at, a.from_at) as last_seen_at, ${facets} as facets
        from read.${agentTable} a left join ampora_presence p on p.agent_id = a.agent_id
        where a.agent_id = ?::uuid and a.tenant = ?`,
      bindings: [[...agentFacets], position, agentId, tenant],
    };
  }
  const columns = listColumns.join(', ');
  return {
    sql: `select ${listed}, a.from_at as last_seen_at, ${facets} as facets from (
        select ${columns} from read.${agentTable} where agent_id = ?::uuid and from_position <= ?::bigint
        union all
        (select ${columns} from (select * from read.${agentHistoryTable}
          where agent_id = ?::uuid and from_position <= ?::bigint order by from_position desc limit 1) h
          where h.to_position > ?::bigint)) a
      where a.tenant = ?`,
    bindings: [[...agentFacets], position, agentId, position, agentId, position, position, tenant],
  };
}

export type ExplainRejection = (refusal: Refusal) => Promise<readonly Finding[]>;

export async function getAgent(
  context: ReadContext,
  agentId: string,
  moment: Moment,
  explain: ExplainRejection,
): Promise<AgentPage | undefined> {
  const { sql, bindings } = agentStatement(agentId, context.tenant, moment);
  const [row] = await select<StoredAgent & { facets: readonly StoredFacet[] | null }>(context, sql, bindings);
  if (!row) return undefined;
  const names = await namesFor(context, [row], moment);
  return toAgentPage(toAgentRow(row, names), toFacets(row.facets), explain);
}

function toFacets(facets: readonly StoredFacet[] | null): Facets {
  return new Map((facets ?? []).map((facet) => [facet.facet, facet]));
}

function valueOf<Value>(facets: Facets, name: AgentFacet): Partial<Value> {
  return (facets.get(name)?.value ?? {}) as Partial<Value>;
}

const packageStatuses = ['installed', 'install-pending', 'installing', 'install-failed', 'downloading'];

interface ReportedPackage {
  readonly name: string;
  readonly agentHasVersion: string;
  readonly agentHasHash: string;
  readonly status: number;
  readonly errorMessage: string;
}

async function toAgentPage(row: AgentListRow, facets: Facets, explain: ExplainRejection): Promise<AgentPage> {
  const description = valueOf<{ identifying: Attribute[]; nonIdentifying: Attribute[] }>(
    facets,
    'description',
  );
  const components = valueOf<{ componentsHash: string; contentHash: string | null }>(facets, 'components');
  const { health } = valueOf<{ health: HealthNode }>(facets, 'health');
  const { packages = [] } = valueOf<{ packages: ReportedPackage[] }>(facets, 'packages');
  const status = valueOf<AgentPage['remoteConfig']>(facets, 'status');
  const { wanted } = valueOf<{ wanted: { contentHash: string } | null }>(facets, 'assignment');
  return {
    ...row,
    labels: shownLabels(
      row.labels,
      reportedLabels(description.identifying ?? [], description.nonIdentifying ?? []),
    ),
    identifying: description.identifying ?? [],
    nonIdentifying: description.nonIdentifying ?? [],
    capabilities: valueOf<{ capabilities: string }>(facets, 'capabilities').capabilities ?? null,
    customCapabilities: valueOf<{ capabilities: string[] }>(facets, 'custom-capabilities').capabilities ?? [],
    health: health ? { name: '', ...health } : null,
    effectiveFiles: valueOf<{ files: EffectiveConfigFile[] }>(facets, 'effective').files ?? [],
    assignedContentHash: wanted?.contentHash ?? null,
    remoteConfig: {
      configHash: status.configHash ?? '',
      status: status.status ?? 'unset',
      errorMessage: status.errorMessage ?? '',
    },
    lastOffer: toOffer(valueOf<{ configHash: string; atMs: number; position: string }>(facets, 'offer')),
    componentsHash: components.componentsHash ?? null,
    componentsContentHash: components.contentHash ?? null,
    componentsKnown: typeof components.contentHash === 'string',
    packages: packages.map((one) => ({
      name: one.name,
      version: one.agentHasVersion,
      hash: one.agentHasHash,
      status: packageStatuses[one.status] ?? String(one.status),
      errorMessage: one.errorMessage,
    })),
    connection: toConnection(facets),
    drift: await toDrift(facets, row, explain),
    why: whyOf(facets),
  };
}

function toOffer(
  offer: Partial<{ configHash: string; atMs: number; position: string }>,
): AgentPage['lastOffer'] {
  const { configHash, atMs, position } = offer;
  if (configHash === undefined || atMs === undefined || position === undefined) return null;
  return { configHash, at: new Date(atMs).toISOString(), position };
}

function toConnection(facets: Facets): AgentPage['connection'] {
  const connection = valueOf<{
    connected: boolean;
    transport: string | null;
    remoteAddress: string;
    sinceMs: number;
  }>(facets, 'connection');
  if (!connection.connected) return null;
  return {
    transport: connection.transport ?? '',
    remoteAddress: connection.remoteAddress ?? '',
    since: new Date(connection.sinceMs ?? 0).toISOString(),
  };
}

interface StoredDrift {
  readonly explanation: string;
  readonly differences: readonly DriftDifference[];
  readonly unknowns: AgentDrift['unknowns'];
  readonly assignedContentHash: string | null;
}

async function toDrift(
  facets: Facets,
  row: Pick<AgentListRow, 'driftState' | 'enrolledAt'>,
  explain: ExplainRejection,
): Promise<AgentDrift> {
  const drift = valueOf<StoredDrift>(facets, 'drift');
  const statusText = valueOf<{ errorMessage: string }>(facets, 'status').errorMessage ?? '';
  const rejected = row.driftState === 'rejected' && drift.assignedContentHash;
  const { contentHash: componentsContentHash = null } = valueOf<{ contentHash: string | null }>(
    facets,
    'components',
  );
  const findings = rejected
    ? await explain({ contentHash: String(drift.assignedContentHash), statusText, componentsContentHash })
    : [];
  return {
    state: row.driftState,
    explanation: drift.explanation ?? '',
    since: new Date(facets.get('drift')?.at ?? row.enrolledAt).toISOString(),
    differences: drift.differences ?? [],
    unknowns: drift.unknowns ?? [],
    findings: findings.map(({ severity, code, path, message, line }) => ({
      severity,
      code,
      path,
      message,
      line,
    })),
  };
}

/** A field that two facets carry was set by the later one. */
function whyOf(facets: Facets): Readonly<Record<string, string>> {
  const why: Record<string, string> = {};
  for (const { value } of facets.values()) {
    for (const [field, position] of Object.entries(value.why ?? {})) {
      if (why[field] === undefined || BigInt(why[field]) < BigInt(position)) why[field] = position;
    }
  }
  return why;
}

/** The drift of a page's agents, in one query. */
export async function driftsOf(
  context: ReadContext,
  rows: readonly AgentListRow[],
  moment: Moment,
  explain: ExplainRejection,
): Promise<ReadonlyMap<string, { readonly drift: AgentDrift; readonly errorMessage: string }>> {
  const position = String(moment.live ? END_OF_TIME : moment.position);
  const found = await select<{ agent_id: string; facets: readonly StoredFacet[] | null }>(
    context,
    `select i.agent_id, ${facetsSql('i.agent_id', '?', '?')} as facets from unnest(?::uuid[]) as i(agent_id)`,
    [['drift', 'status', 'components'], position, rows.map(({ id }) => id)],
  );
  const facetsOf = new Map(found.map(({ agent_id, facets }) => [agent_id, toFacets(facets)]));
  const entries = await Promise.all(
    rows.map(async (row) => {
      const facets = facetsOf.get(row.id) ?? new Map();
      const { errorMessage = '' } = valueOf<{ errorMessage: string }>(facets, 'status');
      return [row.id, { drift: await toDrift(facets, row, explain), errorMessage }] as const;
    }),
  );
  return new Map(entries);
}
