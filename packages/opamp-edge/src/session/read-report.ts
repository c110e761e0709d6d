import type { StreamAppend } from '@ampora/application/ports';
import type { AgentCommand, AgentState } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import type { AgentToServer } from '@ampora/opamp-protocol';
import type { EffectiveConfigReport } from '../inbound/effective-config.ts';
import type { HealthReport } from '../inbound/health.ts';
import { readFacets } from './read-facets.ts';
import { recordComponents } from './record-components.ts';
import type { SessionContext } from './session-context.ts';
import { readUidRequest } from './uid-request.ts';

export interface ReadReportOptions {
  readonly context: Pick<SessionContext<never>, 'tenant' | 'components' | 'knownContent'>;
  readonly state: AgentState;
  readonly agentId: string;
  readonly firstUid: string;
  readonly metadata: EventMetadata;
}

/** All that one message has to say, as what is to be done about it. Health and effective config are damped first, and so stand apart. */
export interface Report {
  readonly commands: readonly AgentCommand[];
  readonly before: readonly StreamAppend[];
  readonly health: HealthReport | undefined;
  readonly effectiveConfig: EffectiveConfigReport | undefined;
  readonly componentsHash: string | undefined;
  /** `service.name` of its description. */
  readonly agentType: string | undefined;
  /** The uid to use from now on; new, or the one that was given before. */
  readonly givenUid: Uint8Array | undefined;
  readonly isNewUid: boolean;
  readonly onStored: (() => void) | undefined;
}

export function readReport(message: AgentToServer, options: ReadReportOptions): Report {
  const { context, state, agentId, firstUid, metadata } = options;
  const facets = readFacets(message);
  const components = facets.components && recordComponents(facets.components, metadata, context);
  const currentUid = state.status === 'enrolled' ? state.instanceUid : firstUid;
  const uid = readUidRequest(message, { tenant: context.tenant, agentId, currentUid, metadata });
  return {
    commands: [...facets.commands, ...(components ? [components.command] : []), ...uid.commands],
    before: [...(components?.before ?? []), ...uid.before],
    health: facets.health,
    effectiveConfig: facets.effectiveConfig,
    componentsHash: facets.components?.componentsHash,
    agentType: typeOf(message),
    givenUid: uid.given,
    isNewUid: uid.commands.length > 0,
    onStored: components?.onStored,
  };
}

function typeOf({ agentDescription }: AgentToServer): string | undefined {
  return agentDescription?.identifyingAttributes.find(({ key }) => key === 'service.name')?.value
    ?.stringValue;
}
