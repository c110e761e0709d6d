import { execFileSync } from 'node:child_process';
import { buildProgram } from '@ampora/cli';
import { expect } from 'chai';
import type { Command } from '../../../web/src/lib/cli/command-line.ts';
import { commandLine } from '../../../web/src/lib/cli/command-line.ts';
import { parseEventFilter } from '../../../web/src/lib/event/event-filter.ts';
import { parseFleetQuery } from '../../../web/src/lib/fleet/fleet-query.ts';
import { agentCommand } from '../../../web/src/routes/agents/[id]/agent-command.ts';
import {
  configurationCommand,
  configurationsCommand,
} from '../../../web/src/routes/configurations/configurations-command.ts';
import { driftCommand } from '../../../web/src/routes/drift/drift-command.ts';
import { eventsCommand } from '../../../web/src/routes/events/events-command.ts';
import { fleetCommand } from '../../../web/src/routes/fleet/fleet-command.ts';

const id = '0b1f7a3e-2c4d-4e5f-8a9b-0c1d2e3f4a5b';
const at = '2026-03-01T12:00:00.000Z';
const search = (text: string) => new URLSearchParams(text);

/** Each page’s command with everything said that its address can say, and what the program must understand of it. */
const copied: readonly [string, Command, Readonly<Record<string, unknown>>][] = [
  [
    'the fleet',
    fleetCommand(
      parseFleetQuery(
        search(
          `search=it's a "test"&connected=true&healthy=false&flapping=false&driftState=pending,rejected` +
            `&remoteConfigStatus=failed&agentType=a b,c&agentVersion=1.2&osType=linux&configurationId=${id}&sort=-lastSeenAt`,
        ),
      ),
      at,
    ),
    {
      search: `it's a "test"`,
      connected: 'true',
      healthy: 'false',
      flapping: 'false',
      drift: ['pending', 'rejected'],
      status: ['failed'],
      type: ['a b', 'c'],
      agentVersion: ['1.2'],
      os: ['linux'],
      configuration: id,
      sort: '-lastSeenAt',
      at,
    },
  ],
  ['an agent', agentCommand({ id, section: 'health', kind: [] }, at), { at }],
  [
    'an agent’s history',
    agentCommand({ id, section: 'history', kind: ['health', 'config'] }, '42'),
    { kind: ['health', 'config'], at: '42' },
  ],
  ['the configurations', configurationsCommand('edge', at), { search: 'edge', at }],
  ['a configuration', configurationCommand('my edge', null, at), { at }],
  ['a version', configurationCommand('my edge', 3, at), { at }],
  [
    'drift',
    driftCommand({ state: ['rejected', 'changed'], configurationId: id }, at),
    { drift: ['rejected', 'changed'], configuration: id, at },
  ],
  [
    'the events',
    eventsCommand(
      parseEventFilter(
        search(
          `type=A,B&stream=agent-1&streamPrefix=agent-,tenant-&agentId=${id}&actor=me&correlationId=${id}` +
            `&causationId=${id}&tenant=default&since=${at}&until=${at}`,
        ),
      ),
      at,
    ),
    {
      type: ['A', 'B'],
      stream: 'agent-1',
      streamPrefix: ['agent-', 'tenant-'],
      agent: id,
      actor: 'me',
      correlation: id,
      causation: id,
      tenant: 'default',
      since: at,
      until: at,
      at,
    },
  ],
];

describe('a command copied from the console', () => {
  for (const [page, command, expected] of copied) {
    it(`is understood by the command line: ${page}`, () => {
      const line = commandLine(command, 'https://fleet.example');
      const { options, operands } = understood(line);
      expect(options).to.include({ url: 'https://fleet.example' });
      for (const [name, value] of Object.entries(expected)) expect(options[name], name).to.deep.equal(value);
      expect(operands).to.deep.equal(command.words.slice(2));
    });
  }
});

/** What the program makes of the line, as a shell hands it over, without running it. */
function understood(line: string): { options: Record<string, unknown>; operands: readonly string[] } {
  const script = `ampora() { printf '%s\\0' "$@"; }; ${line}`;
  const [group, name, ...rest] = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
  const program = buildProgram('0.0.0');
  const command = program.commands
    .find((candidate) => candidate.name() === group)
    ?.commands.find((candidate) => candidate.name() === name);
  if (command === undefined) throw new Error(`There is no ampora ${group} ${name}`);
  const { operands, unknown } = command.parseOptions(rest);
  // The only option of the program itself; all others must be the command’s own.
  const outer = program.parseOptions(unknown);
  expect(outer.unknown, 'options that nobody knows').to.deep.equal([]);
  return { options: { ...program.opts(), ...command.opts() }, operands: [...operands, ...outer.operands] };
}
