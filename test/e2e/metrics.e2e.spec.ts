import { spawnSync } from 'node:child_process';
import { createFleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { waitUntil } from '../system/wait-until.ts';

/** Prometheus' own judge of metrics (Debian package prometheus). */
const promtool = process.env['AMPORA_PROMTOOL'] ?? 'promtool';
const hasPromtool = spawnSync(promtool, ['--version']).status === 0;
const agents = 10;

/** The sum of all samples of a metric. */
function sumOf(body: string, name: string): number {
  const samples = body.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
}

describe('the metrics of a working server', function () {
  this.timeout(120_000);
  let ampora: AmporaProcess;
  let body: string;
  before(async () => {
    ampora = await startAmpora({ args: ['--no-console'] });
    const fleet = createFleet({
      endpoint: ampora.opampEndpoint('websocket'),
      agents,
      httpShare: 0.3,
      heartbeatMs: 1_000,
    });
    await fleet.start();
    await waitUntil('the fleet being answered', () => fleet.statistics().acknowledged === agents);
    await ampora.client.caughtUp();
    const response = await fetch(`${ampora.url}/metrics`);
    expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
    body = await response.text();
    await fleet.stop();
  });
  after(() => ampora.dispose());

  it('count what was done', () => {
    for (const [name, least] of [
      ['ampora_opamp_frames_received_total', agents],
      ['ampora_opamp_frames_sent_total', agents],
      ['ampora_opamp_acknowledge_duration_seconds_count', agents],
      ['ampora_event_log_events_appended_total', agents],
      ['ampora_event_log_append_duration_seconds_count', 1],
      ['ampora_projection_position', agents],
      ['ampora_projection_events_total', agents],
      ['ampora_projection_batch_duration_seconds_count', 1],
      ['ampora_db_query_duration_seconds_count', 1],
      ['ampora_http_request_duration_seconds_count', 1],
    ] as const)
      expect(sumOf(body, name), name).to.be.at.least(least);
    expect(sumOf(body, 'ampora_projection_failures_total')).to.equal(0);
    expect(sumOf(body, 'ampora_opamp_frames_rejected_total')).to.equal(0);
  });

  it(`please promtool${hasPromtool ? '' : ' (skipped: needs promtool)'}`, function () {
    if (!hasPromtool) this.skip();
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
      input: body,
      encoding: 'utf8',
    });
    expect(stdout + stderr).to.equal('');
    expect(status).to.equal(0);
  });
});
