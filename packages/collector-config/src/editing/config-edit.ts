import type { ComponentSection } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import type { ConfigValue } from '../config-value.ts';

export type PipelineRole = 'receivers' | 'processors' | 'exporters';

/** What may be done to a configuration's text. Plain data: it can be kept for undo, logged, sent. */
export type ConfigEdit =
  | {
      readonly edit: 'add-component';
      readonly section: ComponentSection;
      readonly id: string;
      readonly settings?: ConfigValue;
    }
  | {
      readonly edit: 'remove-component';
      readonly section: ComponentSection;
      readonly id: string;
      /** Take it out of pipelines (or `service.extensions`) as well. */
      readonly withUses?: boolean;
    }
  /** With every reference: pipelines, `service.extensions`, and settings that name an extension. */
  | {
      readonly edit: 'rename-component';
      readonly section: ComponentSection;
      readonly id: string;
      readonly to: string;
    }
  /** Sets what is there, or adds a key that is not. Mappings and lists are changed member by member. */
  | { readonly edit: 'set-value'; readonly path: ConfigPath; readonly value: ConfigValue }
  | { readonly edit: 'remove-value'; readonly path: ConfigPath }
  | {
      readonly edit: 'insert-key';
      readonly path: ConfigPath;
      readonly key: string;
      readonly value: ConfigValue;
    }
  | {
      readonly edit: 'add-to-pipeline';
      readonly pipeline: string;
      readonly role: PipelineRole;
      readonly id: string;
      /** Default: at the end. */
      readonly index?: number;
    }
  | {
      readonly edit: 'remove-from-pipeline';
      readonly pipeline: string;
      readonly role: PipelineRole;
      readonly index: number;
    }
  | {
      readonly edit: 'move-in-pipeline';
      readonly pipeline: string;
      readonly role: PipelineRole;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly edit: 'add-pipeline';
      readonly id: string;
      readonly receivers?: readonly string[];
      readonly processors?: readonly string[];
      readonly exporters?: readonly string[];
    }
  | { readonly edit: 'remove-pipeline'; readonly id: string }
  | { readonly edit: 'add-extension'; readonly id: string }
  | { readonly edit: 'remove-extension'; readonly id: string }
  /** Draws or takes away an edge of the picture. */
  | {
      readonly edit: 'connect' | 'disconnect';
      readonly from: EdgeEnd;
      readonly to: EdgeEnd;
      /** The connector, between two pipelines. */
      readonly through?: string;
    };

/** One end of an edge: a component, or a pipeline as a whole. */
export type EdgeEnd =
  { readonly section: ComponentSection; readonly id: string } | { readonly pipeline: string };

/** Why a part of a text is not edited but shown read-only. */
export type ReadOnlyReason =
  /** The text as a whole cannot be read, or has several documents. */
  | 'unreadable'
  | 'multiple-documents'
  /** `*name` stands here: the value is written elsewhere. */
  | 'alias'
  /** `&name` stands here and is used elsewhere: a change would change more than this place. */
  | 'anchor'
  /** The key comes from another mapping by `<<`. */
  | 'merge-key'
  /** `${…}` stands in place of a mapping or list. */
  | 'reference'
  /** `? key`, an anchored key, a pair inside a list in brackets. */
  | 'complex-key'
  | 'tag';

export type EditRefusal =
  | ReadOnlyReason
  /** Something else stands there than the edit is made for. */
  | 'wrong-type'
  | 'not-found'
  | 'exists'
  /** The last key of the configuration would go. */
  | 'would-be-empty'
  /** The result was checked and is not what was meant. */
  | 'not-round-trip';

/** Lines that differ, counting from 1; a count of 0 stands before the line of that number. */
export interface ChangedLines {
  readonly before: { readonly line: number; readonly count: number };
  readonly after: { readonly line: number; readonly count: number };
}

export type EditResult =
  | { readonly ok: true; readonly text: string; readonly changedLines: readonly ChangedLines[] }
  | {
      readonly ok: false;
      readonly reason: EditRefusal;
      readonly path: ConfigPath;
      readonly message: string;
    };
