import { existsSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { expect } from 'chai';

/** The niceness of a thread or process, from its statistics. */
function nicenessOf(task: string): number {
  const text = readFileSync(`/proc/${task}/stat`, 'utf8').replace(/^.*\) /s, '');
  return Number(text.split(' ')[16]);
}

/** Of the system, where it has such a setting. */
function readSetting(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

describe('a thread that rebuilds', () => {
  it('steps back behind all others, with the database’s processes that work for it', async function () {
    if (process.platform !== 'linux') {
      this.test!.title += ' (skipped: needs Linux)';
      this.skip();
    }
    const database = await (await throwAwayPostgres()).createDatabase();
    try {
      const worker = new Worker(
        `import { readlinkSync } from 'node:fs';
         import { parentPort, workerData } from 'node:worker_threads';
         const pg = (await import(workerData.pg)).default;
         const { stepBack } = await import(workerData.stepBack);
         const pool = new pg.Pool({ connectionString: workerData.connectionString, max: 1 });
         stepBack(pool);
         const { rows } = await pool.query('select pg_backend_pid() as pid');
         parentPort.postMessage({ task: readlinkSync('/proc/thread-self'), pid: rows[0].pid });
         parentPort.once('message', () => pool.end());`,
        {
          eval: true,
          execArgv: ['--input-type=module'],
          workerData: {
            pg: import.meta.resolve('pg'),
            stepBack: import.meta.resolve('./step-back.ts'),
            connectionString: database.connectionString,
          },
        },
      );
      const [{ task, pid }] = (await once(worker, 'message')) as [{ task: string; pid: number }];
      expect(nicenessOf(task), 'the thread').to.equal(19);
      expect(getPriority(pid), 'the database process').to.equal(19);
      if (readSetting('/proc/sys/kernel/sched_autogroup_enabled') === '1')
        expect(readFileSync(`/proc/${pid}/autogroup`, 'utf8'), 'its session').to.match(/ nice 19$/m);
      expect(getPriority(process.pid), 'the process that serves').to.equal(0);
      worker.postMessage('end');
      await once(worker, 'exit');
    } finally {
      await database.drop();
    }
  });
});
