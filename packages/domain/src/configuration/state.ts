import type { ConfigurationSource } from '@ampora/catalogue';

/** What decisions about a configuration need to know of one version. */
export type VersionState =
  | {
      readonly status: 'draft';
      readonly contentHash: string;
      readonly sizeBytes: number;
      readonly rowVersion: number;
      /** Where its newest text came from. */
      readonly source: ConfigurationSource | undefined;
    }
  | {
      readonly status: 'published' | 'archived';
      readonly contentHash: string;
      readonly sizeBytes: number;
      readonly configHash: string;
      readonly semanticHash: string | undefined;
    }
  | { readonly status: 'discarded' | 'deleted' };

export type ConfigurationState =
  | { readonly status: 'missing' }
  | {
      readonly status: 'created';
      readonly configurationId: string;
      readonly name: string;
      readonly versions: ReadonlyMap<number, VersionState>;
      /** Tag → version. */
      readonly tags: ReadonlyMap<string, number>;
      /** Highest number ever given. */
      readonly lastVersion: number;
    }
  | { readonly status: 'deleted'; readonly configurationId: string; readonly name: string };

export const missingConfiguration: ConfigurationState = { status: 'missing' };
