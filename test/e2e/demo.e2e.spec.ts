import type { AgentRow, AgentThroughput } from '@ampora/api-contract';
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { waitUntil } from '../system/wait-until.ts';

describe('serve --demo on an empty data directory', function () {
  this.timeout(300_000);
  let ampora: AmporaProcess;
  before(async () => {
    ampora = await startAmpora({ args: ['--demo', '--no-console'] });
  });
  after(() => ampora.dispose());

  const items = async <Item>(path: string): Promise<readonly Item[]> => {
    const response = await fetch(`${ampora.url}${path}`, { signal: AbortSignal.timeout(10_000) });
    expect(response.status).to.equal(200);
    return ((await response.json()) as { items: Item[] }).items;
  };

  it('soon shows a fleet with a story: agents, configurations, and several kinds of drift', async () => {
    const context = () => ampora.lastOutput();
    await waitUntil('20 agents', async () => (await items('/api/agents?limit=500')).length >= 20, {
      timeoutMs: 60_000,
      context,
    });
    await waitUntil('2 configurations', async () => (await items('/api/configurations')).length >= 2, {
      timeoutMs: 60_000,
      context,
    });
    const states = await waitUntil(
      'three kinds of drift at the same time',
      async () => {
        const rows = await items<AgentRow>('/api/agents?limit=500');
        const seen = new Set(rows.map(({ driftState }) => driftState));
        return seen.size >= 3 && seen.has('in-sync') && seen;
      },
      { timeoutMs: 120_000, everyMs: 500, context },
    );
    expect([...states]).to.include('in-sync');
    const rows = await items<AgentRow>('/api/agents?limit=500');
    expect(new Set(rows.map(({ agentType }) => agentType)).size).to.be.greaterThan(0);
    expect(rows.filter(({ connected }) => connected).length).to.be.at.least(18);
  });

  it('shows what flows through its agents', async () => {
    const rows = await items<AgentRow>('/api/agents?limit=500');
    const told = async ({ id }: AgentRow) => {
      const response = await fetch(`${ampora.url}/api/agents/${id}/throughput`);
      return ((await response.json()) as AgentThroughput).components.some(
        ({ itemsPerSecond }) => (itemsPerSecond ?? 0) > 0,
      );
    };
    await waitUntil(
      'rates of half the fleet',
      async () => (await Promise.all(rows.map(told))).filter(Boolean).length >= rows.length / 2,
      { timeoutMs: 60_000, everyMs: 500, context: () => ampora.lastOutput() },
    );
  });

  it('stops in good order: exit code 0, and nothing of it left running', async () => {
    expect(await ampora.stop()).to.deep.equal({ code: 0, signal: null });
    expect(processesNaming(ampora.dataDirectory)).to.deep.equal([]);
    await fetch(`${ampora.url}/health/live`).then(
      () => expect.fail('somebody still answers'),
      () => undefined,
    );
  });
});

/** Command lines that name the data directory: the server's database does. */
function processesNaming(directory: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(directory));
}
