import { Rejection } from '@ampora/kernel';

export type ConfigurationRejectionCode =
  | 'configuration/already-exists'
  | 'configuration/not-found'
  | 'configuration/version-not-found'
  | 'configuration/not-a-draft'
  | 'configuration/not-published'
  | 'configuration/not-archived'
  | 'configuration/stale-row-version'
  | 'configuration/deleted'
  | 'configuration/tagged'
  | 'configuration/tag-not-found'
  | 'configuration/invalid-tag'
  | 'configuration/too-many-tags';

export type ConfigurationRejection = Rejection<ConfigurationRejectionCode>;

export const configurationNotFound = () =>
  new Rejection<ConfigurationRejectionCode>('configuration/not-found', 'There is no such configuration.');

export const versionNotFound = (version: number) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/version-not-found',
    `This configuration has no version ${version}.`,
    { version },
  );

export const notADraft = (version: number, status: string) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/not-a-draft',
    `Version ${version} is ${status} and cannot change. Begin a new draft from it.`,
    {
      version,
      status,
    },
  );

export const notPublished = (version: number, status: string) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/not-published',
    `Version ${version} is ${status}; only a published version can be used here.`,
    {
      version,
      status,
    },
  );

export const staleRowVersion = (version: number, yours: number, current: number) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/stale-row-version',
    `Version ${version} was saved by someone else meanwhile: you edited row-version ${yours}, it is ${current} now. Compare, then save again.`,
    { version, yourRowVersion: yours, currentRowVersion: current },
  );

export const configurationDeleted = (name: string) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/deleted',
    `Configuration “${name}” was deleted. Its history can be read with “at”; its name is free for a new one.`,
    { name },
  );

export const notArchived = (version: number, status: string) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/not-archived',
    `Version ${version} is ${status}; only an archived version can be taken back into use.`,
    { version, status },
  );

export const versionTagged = (version: number, tags: readonly string[], act: string) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/tagged',
    `Version ${version} is tagged ${tags.join(', ')} and cannot be ${act}. Move or remove the ${tags.length === 1 ? 'tag' : 'tags'} first.`,
    { version, tags: [...tags] },
  );

export const configurationTagged = (tags: readonly string[]) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/tagged',
    `This configuration has tagged versions (${tags.join(', ')}). Remove the tags before deleting it.`,
    { tags: [...tags] },
  );

export const tagNotFound = (tag: string) =>
  new Rejection<ConfigurationRejectionCode>(
    'configuration/tag-not-found',
    `This configuration has no tag “${tag}”.`,
    { tag },
  );
