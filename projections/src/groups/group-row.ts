import { historyNameOf, tableNameOf } from '../engine/projection.ts';

export const groupsVersion = 1;
export const groupTable = tableNameOf('group_row', groupsVersion);
export const groupHistoryTable = historyNameOf('group_row', groupsVersion);
