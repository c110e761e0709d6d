import { historyNameOf, tableNameOf } from '../engine/projection.ts';

export const assignmentsVersion = 2;
export const assignmentTable = tableNameOf('assignment', assignmentsVersion);
export const assignmentHistoryTable = historyNameOf('assignment', assignmentsVersion);
/** Stands in for an agent's id where all agents are meant. */
export const allAgents = 'all';

/** Begins the target of a group's assignment; its id follows. */
export const groupTarget = 'group:';
