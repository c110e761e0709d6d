import { createClient } from '@ampora/api-contract';
import { DecisionReplay, type ReplayedStep } from '@ampora/replay';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { compareFleets } from './compare-fleets.ts';
import { openSlice, type OpenedSlice, type SliceOptions } from './open-slice.ts';
import { isChange } from './places.ts';
import { type StepView, viewStep, type ViewOptions } from './replay-view.ts';
import { lineOfStep, pageOfStep } from './step-text.ts';
import { keysHelp, stepThrough } from './step-through.ts';

export interface ReplayCommandOptions extends SliceOptions {
  readonly data?: string;
  readonly keep?: boolean;
  readonly steps?: boolean;
  readonly backwards?: boolean;
  readonly changes?: boolean;
  readonly output: 'table' | 'json';
  /** False with `--no-console`. */
  readonly console: boolean;
  /** False with `--no-compare`. */
  readonly compare: boolean;
}

/** Loads the slice into a server of its own, decides everything again, and steps through it. */
export async function runReplay({ call, url, options }: ApiCall<ReplayCommandOptions>): Promise<void> {
  const slice = await openSlice(call, url, options);
  const steps = decideAgain(slice);
  const isInteractive = options.steps !== true && process.stdin.isTTY && process.stdout.isTTY;
  const { startReplay } = await import('@ampora/server');
  const replay = await startReplay({
    events: slice.events,
    webConsole: options.console,
    ...(options.data === undefined ? {} : { dataDirectory: options.data }),
    isKept: options.keep === true,
  });
  const stop = stopOnce(() => replay.stop());
  try {
    tellLoaded(slice, replay);
    const isOurs = options.file === undefined && !slice.isScrubbed && options.compare;
    const view: ViewOptions = {
      call: createClient({ baseUrl: replay.url }),
      ...(isOurs ? { source: call } : {}),
    };
    if (isInteractive) await walk(steps, view);
    else {
      const different = await print(steps, view, options);
      const fleets = await compareFleets(view, slice);
      if (fleets !== '') console.error(fleets);
      if (different > 0 || fleets.startsWith('≠'))
        throw new CommandFailure(
          'Decided again, or shown again, it is not the same: see the lines marked ≠.',
          exitCodes.differences,
        );
    }
  } finally {
    await stop();
    if (options.keep === true) console.error(`Kept in ${replay.dataDirectory}.`);
  }
}

/** Every event from the beginning of what was loaded; the steps are those of the slice. */
function decideAgain({ events, from, to }: OpenedSlice): readonly ReplayedStep[] {
  const decisions = new DecisionReplay();
  const steps: ReplayedStep[] = [];
  for (const event of events) {
    const step = decisions.take(event);
    if (event.position >= from && event.position <= to) steps.push(step);
  }
  return steps;
}

function tellLoaded(slice: OpenedSlice, replay: { readonly url: string }): void {
  const { events, from, to, prefix, isScrubbed } = slice;
  const before = {
    none: 'nothing before it',
    whole: 'everything before it',
    'touched streams': 'before it the streams that it touches, from their beginning',
  }[prefix];
  console.error(
    `Loaded ${events.length} events: positions ${from} to ${to}, and ${before}${isScrubbed ? '; scrubbed' : ''}.`,
  );
  console.error(`Its console, at the first of them: ${replay.url}/fleet?at=${from}`);
}

async function walk(steps: readonly ReplayedStep[], view: ViewOptions): Promise<void> {
  await stepThrough(steps, async (index) => {
    const step = steps[index];
    if (!step) return;
    const page = pageOfStep(await viewStep(step, view), { index, count: steps.length });
    process.stdout.write(`\u001b[2J\u001b[H${page.join('\n')}\n\n${keysHelp}\n`);
  });
}

/** Prints every step and answers how many differ. */
async function print(
  steps: readonly ReplayedStep[],
  view: ViewOptions,
  { backwards = false, changes = false, output }: ReplayCommandOptions,
): Promise<number> {
  const chosen = changes ? steps.filter(isChange) : steps;
  const counts = { identical: 0, different: 0, 'not-decided': 0 };
  const sources = { identical: 0, different: 0, 'not compared': 0 };
  for await (const shown of viewsOf(backwards ? chosen.toReversed() : chosen, view)) {
    counts[shown.verdict]++;
    sources[shown.source]++;
    console.log(output === 'json' ? JSON.stringify(shown) : lineOfStep(shown));
  }
  console.error(
    `${chosen.length} events decided again: ${counts.identical} identical, ${counts.different} different, ` +
      `${counts['not-decided']} with nothing to decide. Compared with the source: ${sources.identical} identical, ` +
      `${sources.different} different, ${sources['not compared']} not compared.`,
  );
  return counts.different;
}

const AT_ONCE = 8;

/** Views in the order of the steps, a few asked for at once. */
async function* viewsOf(steps: readonly ReplayedStep[], view: ViewOptions): AsyncGenerator<StepView> {
  for (let start = 0; start < steps.length; start += AT_ONCE)
    yield* await Promise.all(steps.slice(start, start + AT_ONCE).map((step) => viewStep(step, view)));
}

/** Ctrl-C ends the replay in order too. */
function stopOnce(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const once = (): Promise<void> => (stopped ??= stop());
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      void once().finally(() => process.exit(exitCodes.failed));
    });
  return once;
}
