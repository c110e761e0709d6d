import type { JsonValue } from '@ampora/kernel';
import { z } from 'zod';

/** An OpAMP KeyValue. A list keeps order and survives keys such as `__proto__`. */
export const attribute = z.object({ key: z.string(), value: z.json() as z.ZodType<JsonValue> });
export type Attribute = z.output<typeof attribute>;

/** One node of the health tree; children are listed by name. Times are Unix nanoseconds as decimal text, "0" when not set. */
export interface HealthNode {
  readonly healthy: boolean;
  readonly status: string;
  readonly lastError: string;
  readonly startTimeUnixNano: string;
  readonly statusTimeUnixNano: string;
  readonly components: readonly NamedHealthNode[];
}
export interface NamedHealthNode extends HealthNode {
  readonly name: string;
}

const healthFields = {
  healthy: z.boolean(),
  status: z.string(),
  lastError: z.string(),
  startTimeUnixNano: z.string(),
  statusTimeUnixNano: z.string(),
};
const namedHealthNode: z.ZodType<NamedHealthNode> = z.lazy(() =>
  z.object({ name: z.string(), ...healthFields, components: z.array(namedHealthNode) }),
);
export const healthNode: z.ZodType<HealthNode> = z.object({
  ...healthFields,
  components: z.array(namedHealthNode),
});

/** Lower-case hex of a SHA-256. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** Lower-case hex of an opaque hash that a peer chose; empty when it gave none. */
export const opaqueHashHex = z.string().regex(/^(?:[0-9a-f]{2})*$/);

/** Content that is compared, never read: equal digests mean equal meaning. */
export const digest = z.string();

export const effectiveConfigFile = z.object({
  /** File name in the agent's config map; single-file agents use "". */
  name: z.string(),
  contentType: z.string(),
  contentHash: sha256Hex,
  sizeBytes: z.int().nonnegative(),
});
export type EffectiveConfigFile = z.output<typeof effectiveConfigFile>;

export const reportedStatus = z.enum(['unset', 'applied', 'applying', 'failed']);
export type ReportedStatus = z.output<typeof reportedStatus>;
