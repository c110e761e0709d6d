import { answerParent } from '../processes/answer-parent.ts';
import { type ConnectOptions, type Exchanged, type ExchangeOptions, LoadFleet } from './load-fleet.ts';

/** The load generator's process: agents of several fleets, told what to do by the bench. */
const fleets = new Map<string, LoadFleet>();

function fleetOf(name: string): LoadFleet {
  const fleet = fleets.get(name) ?? new LoadFleet(name);
  fleets.set(name, fleet);
  return fleet;
}

const requests = {
  connect: ({ fleet, ...options }: { readonly fleet: string } & ConnectOptions): Promise<number> =>
    fleetOf(fleet).connect(options),
  disconnect: ({ fleet }: { readonly fleet: string }): void => fleetOf(fleet).disconnect(),
  moveTo: ({ fleet, port }: { readonly fleet: string; readonly port: number }): void =>
    fleetOf(fleet).moveTo(port),
  exchange: ({ fleet, ...options }: { readonly fleet: string } & ExchangeOptions): Promise<Exchanged> =>
    fleetOf(fleet).exchange(options),
  finish: ({ fleet }: { readonly fleet: string }): void => fleetOf(fleet).finish(),
  expectPush: ({ fleet, leastBytes }: { readonly fleet: string; readonly leastBytes: number }): void =>
    fleetOf(fleet).expectPush(leastBytes),
  pushed: ({ fleet }: { readonly fleet: string }): Promise<number> => fleetOf(fleet).pushed(),
  reportApplied: ({ fleet }: { readonly fleet: string }): Promise<void> => fleetOf(fleet).reportApplied(),
};
export type LoadRequests = typeof requests;

answerParent(requests);
