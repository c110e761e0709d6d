import { historyNameOf, tableNameOf } from '../engine/projection.ts';

export const configurationsVersion = 1;
export const configurationTable = tableNameOf('configuration', configurationsVersion);
export const configurationHistoryTable = historyNameOf('configuration', configurationsVersion);
export const versionTable = tableNameOf('configuration_version', configurationsVersion);
export const versionHistoryTable = historyNameOf('configuration_version', configurationsVersion);

export type VersionStatus = 'Draft' | 'Published' | 'Archived';
