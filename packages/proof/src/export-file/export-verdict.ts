import type { ExportCounts } from './export-lines.ts';

/** What is wrong with an export, by what was found first. */
export type FaultKind =
  /** An event's line is not what was sealed. */
  | 'event-altered'
  /** A sealed event that belongs here is not in the file. */
  | 'event-missing'
  /** A sealed event stands at another place than its own. */
  | 'event-reordered'
  /** A line that belongs to no sealed event of the export, or one that stands there twice. */
  | 'event-inserted'
  /** The file ends before its end. */
  | 'file-cut'
  /** A proof line was changed, left out or put in. */
  | 'proof-altered'
  /** An earlier root in the file is not one of this history. */
  | 'root-altered'
  /** The first line, or what it states, is not what was signed. */
  | 'header-altered'
  /** The signed root in the header was changed. */
  | 'checkpoint-altered'
  /** The last line is not what was signed. */
  | 'end-altered'
  /** It was signed with another key than the one given. */
  | 'wrong-key'
  | 'not-an-export';

export interface ExportFault {
  readonly kind: FaultKind;
  /** From 1. */
  readonly line: number;
  /** A sentence for people. */
  readonly message: string;
  /** Place of the event in its tenant's history, from 0. */
  readonly sequence?: number;
  /** As the event's own line says; of an altered line, not to be relied on. */
  readonly position?: string;
  readonly type?: string;
}

export interface ProvenExport extends ExportCounts {
  readonly tenant: string;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly treeSize: number;
  /** Base64. */
  readonly rootHash: string;
  /** Of the key that signed the root. */
  readonly keyId: string;
  /** The given key did not sign itself: it handed over to the one that did. */
  readonly throughRotation: boolean;
  /** Nothing was left out: every event of the tenant up to the root is there. */
  readonly complete: boolean;
  /** Times of the first and last event line, RFC 3339. */
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
}

export type ExportVerdict =
  | { readonly outcome: 'proven'; readonly proven: ProvenExport }
  | { readonly outcome: 'refuted'; readonly fault: ExportFault };
