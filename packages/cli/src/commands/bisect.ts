import type { Bisection, BisectSuspect } from '@ampora/api-contract';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { apiAction, type ApiCall, toCount } from '../output/api-command.ts';
import { printDocument, printFields } from '../output/output-format.ts';
import { resolveAgentId } from '../output/resolve.ts';
import { printable } from '../output/table.ts';
import { timeText } from '../output/time-text.ts';

interface BisectOptions {
  readonly good?: string;
  readonly bad?: string;
  readonly limit: number;
  readonly output: 'table' | 'json' | 'yaml';
}

export function register(program: Command): void {
  program
    .command('bisect')
    .description(
      'Which change made an agent unhealthy: what touched it, ranked by whom else that touched. Exit code 1 when nothing is suspect',
    )
    .argument('<agent>', 'its id, instance uid or exact name')
    .option('--good <moment>', 'when it was healthy: a time or a position (default: before its last turn)')
    .option('--bad <moment>', 'when it was not (default: soon after its last turn)')
    .option('--limit <count>', 'suspects shown at the most', toCount, 10)
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table'),
    )
    .action(apiAction(bisect));
}

async function bisect({ call, options }: ApiCall<BisectOptions>, given: string): Promise<void> {
  const { good, bad, limit, output } = options;
  const id = await resolveAgentId(call, given);
  const query = { ...(good === undefined ? {} : { good }), ...(bad === undefined ? {} : { bad }) };
  const found = await call('bisectAgent', { params: { id }, query });
  if (output !== 'table') printDocument(found, output);
  else print(found, limit);
  if (found.suspects.length === 0)
    throw new CommandFailure(
      `Nothing that is recorded touched ${printable(found.agent.displayName)} between the two moments. Look further back with --good, or at what is not Ampora's: hosts, networks, back ends.`,
      exitCodes.failed,
    );
}

function print(found: Bisection, limit: number): void {
  const { agent, good, bad, turn, affected, unaffected, suspects, isClear, others } = found;
  printFields(
    (
      [
        ['Agent', `${agent.displayName} (${agent.id})`],
        ['Healthy', `${timeText(good.at)} (position ${good.position})`],
        ['Turned', `${timeText(turn.at)} (position ${turn.position})`],
        ['Unhealthy', `${timeText(bad.at)} (position ${bad.position}) ${bad.lastError}`.trim()],
        ['Affected', `${affected.count} ${affected.count === 1 ? 'agent' : 'agents'} fell ill in that time`],
        ['Unaffected', `${unaffected.count} stayed healthy`],
        ['Elsewhere', others === 0 ? '' : `${others} changes did not touch this agent`],
      ] as const
    ).map(([label, value]) => [label, printable(value)] as const),
  );
  if (suspects.length === 0) return;
  console.log(
    isClear
      ? '\nThe first stands out:'
      : '\nNo suspect stands out; the likeliest first. Trying halves of the fleet would tell them apart:',
  );
  suspects.slice(0, limit).forEach((suspect, index) => printSuspect(suspect, index + 1));
  if (suspects.length > limit) console.log(`  and ${suspects.length - limit} more (--limit)`);
}

function printSuspect(suspect: BisectSuspect, place: number): void {
  const { summary, score, actor, at, position, reason, detail, entity } = suspect;
  const who = actor === '' ? '' : ` by ${actor}`;
  const lines = [
    `${String(place).padStart(3)}. ${summary}  [${score.toFixed(2)}]`,
    `     ${timeText(at)}${who}, position ${position}, ${entity.type} ${entity.name}`,
    ...(detail === '' ? [] : [`     ${detail.split('\n', 1)[0] ?? ''}`]),
    `     ${reason}`,
  ];
  for (const line of lines) console.log(printable(line));
}
