import { refuse } from './apply-offer.ts';
import { type Character, nothing } from './character.ts';
import { exitMessage } from './exit-message.ts';

const reasons = [
  "'exporters' error reading configuration for \"otlp\": '' has invalid keys: retry_on_failures",
  "processors::memory_limiter: 'limit_mib' or 'limit_percentage' must be greater than zero",
  'receivers::filelog: missing required field `include` or `include_file_record_number`',
] as const;

/** Odd ones validate and keep running; even ones find out by dying, and die again every five seconds. */
export const refusesConfig: Character = {
  client: 'supervisor',
  onOffer: ({ fault }, { ordinal, random }) =>
    ordinal % 2 === 1
      ? refuse(fault ?? random.pick(reasons))
      : [
          { afterMs: 0, status: { is: 'applying' }, health: { is: 'stopping' } },
          { afterMs: 30, runs: 'offer', health: { is: 'starting' } },
          {
            afterMs: 40,
            status: {
              is: 'failed',
              error: 'Agent exited unexpectedly with exit code 1 while applying configuration',
            },
            health: { is: 'down', error: exitMessage(random) },
          },
        ],
  live: ({ health, random }) =>
    health === 'down' ? [{ afterMs: 5_000, health: { is: 'down', error: exitMessage(random) } }] : nothing,
};
