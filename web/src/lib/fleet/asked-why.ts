/** A value of a row that somebody asks about, and where they asked. */
export interface AskedWhy {
  readonly anchor: HTMLElement;
  readonly id: string;
  readonly field: string;
  /** The value in words. */
  readonly of: string;
}
