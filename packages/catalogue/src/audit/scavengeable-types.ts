import type { AgentEvent } from '../agent/agent-events.ts';

/**
 * Reports of which only the newest tells what an agent is: an older one may lose its data by a recorded policy. What
 * an audit asks for is not among them, nor are bodies.
 */
export const scavengeableTypes: readonly AgentEvent['type'][] = [
  'AgentAvailableComponentsReported',
  'AgentDescriptionReported',
  'AgentEffectiveConfigReported',
  'AgentHealthFlapping',
  'AgentHealthReported',
];
