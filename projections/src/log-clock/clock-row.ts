import { tableNameOf } from '../engine/projection.ts';

export const logClockVersion = 4;
export const clockTable = tableNameOf('log_clock', logClockVersion);
export const logTotalTable = tableNameOf('log_total', logClockVersion);
