import { tableNameOf } from '../engine/projection.ts';

export const logClockVersion = 3;
export const clockTable = tableNameOf('log_clock', logClockVersion);
export const logTotalTable = tableNameOf('log_total', logClockVersion);
