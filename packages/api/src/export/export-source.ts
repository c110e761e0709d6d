import type { ProvenLog, SignedRoot } from '@ampora/event-export';
import type { EventMetadata } from '@ampora/kernel';
import type { Hashing } from '@ampora/proof';

/** What exports are made from beside the log. */
export interface ExportSource {
  readonly hashing: Hashing;
  /** Seals up to the head of the log as it is now. */
  sealNow(metadata: EventMetadata): Promise<{ readonly root: SignedRoot | null }>;
  provenLog(tenant: string): ProvenLog & {
    /** The root that was sealed at exactly this size. */
    rootAt(treeSize: number): Promise<SignedRoot | undefined>;
  };
}
