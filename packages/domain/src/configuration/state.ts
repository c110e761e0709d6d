/** What decisions about a configuration need to know of one version. */
export type VersionState =
  | { readonly status: 'draft'; readonly contentHash: string; readonly rowVersion: number }
  | { readonly status: 'published' | 'archived'; readonly contentHash: string; readonly configHash: string }
  | { readonly status: 'discarded' };

export type ConfigurationState =
  | { readonly status: 'missing' }
  | {
      readonly status: 'created';
      readonly name: string;
      readonly versions: ReadonlyMap<number, VersionState>;
      /** Highest number ever given. */
      readonly lastVersion: number;
    };

export const missingConfiguration: ConfigurationState = { status: 'missing' };
