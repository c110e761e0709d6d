import { expect } from 'chai';
import type { Command } from 'commander';
import { buildProgram } from '../build-program.ts';

/** Commands that read and take no moment, each with the reason. */
const onlyOfThePresent: Readonly<Record<string, string>> = {
  'audit retention': 'it tells how the audit log is kept, which is a matter of the present',
  'events export': 'it takes the positions or times to begin and to end at',
  'events roots': 'a signed root never changes, and names its position',
  'events keys': 'keys are in the vault, not in the log',
  'projections list': 'how the read models are doing is not in the log',
};

/** Every command that gives lists and details, by its whole name. */
const readers =
  /^(?:agents|audit|events|why|configs (?:list|show|diff)|groups (?:list|show|members)|projections list)/;
/** They work on a file, or change something. */
const noReaders = /^(?:events verify|agents (?:move|label|bulk .+))$/;

function* leavesOf(command: Command, path: readonly string[] = []): Generator<readonly [string, Command]> {
  for (const below of command.commands) {
    const name = [...path, below.name()];
    if (below.commands.length > 0) yield* leavesOf(below, name);
    else yield [name.join(' '), below];
  }
}

describe('the commands that read', () => {
  const reading = [...leavesOf(buildProgram('0'))].filter(
    ([name]) => readers.test(name) && !noReaders.test(name),
  );

  it('take --at, or it is said why not', () => {
    const without = reading
      .filter(([, command]) => !command.options.some(({ long }) => long === '--at'))
      .map(([name]) => name);
    expect(without.filter((name) => !(name in onlyOfThePresent))).to.deep.equal([]);
    expect(reading.length).to.be.greaterThan(8);
  });
});
