import { z } from 'zod';
import { timestamp } from './shared.ts';

const rate = z.number().nonnegative().nullable();

/** What flows through one component, in items (spans, metric points, log records) per second; null where it is not measured. */
export const componentThroughput = z
  .object({
    section: z.enum(['receivers', 'processors', 'exporters']),
    id: z.string(),
    signal: z.string(),
    itemsPerSecond: rate.meta({
      description: 'Accepted by a receiver, come into a processor, sent by an exporter',
    }),
    outgoingPerSecond: rate.meta({ description: 'Gone out of a processor' }),
    refusedPerSecond: rate.meta({ description: 'Refused; by an exporter: its queue was full' }),
    failedPerSecond: rate.meta({ description: 'Failed; by a processor: dropped' }),
    queueSize: rate.meta({ description: "Batches that wait in an exporter's queue" }),
    queueCapacity: rate,
  })
  .meta({ id: 'ComponentThroughput' });
export type ComponentThroughput = z.output<typeof componentThroughput>;

/** Why nothing is known. */
export const throughputUnavailable = z.enum(['not-kept', 'not-reported']).meta({
  description:
    '`not-kept`: a moment of the past was asked for, and only the present is kept. `not-reported`: no own metrics came to this server lately',
});

const known = {
  available: z.boolean(),
  reason: throughputUnavailable.nullable(),
  /** When the newest report came that this is computed from. */
  at: timestamp.nullable(),
  windowSeconds: z.int().meta({ description: 'Rates are over this long at the most, or two reports' }),
  components: z.array(componentThroughput),
};

export const agentThroughput = z
  .object({
    ...known,
    process: z
      .object({ cpuCores: rate, memoryBytes: rate, uptimeSeconds: rate })
      .nullable()
      .meta({ description: 'What the Collector uses' }),
  })
  .meta({
    id: 'AgentThroughput',
    description: 'What an agent measures of itself, as it came to this server last. Kept in memory only.',
  });
export type AgentThroughput = z.output<typeof agentThroughput>;

export const configurationThroughput = z
  .object({
    ...known,
    agents: z.int().meta({ description: 'Connected agents that say that they run this version' }),
    reporting: z.int().meta({ description: 'Those of them that measure themselves and tell this server' }),
  })
  .meta({
    id: 'ConfigurationThroughput',
    description: 'The sum over the connected agents that run a version. At most 30 seconds old.',
  });
export type ConfigurationThroughput = z.output<typeof configurationThroughput>;
