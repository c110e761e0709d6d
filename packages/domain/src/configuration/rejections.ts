import { Rejection } from '@ampora/kernel';

export type ConfigurationRejectionCode =
  | 'configuration/already-exists'
  | 'configuration/not-found'
  | 'configuration/version-not-found'
  | 'configuration/not-a-draft'
  | 'configuration/not-published'
  | 'configuration/stale-row-version';

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
