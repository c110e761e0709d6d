import type { AgentEvent } from '@ampora/catalogue';
import { assertNever } from '@ampora/kernel';
import { type StatedStates, withRecent } from './damping.ts';
import { meaningOfError } from './meaning.ts';
import {
  type AgentState,
  CONNECTED,
  DISCONNECTED,
  type EnrolledAgent,
  newlyEnrolled,
  type OfferStatus,
} from './state.ts';

export function evolveAgent(state: AgentState, event: AgentEvent): AgentState {
  if (event.type === 'AgentEnrolled') return newlyEnrolled(event.data.agentId, event.data.instanceUid);
  if (event.type === 'AgentAliased') return { status: 'aliased', agentId: event.data.agentId };
  return state.status === 'enrolled' ? evolveEnrolled(state, event) : state;
}

type LaterEvent = Exclude<AgentEvent, { type: 'AgentEnrolled' | 'AgentAliased' }>;

function evolveEnrolled(state: EnrolledAgent, event: LaterEvent): EnrolledAgent {
  switch (event.type) {
    case 'AgentConnected':
      return {
        ...state,
        connectionId: event.data.connectionId,
        connection: stated(state.connection, CONNECTED),
      };
    case 'AgentDisconnected':
      return { ...state, connection: stated(state.connection, DISCONNECTED) };
    case 'AgentConnectionFlapping': {
      const digest = event.data.connected ? CONNECTED : DISCONNECTED;
      const { connectionId } = event.data;
      return { ...state, connectionId, connection: stated(state.connection, digest, event.data) };
    }
    case 'AgentCapabilitiesReported':
      return { ...state, capabilities: event.data.capabilities };
    case 'AgentDescriptionReported':
      return { ...state, description: event.data.digest };
    case 'AgentHealthReported':
      return { ...state, health: stated(state.health, event.data.digest) };
    case 'AgentHealthFlapping':
      return { ...state, health: stated(state.health, event.data.digest, event.data) };
    case 'AgentEffectiveConfigReported':
      return { ...state, effectiveConfig: event.data.digest };
    case 'AgentRemoteConfigOffered':
      return { ...state, offeredConfig: event.data.configHash, offerAnswered: false };
    case 'AgentRemoteConfigStatusReported':
      return withRemoteConfigStatus(state, {
        hash: event.data.configHash,
        status: event.data.status,
        error: meaningOfError(event.data.errorMessage),
      });
    case 'AgentOwnMetricsOffered':
      return { ...state, offeredOwnMetrics: event.data.endpoint === '' ? '' : event.data.settingsHash };
    case 'AgentPackageStatusesReported':
      return { ...state, packages: event.data.digest };
    case 'AgentAvailableComponentsReported':
      return {
        ...state,
        componentsHash: event.data.componentsHash,
        componentsContent: event.data.contentHash,
      };
    case 'AgentCustomCapabilitiesReported':
      return { ...state, customCapabilities: event.data.capabilities.join('\n') };
    case 'AgentConnectionSettingsStatusReported': {
      const { settingsHash: hash, status, errorMessage } = event.data;
      return { ...state, connectionSettings: { hash, status, error: meaningOfError(errorMessage) } };
    }
    case 'AgentInstanceUidReassigned': {
      const { previousInstanceUid, instanceUid } = event.data;
      return { ...state, previousInstanceUid, instanceUid };
    }
    default:
      return assertNever(event);
  }
}

interface StatedEpisode {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly changes: number;
  readonly settled: boolean;
}

function stated(before: StatedStates, digest: string, episode?: StatedEpisode): StatedStates {
  const recent = withRecent(before.recent, digest);
  // A new state stated within an episode does not end it; only settling does.
  if (!episode) return { digest, recent, episode: before.episode };
  const { sinceMs, untilMs, changes } = episode;
  return { digest, recent, episode: episode.settled ? null : { sinceMs, untilMs, changes } };
}

function withRemoteConfigStatus(state: EnrolledAgent, remoteConfig: OfferStatus): EnrolledAgent {
  const answers = remoteConfig.hash !== '' && remoteConfig.hash === state.offeredConfig;
  return { ...state, remoteConfig, offerAnswered: state.offerAnswered || answers };
}
