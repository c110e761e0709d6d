import { setTimeout as sleep } from 'node:timers/promises';
import type { CharacterMix, Fleet, FleetStatistics } from '@ampora/fleet-sim';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { toCount, toDurationMs } from '../output/api-command.ts';
import { spanText } from '../output/time-text.ts';

interface SimOptions {
  readonly agents: number;
  readonly endpoint: string;
  readonly characters?: CharacterMix;
  readonly http: number;
  readonly seed: number;
  readonly duration?: number;
  readonly heartbeat: number;
  readonly connectRate: number;
  readonly changes: number;
  readonly pace: number;
  readonly ownMetrics?: number;
  readonly ledger?: string;
  readonly output: 'text' | 'json';
}

export function register(program: Command): void {
  program
    .command('sim')
    .description('Run simulated agents: real OpAMP clients over real sockets')
    .option('--agents <count>', 'how many', toCount, 25)
    .option('--endpoint <url>', 'where to', 'ws://127.0.0.1:4320/v1/opamp')
    .option('--characters <mix>', 'parts by character: healthy=80,flaps=5,observer=15', toMix)
    .option('--http <percent>', 'how many poll over plain HTTP', toNumber(0, 100), 0)
    .option('--seed <number>', 'the same seed brings the same agents', toNumber(0, 2 ** 32 - 1), 1)
    .option('--duration <time>', 'stop after this long, such as 60s (default: Ctrl-C)', toDurationMs)
    .option('--heartbeat <time>', 'silence before a heartbeat, and polling interval', toDurationMs, 30_000)
    .option('--connect-rate <per-second>', 'first connections a second', toNumber(1, 1_000_000), 500)
    .option('--changes <percent>', 'agents whose health changes each minute', toNumber(0, 600_000), 0)
    .option('--pace <factor>', 'factor on every delay of a character', toNumber(0.001, 1_000), 1)
    .option('--own-metrics <time>', 'send own metrics this often to where the server tells', toDurationMs)
    .option('--ledger <file>', 'append every answered report that changed something, as JSON lines')
    .option('-o, --output <format>', 'text, or json for the statistics at the end', 'text')
    .action(simulate);
}

const ttyEveryMs = 500;
const plainEveryMs = 5_000;

async function simulate(options: SimOptions): Promise<void> {
  const { createFleet } = await import('@ampora/fleet-sim');
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const fleet = createOrExplain(() =>
    createFleet({
      endpoint: options.endpoint,
      agents: options.agents,
      httpShare: options.http / 100,
      seed: options.seed,
      heartbeatMs: options.heartbeat,
      connectRate: options.connectRate,
      changesPerMinute: options.changes / 100,
      pace: options.pace,
      ...(options.characters === undefined ? {} : { characters: options.characters }),
      ...(options.ownMetrics === undefined ? {} : { ownMetrics: { everyMs: options.ownMetrics } }),
      ...(options.ledger === undefined ? {} : { ledgerPath: options.ledger }),
    }),
  );
  const startedMs = performance.now();
  const end = options.duration === undefined ? undefined : setTimeout(() => stop.abort(), options.duration);
  const starting = startOrExplain(fleet, options.ledger);
  try {
    const watching = watch(fleet, stop.signal);
    await Promise.race([starting.then(() => watching), watching]);
  } finally {
    clearTimeout(end);
    stop.abort();
    clearLine();
  }
  const statistics = fleet.statistics();
  console.error(`Saying goodbye for ${statistics.connected} agents …`);
  await fleet.stop();
  report(statistics, performance.now() - startedMs, options.output);
  // Where not one agent was ever answered, the fleet has proven nothing.
  if (statistics.answers === 0)
    throw new CommandFailure(
      `No agent was answered at ${options.endpoint}. Is a server there (ampora serve)?`,
      exitCodes.unreachable,
    );
}

async function startOrExplain(fleet: Fleet, ledger: string | undefined): Promise<void> {
  try {
    await fleet.start();
  } catch (error) {
    const { code = 'failed', message } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      `The ledger ${ledger} cannot be written (${code}): ${message}`,
      exitCodes.failed,
    );
  }
}

function createOrExplain(create: () => Fleet): Fleet {
  try {
    return create();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError)
      throw new CommandFailure(error.message, exitCodes.usage);
    throw error;
  }
}

/** One line that is written over on a terminal; a line now and then elsewhere. Ends with the signal. */
async function watch(fleet: Fleet, signal: AbortSignal): Promise<void> {
  const isTty = process.stderr.isTTY;
  let before = { statistics: fleet.statistics(), atMs: performance.now() };
  while (!signal.aborted) {
    await sleep(isTty ? ttyEveryMs : plainEveryMs, undefined, { signal }).catch(() => undefined);
    const now = { statistics: fleet.statistics(), atMs: performance.now() };
    const line = lineOf(now.statistics, before.statistics, now.atMs - before.atMs);
    fleet.clearLatencies();
    before = now;
    if (isTty) process.stderr.write(`\r\u001b[K${line.slice(0, process.stderr.columns - 1)}`);
    else console.error(line);
  }
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

function lineOf(now: FleetStatistics, before: FleetStatistics, elapsedMs: number): string {
  const perSecond = (count: (statistics: FleetStatistics) => number) =>
    Math.round(((count(now) - count(before)) / Math.max(elapsedMs, 1)) * 1000);
  const parts = [
    `${now.connected}/${now.agents} connected`,
    `${perSecond(({ answers }) => answers)} answers/s`,
    `p50 ${msText(now.latencyP50Ms)} p99 ${msText(now.latencyP99Ms)}`,
    `offers ${now.offers}`,
    `applied ${now.applied}`,
    `failed ${now.failed}`,
  ];
  if (now.repeatedOffers > 0) parts.push(`repeated ${now.repeatedOffers}`);
  const errors = Object.values(now.errors).reduce((sum, count) => sum + count, 0);
  if (errors > 0) parts.push(`errors ${errors}`);
  return parts.join(' | ');
}

function report(statistics: FleetStatistics, elapsedMs: number, output: SimOptions['output']): void {
  if (output === 'json') {
    console.log(JSON.stringify({ elapsedMs: Math.round(elapsedMs), ...statistics }, undefined, 2));
    return;
  }
  const { errors, ...counts } = statistics;
  console.log(`Ran for ${spanText(elapsedMs)}.`);
  for (const [name, value] of Object.entries(counts))
    if (value !== undefined && !name.startsWith('latency')) console.log(`  ${name.padEnd(18)} ${value}`);
  for (const [kind, count] of Object.entries(errors)) console.log(`  error ${kind.padEnd(12)} ${count}`);
}

function msText(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

function toNumber(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (text.trim() !== '' && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a number from ${least} to ${most}.`);
  };
}

const knownCharacters = [
  'healthy',
  'slow-to-apply',
  'refuses-config',
  'edits-own-config',
  'flaps',
  'half-open',
  'restarts-with-new-uid',
  'never-answers',
  'observer',
] as const satisfies readonly (keyof CharacterMix)[];

function toMix(text: string): CharacterMix {
  const mix: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [name = '', amount = '1'] = part.split('=');
    if (!(knownCharacters as readonly string[]).includes(name))
      throw new InvalidArgumentError(`“${name}” is no character. There are ${knownCharacters.join(', ')}.`);
    mix[name] = toNumber(0, 1_000_000)(amount);
  }
  return mix;
}
