import { z } from 'zod';
import { timestamp } from './shared.ts';

/** Somebody who signs in. The log knows the id only. */
export const person = z
  .object({
    id: z.uuid(),
    /** As it stands on events: `person:<id>`. */
    actor: z.string(),
    /** Null once forgotten. */
    name: z.string().nullable(),
    createdAt: timestamp,
    forgottenAt: timestamp.nullable(),
  })
  .meta({ id: 'Person' });
export type Person = z.output<typeof person>;

export const personList = z.object({ items: z.array(person), next: z.null() }).meta({ id: 'PersonList' });
export const namePersonBody = z.object({ name: z.string().trim().min(1).max(200) });
