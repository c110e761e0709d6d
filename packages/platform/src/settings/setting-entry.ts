/** A value as some source gives it, and where it stands there. */
export interface SettingEntry {
  /** `Section:Key`. */
  readonly name: string;
  readonly value: unknown;
  /** For the operator: `ampora.yaml line 4`, `environment variable Http__Port`, `--set Http:Port`. */
  readonly source: string;
}
/** Something wrong with the settings, in a sentence that names its source. */
export type SettingFault = string;
