import { tableNameOf } from '../engine/projection.ts';

export const logClockVersion = 1;
export const clockTable = tableNameOf('log_clock', logClockVersion);
