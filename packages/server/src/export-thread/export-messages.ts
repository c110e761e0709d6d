import type { ExportOrder } from '@ampora/event-export';
import type { Settings } from '@ampora/platform';

/** What the thread is started with. */
export interface ExportThreadData {
  readonly settings: Settings;
  readonly connectionString: string;
  readonly order: ExportOrder;
}

/** What only the starting side can do: the keys stay there. */
export type Signing =
  | { readonly kind: 'sign'; readonly id: number; readonly text: string }
  | { readonly kind: 'rotations'; readonly id: number };

export type FromExportThread =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | Signing;

export type ToExportThread =
  | { readonly kind: 'more' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'signed'; readonly id: number; readonly note: string }
  | { readonly kind: 'rotated'; readonly id: number; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string };
