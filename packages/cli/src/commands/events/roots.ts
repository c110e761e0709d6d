import type { SealedRoot } from '@ampora/api-contract';
import type { Command } from 'commander';
import { allPages, collect, pageSize } from '../../output/all-pages.ts';
import { apiAction, type ApiCall, toCount } from '../../output/api-command.ts';
import { outputOption, type OutputFormat, printList } from '../../output/output-format.ts';
import { timeText } from '../../output/time-text.ts';

interface RootsOptions {
  readonly seal?: boolean;
  readonly checkpoint?: boolean;
  readonly limit: number;
  readonly output: OutputFormat;
}

export function register(events: Command): void {
  events
    .command('roots')
    .description('The signed roots of the history, newest first')
    .option('--seal', 'seal the history up to now, first')
    .option('--checkpoint', 'print the newest as the signed note that it is, to be kept or compared')
    .option('--limit <count>', 'rows at the most', toCount, 20)
    .addOption(outputOption())
    .action(apiAction(roots));
}

async function roots({ call, options }: ApiCall<RootsOptions>): Promise<void> {
  const { seal = false, checkpoint = false, output } = options;
  if (seal) {
    const { sealed, root } = await call('sealNow', {});
    if (!sealed) console.error(root === null ? 'There is nothing to seal.' : 'All was sealed already.');
  }
  const limit = checkpoint ? 1 : options.limit;
  const page = (cursor: string | undefined) =>
    call('listRoots', {
      query: { limit: Math.min(limit, pageSize), ...(cursor === undefined ? {} : { cursor }) },
    });
  const rows = await collect(allPages(page, limit));
  if (checkpoint) process.stdout.write(rows[0]?.checkpoint ?? '');
  else printList(rows, output, listing);
}

const listing = {
  columns: [
    { title: 'SEALED', of: ({ sealedAt }: SealedRoot) => timeText(sealedAt) },
    { title: 'EVENTS', of: ({ treeSize }: SealedRoot) => String(treeSize), align: 'right' as const },
    { title: 'UP TO', of: ({ position }: SealedRoot) => position, align: 'right' as const },
    { title: 'KEY', of: ({ keyId }: SealedRoot) => keyId },
    { title: 'ROOT', of: ({ rootHash }: SealedRoot) => rootHash },
  ],
  nameOf: ({ rootHash }: SealedRoot) => rootHash,
  none: 'Nothing is sealed yet. ampora events roots --seal does it now.',
};
