import { execFileSync } from 'node:child_process';
import { buildProgram } from '@ampora/cli';
import { expect } from 'chai';

/** What the console’s pages make of their state. The console is no package of this one’s, so it is loaded by its path. */
interface Copied {
  readonly words: readonly string[];
}
type Make = (...said: readonly unknown[]) => Copied;
type Parse = (search: URLSearchParams) => unknown;

async function fromConsole<Module>(path: string): Promise<Module> {
  const url = new URL(`../../../web/src/${path}`, import.meta.url);
  return (await import(url.href)) as Module;
}

const { commandLine } = await fromConsole<{ commandLine: (command: Copied, server: string) => string }>(
  'lib/cli/command-line.ts',
);
const { parseEventFilter } = await fromConsole<{ parseEventFilter: Parse }>('lib/event/event-filter.ts');
const { parseFleetQuery } = await fromConsole<{ parseFleetQuery: Parse }>('lib/fleet/fleet-query.ts');
const { parseAuditQuery } = await fromConsole<{ parseAuditQuery: Parse }>('routes/audit/audit-query.ts');
const { agentCommand } = await fromConsole<{ agentCommand: Make }>('routes/agents/[id]/agent-command.ts');
const { applyCommand, compareCommand, configurationCommand, configurationsCommand } = await fromConsole<{
  applyCommand: Make;
  compareCommand: Make;
  configurationCommand: Make;
  configurationsCommand: Make;
}>('routes/configurations/configurations-command.ts');
const { lintRulesCommand } = await fromConsole<{ lintRulesCommand: Make }>(
  'routes/settings/lint-rules/lint-rules-command.ts',
);
const { driftCommand } = await fromConsole<{ driftCommand: Make }>('routes/drift/drift-command.ts');
const { eventsCommand } = await fromConsole<{ eventsCommand: Make }>('routes/events/events-command.ts');
const { groupCommand, groupsCommand, previewCommand } = await fromConsole<{
  groupCommand: Make;
  groupsCommand: Make;
  previewCommand: Make;
}>('lib/group/groups-command.ts');
const { fleetCommand } = await fromConsole<{ fleetCommand: Make }>('routes/fleet/fleet-command.ts');
const { auditCommand } = await fromConsole<{ auditCommand: Make }>('routes/audit/audit-command.ts');

const id = '0b1f7a3e-2c4d-4e5f-8a9b-0c1d2e3f4a5b';
const at = '2026-03-01T12:00:00.000Z';
const search = (text: string) => new URLSearchParams(text);

/** Each page’s command with everything said that its address can say, and what the program must understand of it. */
const copied: readonly [string, Copied, Readonly<Record<string, unknown>>][] = [
  [
    'the fleet',
    fleetCommand(
      parseFleetQuery(
        search(
          `search=it's a "test"&connected=true&healthy=false&flapping=false&driftState=pending,rejected` +
            `&remoteConfigStatus=failed&agentType=a b,c&agentVersion=1.2&osType=linux&configurationId=${id}&groupId=none` +
            `&label=team:a,b,ring:canary&sort=-lastSeenAt`,
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
      group: 'none',
      label: ['team:a,b', 'ring:canary'],
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
  ['a new configuration', applyCommand('edge one'), { file: ['config.yaml'], name: 'edge one' }],
  ['a comparison', compareCommand('edge', 1, 3, at), { at }],
  [
    'the groups',
    groupsCommand({ search: 'edge', mode: 'dynamic', deleted: true }, at),
    { search: 'edge', mode: 'dynamic', deleted: true, at },
  ],
  ['a group', groupCommand('show', 'my group', at), { at }],
  ['members of a group', groupCommand('members', id, at), { at }],
  [
    'what a selector would do',
    previewCommand({ group: id, selector: `ring = "it's"`, priority: -3 }),
    { selector: `ring = "it's"`, priority: -3 },
  ],
  ['the lint rules', lintRulesCommand(at), { at }],
  [
    'the audit log',
    auditCommand(
      parseAuditQuery(
        search(
          `actor=loopback&action=Published,Assigned&entityType=Configuration&entityId=${id}&since=${at}&until=${at}` +
            `&text=edge&includeArchive=true`,
        ),
      ),
      at,
    ),
    {
      actor: 'loopback',
      action: ['Published', 'Assigned'],
      entityType: ['Configuration'],
      entityId: id,
      since: at,
      until: at,
      text: 'edge',
      includeArchive: true,
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
