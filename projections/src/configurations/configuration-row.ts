import { historyNameOf, tableNameOf } from '../engine/projection.ts';

export const configurationsVersion = 2;
export const configurationTable = tableNameOf('configuration', configurationsVersion);
export const configurationHistoryTable = historyNameOf('configuration', configurationsVersion);
export const versionTable = tableNameOf('configuration_version', configurationsVersion);
export const versionHistoryTable = historyNameOf('configuration_version', configurationsVersion);

export const tagTable = tableNameOf('configuration_tag', configurationsVersion);
export const tagHistoryTable = historyNameOf('configuration_tag', configurationsVersion);

export type VersionStatus = 'Draft' | 'Published' | 'Archived';
export type VersionSource = 'ui' | 'api' | 'cli' | 'import' | 'git';
