import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentRow, createClient, type GroupRow } from '@ampora/api-contract';
import { exitCodes } from '@ampora/cli';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { runCli } from '../system/run-cli.ts';
import { waitUntil } from '../system/wait-until.ts';

const text = (name: string) => `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
exporters:
  debug/${name}:
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug/${name}]
`;
const agents = 6;

describe('groups, from the command line to the agents', function () {
  this.timeout(180_000);
  let ampora: AmporaProcess;
  let fleet: Fleet;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-groups-'));
    ampora = await startAmpora({ args: ['--no-console'] });
    fleet = createFleet({
      endpoint: ampora.opampEndpoint('websocket'),
      agents,
      seed: 5,
      heartbeatMs: 2_000,
      pace: 0.05,
      characters: { healthy: 1 },
    });
    await fleet.start();
    await waitUntil('the fleet being connected', () => fleet.statistics().acknowledged === agents);
    await ampora.client.caughtUp();
  });
  after(async () => {
    await fleet.stop();
    await ampora.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const cli = async (...args: string[]) => {
    const run = await runCli(args, { env: { AMPORA_URL: ampora.url } });
    expect(run.code, `${args.join(' ')}: ${run.stderr}`).to.equal(exitCodes.ok);
    return run;
  };
  const rowsOf = async <Row>(...args: string[]): Promise<readonly Row[]> =>
    (JSON.parse((await cli(...args, '-o', 'json')).stdout) as { items: Row[] }).items;
  const membersOf = (group: string) => rowsOf<AgentRow>('groups', 'members', group);
  const apply = async (name: string) => {
    const path = join(folder, `${name}.yaml`);
    await writeFile(path, text(name));
    await cli('configs', 'apply', '-f', path, '--name', name, '--publish');
  };
  const until = (what: string, isSo: (rows: readonly AgentRow[]) => boolean) =>
    waitUntil(what, async () => isSo((await createClient({ baseUrl: ampora.url })('listAgents', {})).items), {
      timeoutMs: 60_000,
    });
  const runs = (row: AgentRow, name: string) =>
    row.assigned?.name === name && row.driftState === 'in-sync' && row.remoteConfigStatus === 'applied';

  it('members run what their group is assigned, the others what all run, and a deleted group takes it back', async () => {
    await apply('of-all');
    await apply('of-group');
    const [one, two, three] = await rowsOf<AgentRow>('agents', 'list', '--sort', 'displayName');
    await cli('groups', 'create', 'Edge', '--description', 'beside the shops');
    const refused = await runCli(['groups', 'create', 'EDGE'], { env: { AMPORA_URL: ampora.url } });
    expect([refused.code, refused.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === exitCodes.refused && said.includes('already'),
    );
    await cli('groups', 'add', 'edge', one!.displayName, two!.id);
    await cli('groups', 'assign', 'edge', 'of-group');
    await cli('configs', 'assign', 'of-all', 'all');
    await until('two agents running what the group runs, and the others what all run', (rows) =>
      rows.every((row) => runs(row, [one!.id, two!.id].includes(row.id) ? 'of-group' : 'of-all')),
    );
    expect((await membersOf('edge')).map(({ assignedBy }) => assignedBy)).to.deep.equal(['group', 'group']);
    const [group] = await rowsOf<GroupRow>('groups', 'list');
    expect(group).to.include({ members: 2, connected: 2, inSync: 2 });

    await cli('agents', 'label', two!.id, 'ring=canary', 'owner=me');
    const labelled = await rowsOf<AgentRow>('agents', 'list', '--label', 'ring:canary');
    expect(labelled.map(({ id }) => id)).to.deep.equal([two!.id]);
    await cli('groups', 'create', 'Plain');
    await cli('agents', 'move', three!.id, 'plain');
    expect((await membersOf('Plain')).map(({ id }) => id)).to.deep.equal([three!.id]);
    await cli('agents', 'move', three!.id, '--out');
    expect(await membersOf('Plain')).to.deep.equal([]);
    await cli('groups', 'delete', 'Plain', '--yes');

    await cli('groups', 'delete', 'Edge', '--yes');
    await until('every agent running what all run', (rows) => rows.every((row) => runs(row, 'of-all')));
    expect(await rowsOf('groups', 'list')).to.deep.equal([]);
    const { stderr } = await cli('groups', 'restore', 'Edge', '--with-members');
    expect(stderr).to.contain('2 of its 2 members');
    expect((await membersOf('edge')).map(({ assigned }) => assigned?.name)).to.deep.equal([
      'of-group',
      'of-group',
    ]);
  });
});
