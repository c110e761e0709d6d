export { type GivenEvents, specifyDecider, type WhenCommand } from './decider-specification.ts';
