import type { EventLog } from '@ampora/application/ports';

/** Something would have been stored in the copy of a log. */
export class ReplayIsReadOnly extends Error {
  override readonly name = 'ReplayIsReadOnly';

  constructor() {
    super('This is the copy of a log: nothing is stored in it.');
  }
}

/** The log without its way in. */
export function readOnlyLog(log: EventLog): EventLog {
  const refuse = () => Promise.reject(new ReplayIsReadOnly());
  return { ...log, append: refuse, scavenge: refuse };
}
