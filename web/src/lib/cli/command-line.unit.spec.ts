import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { commandLine } from './command-line.ts';

const local = 'http://localhost:8080';

describe('a command line', () => {
  it('leaves out what was not said, and the server that the command asks anyway', () => {
    const words = ['agents', 'list'];
    expect(
      commandLine(
        {
          words,
          options: [
            ['--search', ''],
            ['--type', []],
            ['--os', null],
          ],
          at: null,
        },
        local,
      ),
    ).to.equal('ampora agents list');
  });

  it('names the moment and another server', () => {
    expect(
      commandLine({ words: ['configs', 'list'], options: [], at: '42' }, 'https://fleet.example'),
    ).to.equal('ampora configs list --at 42 --url https://fleet.example');
  });

  it('joins lists, and ties a value with a leading dash to its option', () => {
    const options = [
      ['--type', ['a', 'b']],
      ['--sort', '-lastSeenAt'],
    ] as const;
    expect(commandLine({ words: ['agents', 'list'], options, at: null }, local)).to.equal(
      'ampora agents list --type a,b --sort=-lastSeenAt',
    );
  });

  it('reaches the program letter by letter, whatever is in it', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((value) => !value.includes('\0') && value.trim() !== '');
    fc.assert(
      fc.property(text, (value) => {
        const line = commandLine(
          { words: ['agents', 'list'], options: [['--search', value]], at: null },
          local,
        );
        const script = `ampora() { printf '%s\\0' "$@"; }; ${line}`;
        const given = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
        const expected = value.startsWith('-') ? [`--search=${value}`] : ['--search', value];
        expect(given).to.deep.equal(['agents', 'list', ...expected]);
      }),
      { numRuns: 40 },
    );
  });
});
