import type { Command } from 'commander';
import { register as compare } from './compare.ts';
import { register as control } from './control.ts';
import { register as list } from './list.ts';
import { register as rebuild } from './rebuild.ts';

export function register(program: Command): void {
  const projections = program
    .command('projections')
    .description('Read models: how far they are, building them anew, versions side by side');
  for (const add of [list, rebuild, compare, control]) add(projections);
}
