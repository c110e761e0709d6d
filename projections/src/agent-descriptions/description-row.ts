import { historyNameOf, tableNameOf } from '../engine/projection.ts';

export const descriptionsVersion = 1;
export const descriptionTable = tableNameOf('agent_description', descriptionsVersion);
export const descriptionHistoryTable = historyNameOf('agent_description', descriptionsVersion);
