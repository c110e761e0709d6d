/** What our own words say of a component: they are in no binary, so they are written by hand. */
export interface ComponentDoc {
  /** One sentence. */
  readonly doc: string;
  /** By the path below the component's settings, keys joined by dots, list indexes left out. */
  readonly fields: Readonly<Record<string, FieldDoc>>;
}

/** A sentence; with the words that are taken where the component refuses others later than its decoder does. */
export type FieldDoc = string | { readonly doc: string; readonly enum: readonly string[] };
