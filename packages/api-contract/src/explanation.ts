import { z } from 'zod';
import { positionText, timestamp } from './shared.ts';

export const explanationKinds = ['agent', 'group', 'assignment', 'version', 'offer', 'status'] as const;

/** Why an agent has the configuration that it has: each step names the event that it rests on. */
export const agentExplanation = z
  .object({
    /** One sentence for people. */
    summary: z.string(),
    steps: z.array(
      z.object({
        kind: z.enum(explanationKinds),
        title: z.string(),
        detail: z.string(),
        /** The event that made it so; null where nothing has happened. */
        position: positionText.nullable(),
        at: timestamp.nullable(),
        actor: z.string().nullable(),
        /** Page of what the step is about, such as `/groups/<id>`. */
        link: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'AgentExplanation' });
export type AgentExplanation = z.output<typeof agentExplanation>;
