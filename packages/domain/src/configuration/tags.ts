import type { ConfigurationEvent } from '@ampora/catalogue';
import { Rejection } from '@ampora/kernel';
import { type ConfigurationRejectionCode, notPublished, tagNotFound } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { created, versionOf } from './version-of.ts';

const mostTags = 100;

export interface SetTag {
  readonly type: 'set-tag';
  readonly tag: string;
  readonly version: number;
}

export interface RemoveTag {
  readonly type: 'remove-tag';
  readonly tag: string;
}

/** Puts a tag on a published version, or moves it there. A tag that is there already is no event. */
export function setTag({ tag, version }: SetTag, state: ConfigurationState): ConfigurationEvent[] {
  const { tags } = created(state);
  requireTagName(tag);
  const { status } = versionOf(state, version);
  if (status !== 'published') throw notPublished(version, status);
  const previousVersion = tags.get(tag) ?? null;
  if (previousVersion === version) return [];
  if (previousVersion === null && tags.size >= mostTags) {
    throw new Rejection<ConfigurationRejectionCode>(
      'configuration/too-many-tags',
      `A configuration has at most ${mostTags} tags. Remove one first.`,
      { limit: mostTags },
    );
  }
  return [{ type: 'ConfigurationTagSet', data: { tag, version, previousVersion } }];
}

export function removeTag({ tag }: RemoveTag, state: ConfigurationState): ConfigurationEvent[] {
  return [
    { type: 'ConfigurationTagRemoved', data: { tag, version: versionOfTag(created(state).tags, tag) } },
  ];
}

export function versionOfTag(tags: ReadonlyMap<string, number>, tag: string): number {
  const version = tags.get(tag);
  if (version === undefined) throw tagNotFound(tag);
  return version;
}

/** Digits alone would read as the number of a version. */
function requireTagName(tag: string): void {
  if (/^[a-z0-9._-]{1,40}$/.test(tag) && !/^\d+$/.test(tag)) return;
  throw new Rejection<ConfigurationRejectionCode>(
    'configuration/invalid-tag',
    `“${tag.slice(0, 60)}” cannot be a tag: 1 to 40 of a–z, 0–9, dot, underscore and hyphen, and not digits alone.`,
    { tag: tag.slice(0, 60) },
  );
}
