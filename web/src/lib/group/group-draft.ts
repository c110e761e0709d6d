import type { CallOptions, GroupMode, GroupRow } from '@ampora/api-contract';

/** What a person has written of a group, not saved yet. */
export interface GroupDraft {
  name: string;
  description: string;
  mode: GroupMode;
  selector: string;
  priority: number;
  autoApply: boolean;
}

export type GroupEdit = CallOptions<'editGroup'>['body'];

export const blankDraft: GroupDraft = {
  name: '',
  description: '',
  mode: 'dynamic',
  selector: '',
  priority: 0,
  autoApply: true,
};

export function draftOf(group: GroupRow): GroupDraft {
  const { name, description, mode, priority, autoApply } = group;
  return { name, description, mode, selector: group.selector ?? '', priority, autoApply };
}

/** What the API takes for a new one. A static group has no selector, whatever was typed. */
export function creationOf(draft: GroupDraft) {
  return {
    ...draft,
    name: draft.name.trim(),
    selector: draft.mode === 'dynamic' ? draft.selector.trim() : null,
  };
}

/** Only what is otherwise than it was. */
export function editOf(group: GroupRow, draft: GroupDraft): GroupEdit {
  const wanted = creationOf(draft);
  return {
    ...(wanted.name === group.name ? {} : { name: wanted.name }),
    ...(wanted.description === group.description ? {} : { description: wanted.description }),
    ...(wanted.mode === group.mode ? {} : { mode: wanted.mode }),
    ...(wanted.selector === group.selector ? {} : { selector: wanted.selector }),
    ...(wanted.priority === group.priority ? {} : { priority: wanted.priority }),
    ...(wanted.autoApply === group.autoApply ? {} : { autoApply: wanted.autoApply }),
  };
}

const fieldWords: Record<keyof GroupDraft, string> = {
  name: 'Name',
  description: 'Description',
  mode: 'Kind',
  selector: 'Selector',
  priority: 'Priority',
  autoApply: 'Applied by itself',
};

/** What somebody else changed meanwhile, and what this draft says of the same. */
export function conflictsOf(seen: GroupRow, current: GroupRow, draft: GroupDraft) {
  const before = draftOf(seen);
  const theirs = draftOf(current);
  return (Object.keys(fieldWords) as (keyof GroupDraft)[])
    .filter((field) => before[field] !== theirs[field])
    .map((field) => ({
      field,
      word: fieldWords[field],
      before: String(before[field]),
      theirs: String(theirs[field]),
      mine: String(draft[field]),
      /** Both wrote in the same field, and not the same. */
      isContested: draft[field] !== before[field] && draft[field] !== theirs[field],
    }));
}

/** Theirs where this draft changed nothing, mine where it did. */
export function mergedDraft(seen: GroupRow, current: GroupRow, draft: GroupDraft): GroupDraft {
  const before = draftOf(seen);
  const theirs = draftOf(current);
  const kept = Object.entries(draft).filter(([field, value]) => before[field as keyof GroupDraft] !== value);
  return { ...theirs, ...Object.fromEntries(kept) };
}
