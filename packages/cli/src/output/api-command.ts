import { randomUUID } from 'node:crypto';
import { type Client, createClient, PlannedOnly, sourceHeader } from '@ampora/api-contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { explainRequestFailure } from './explain-failure.ts';
import type { OutputFormat } from './output-format.ts';
import { printPlan } from './print-plan.ts';

const defaultUrl = 'http://localhost:8080';

/** `--url`, before or after the command's name. */
export function urlOption(): Option {
  return new Option('--url <url>', 'the server to ask')
    .env('AMPORA_URL')
    .default(defaultUrl)
    .argParser(toServerUrl);
}

/** What a command that talks to a server is run with. */
export interface ApiCall<Options> {
  readonly call: Client;
  readonly url: string;
  readonly options: Options;
}

/** An action that talks to the server of `--url`; what its requests throw ends it with one message and a documented exit code. */
export function apiAction<Options, Arguments extends unknown[]>(
  run: (context: ApiCall<Options>, ...given: Arguments) => Promise<void>,
): (...all: [...Arguments, Options, Command]) => Promise<void> {
  return async (...all) => {
    const command = all.at(-1) as Command;
    const given = all.slice(0, -2) as Arguments;
    const options = command.optsWithGlobals() as Options & { url?: string };
    const url = options.url ?? defaultUrl;
    try {
      // All that one command does belongs together, however many requests it takes.
      const headers = { 'x-correlation-id': randomUUID(), [sourceHeader]: 'cli' };
      await run({ call: createClient({ baseUrl: url, headers }), url, options }, ...given);
    } catch (error) {
      throw explainRequestFailure(error, url);
    }
  };
}

/** `--dry-run` of a command that writes: see `plannedAction`. */
export function dryRunOption(): Option {
  return new Option('--dry-run', 'print whom and what it would touch, and change nothing');
}

/** An `apiAction` that takes `--dry-run`: then its first write answers with what it would do, which is printed. */
export function plannedAction<Options, Arguments extends unknown[]>(
  run: (context: ApiCall<Options>, ...given: Arguments) => Promise<void>,
): (...all: [...Arguments, Options, Command]) => Promise<void> {
  return async (...all) => {
    const options = (all.at(-1) as Command).optsWithGlobals() as { dryRun?: boolean; output?: OutputFormat };
    const tried = apiAction<Options, Arguments>(async ({ url, ...context }, ...given) => {
      if (!options.dryRun) return run({ url, ...context }, ...given);
      const call = createClient({
        baseUrl: url,
        dryRun: true,
        headers: { 'x-correlation-id': randomUUID() },
      });
      try {
        await run({ url, options: context.options, call }, ...given);
      } catch (error) {
        if (!(error instanceof PlannedOnly)) throw error;
        printPlan(error.plan, options.output ?? 'table');
      }
    });
    await tried(...all);
  };
}

function toServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new InvalidArgumentError('It is an address such as http://localhost:8080.');
  return text.replace(/\/+$/, '');
}

export function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= 1_000_000) return count;
  throw new InvalidArgumentError('It is a whole number from 1 to 1000000.');
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `500ms`, `60s`, `5m`, `1h`; a bare number is seconds. */
export function toDurationMs(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It is a duration such as 500ms, 60s, 5m or 1h.');
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}

/** A repeated or comma-separated option. */
export function toList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}
