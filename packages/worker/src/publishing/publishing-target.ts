import type { SealedRootEvent } from '../audit-sealer/seal-root.ts';

/** A place where roots are shown to others, so that a history rewritten later would be found out. */
export interface PublishingTarget {
  /** For logs: never with credentials. */
  readonly name: string;
  /** Looks at what is there, before each round. */
  prepare(): Promise<void>;
  publishedSize(tenant: string): Promise<number>;
  /** In the order of sealing; may be given again. */
  publish(root: SealedRootEvent): Promise<void>;
  /** After each round in which something was published. */
  finish(): Promise<void>;
}
