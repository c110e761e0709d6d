import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { answerParent } from '../processes/answer-parent.ts';

/** Baseline of P11: the rows of the log as PostgreSQL itself copies them out, read and thrown away. */
const connectionString = process.env.BENCH_DATABASE ?? '';

/** Bytes read. */
async function copyOut(): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    let bytes = 0;
    for await (const piece of client.query(copyTo('copy log.events to stdout')))
      bytes += (piece as Buffer).length;
    return bytes;
  } finally {
    await client.end();
  }
}

const requests = { copyOut };
export type BareCopyRequests = typeof requests;

answerParent(requests);
