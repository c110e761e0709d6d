import { type FoldedAgent, type AgentFacet, type AgentMemo } from './agent-row.ts';
import { createVerdictMemo, judgeDrift, verdictKeyOf } from './judge-drift.ts';
import type { Row, Rows, Stamped } from '../engine/projection.ts';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const textLength = 256;
const errorLength = 2_000;

/** Text fit for an indexed column. Cut at the same place always, so that equal reports stay equal. */
export function clip(text: string, length = textLength): string {
  return text.length > length ? `${text.slice(0, length - 1)}…`.toWellFormed() : text;
}

export function clipError(text: string): string {
  return clip(text, errorLength);
}

/** Columns whose value readers see, by the name under which they see it. */
const fieldOf: Readonly<Record<string, string>> = {
  instance_uid: 'instanceUid',
  display_name: 'displayName',
  agent_type: 'agentType',
  agent_version: 'agentVersion',
  host_name: 'hostName',
  os_type: 'osType',
  connected: 'connected',
  transport: 'transport',
  healthy: 'healthy',
  health_status: 'healthStatus',
  last_error: 'lastError',
  flapping: 'flapping',
  drift_state: 'driftState',
  assigned_configuration_id: 'assigned',
  assigned_version: 'assigned',
  assigned_scope: 'assignedBy',
  assigned_hash: 'assignedHash',
  group_id: 'groupId',
  effective_hash: 'effectiveHash',
  remote_config_status: 'remoteConfigStatus',
};

const fieldsOfFacet: Readonly<Record<AgentFacet, readonly string[]>> = {
  identity: ['instanceUid', 'enrolledAt'],
  description: [
    'displayName',
    'agentType',
    'agentVersion',
    'hostName',
    'osType',
    'identifying',
    'nonIdentifying',
    'labels',
  ],
  capabilities: ['capabilities'],
  'custom-capabilities': ['customCapabilities'],
  connection: ['connected', 'transport', 'connection', 'flapping'],
  health: ['healthy', 'healthStatus', 'lastError', 'health', 'flapping'],
  effective: ['effectiveHash', 'effectiveFiles'],
  status: ['remoteConfigStatus', 'remoteConfig'],
  offer: ['lastOffer'],
  assignment: ['assigned', 'assignedHash', 'assignedBy'],
  group: ['groupId'],
  labels: ['labels'],
  drift: ['driftState', 'drift'],
  packages: ['packages'],
  components: ['componentsHash'],
  'connection-settings': ['connectionSettings'],
};

const shownColumns: ReadonlySet<string> = new Set(Object.values(fieldOf));

const verdictOf = createVerdictMemo();

/** One event's changes to one agent: its row, what the fold remembers, the facets it renews, and why. */
export class AgentEdit {
  readonly #event: Stamped;
  readonly #position: string;
  readonly #rows: Rows;
  readonly #row: Mutable<FoldedAgent>;
  readonly #memo: Mutable<AgentMemo>;
  readonly #why: Record<string, string>;
  readonly #facets = new Map<AgentFacet, Record<string, unknown>>();

  constructor(row: FoldedAgent, event: Stamped, rows: Rows) {
    this.#event = event;
    this.#position = String(event.position);
    this.#rows = rows;
    this.#row = { ...row };
    this.#why = { ...row.memo.why };
    this.#memo = { ...row.memo, why: this.#why };
  }

  get row(): Readonly<FoldedAgent> {
    return this.#row;
  }

  get memo(): Readonly<AgentMemo> {
    return this.#memo;
  }

  set(changes: Partial<FoldedAgent>): this {
    for (const column in changes) {
      const value = changes[column];
      if (this.#row[column] === value) continue;
      (this.#row as Record<string, unknown>)[column] = value;
      const field = fieldOf[column];
      if (field) this.#why[field] = this.#position;
    }
    return this;
  }

  remember(changes: Partial<AgentMemo>): this {
    Object.assign(this.#memo, changes);
    return this;
  }

  /** Renews a facet; fields that are not columns are taken to be set by this event. */
  facet(name: AgentFacet, value: Record<string, unknown>): this {
    for (const field of fieldsOfFacet[name])
      if (!shownColumns.has(field) || !(field in this.#why)) this.#why[field] = this.#position;
    this.#facets.set(name, value);
    return this;
  }

  /** Judges drift anew and puts everything where it belongs. */
  done(): void {
    this.#judge();
    this.#index();
    (this.#row as Record<string, unknown>)['memo'] = this.#memo;
    this.#rows.put('agent', this.#row as Row);
    for (const [facet, value] of this.#facets) {
      const why: Record<string, string> = {};
      for (const field of fieldsOfFacet[facet]) {
        const setBy = this.#why[field];
        if (setBy) why[field] = setBy;
      }
      this.#rows.append('agent_facet', {
        agent_id: this.#row.agent_id,
        facet,
        from_position: this.#event.position,
        at: this.#event.atMs,
        value: { ...value, why },
      });
    }
  }

  /** What a search looks at, when it is another than before. */
  #index(): void {
    const { agent_id, display_name, host_name, agent_type, agent_version, instance_uid } = this.#row;
    const search_text =
      `${display_name} ${host_name} ${agent_type} ${agent_version} ${instance_uid}`.toLowerCase();
    if (search_text === this.#row.search_text) return;
    this.#row.search_text = search_text;
    this.#rows.put('agent_search', { agent_id, search_text });
  }

  #judge(): void {
    const { wanted, capabilities, statusHash, statusError, files } = this.#memo;
    const drift = judgeDrift(
      {
        wanted,
        capabilities,
        statusHash,
        statusError,
        files,
        status: this.#row.remote_config_status,
        healthy: this.#row.healthy,
      },
      (assigned, effective) => verdictOf(assigned.contentHash, effective, (hash) => this.#rows.content(hash)),
    );
    const compared = drift.verdict && wanted && files ? verdictKeyOf(wanted.contentHash, files) : '';
    const driftKey = `${drift.state}|${drift.explanation}|${compared}`;
    if (driftKey === this.#memo.driftKey) return;
    this.remember({ driftKey });
    this.set({ drift_state: drift.state });
    const { verdict } = drift;
    this.facet('drift', {
      state: drift.state,
      explanation: drift.explanation,
      differences: verdict?.differences ?? [],
      unknowns: verdict?.unknowns ?? [],
      omitted: verdict?.omitted ?? 0,
      assignedContentHash: wanted?.contentHash ?? null,
    });
  }
}
