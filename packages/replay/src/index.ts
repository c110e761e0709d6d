export { type AgentDecisions, DecisionReplay, type ReplayedStep } from './decisions/decision-replay.ts';
export type { OfferState } from './decisions/offer-judgement.ts';
export { eventOfLine, NotAnEventFile } from './event-file/event-of-line.ts';
export { readEventFile } from './event-file/read-event-file.ts';
export { type EventFileHeader, eventFileHeader, writeEventFile } from './event-file/write-event-file.ts';
export { createPseudonyms, type Pseudonyms } from './scrub/pseudonyms.ts';
export { scrubEvents } from './scrub/scrub-events.ts';
export {
  type EventQuery,
  type EventSource,
  loadSlice,
  type Slice,
  type SliceLimits,
  SliceTooLarge,
} from './slice/load-slice.ts';
