/** Real OpAMP clients with scripted characters, many in one process. */
export { type CharacterMix, characterNames, type CharacterName, dealCharacters } from './characters/cast.ts';
export { type DemoOptions, runDemo } from './demo/demo-story.ts';
export { createFleet, type Fleet, type FleetOptions } from './fleet.ts';
export { type FleetStatistics } from './fleet-statistics.ts';
export { type Site } from './identity.ts';
export { type LedgerEntry } from './ledger.ts';
export { type SimulatedAgent } from './simulated-agent.ts';
