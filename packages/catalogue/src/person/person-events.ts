import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const personNamed = defineEvent({
  type: 'PersonNamed',
  version: 1,
  summary: 'A person was given a name, which only the key of that person opens',
  schema: z.object({
    personId: z.uuid(),
    /** `enc:` and base64url of nonce, ciphertext and tag (AES-256-GCM). */
    sealedName: z.string().startsWith('enc:'),
  }),
});

export const personForgotten = defineEvent({
  type: 'PersonForgotten',
  version: 1,
  summary: 'A person is to be forgotten: the key that opens name and addresses is destroyed',
  schema: z.object({ personId: z.uuid() }),
});

export const personEvents = [personNamed, personForgotten] as const;

export type PersonEvent = EventOf<(typeof personEvents)[number]>;
