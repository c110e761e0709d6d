import { historyNameOf, tableNameOf } from '../engine/projection.ts';

export const groupsVersion = 2;
export const groupTable = tableNameOf('group_row', groupsVersion);
export const groupHistoryTable = historyNameOf('group_row', groupsVersion);
