import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { silentLogger } from './logger.ts';
import { createShutdown, stopOnSignals } from './shutdown.ts';

describe('shutting down', () => {
  it('stops what started last first, and each only once', async () => {
    const shutdown = createShutdown({ logger: silentLogger });
    const stopped: string[] = [];
    for (const name of ['postgres', 'log', 'edge']) {
      shutdown.add(name, () => {
        stopped.push(name);
      });
    }
    expect(shutdown.requested).to.equal(false);
    await Promise.all([shutdown.run('test'), shutdown.run('again')]);
    expect(stopped).to.deep.equal(['edge', 'log', 'postgres']);
    expect(shutdown.requested && shutdown.signal.aborted).to.equal(true);
  });

  it('is not held up by a part that fails or hangs', async () => {
    const shutdown = createShutdown({ logger: silentLogger, stepTimeoutMs: 10 });
    let reached = false;
    shutdown.add('first', () => {
      reached = true;
    });
    shutdown.add('hangs', () => new Promise(() => undefined));
    shutdown.add('fails', () => Promise.reject(new Error('no')));
    shutdown.add('throws', () => {
      throw new Error('no');
    });
    await shutdown.run('test');
    expect(reached).to.equal(true);
  });

  it('waits for a start under way, and stops what that still started', async () => {
    const shutdown = createShutdown({ logger: silentLogger });
    const stopped: string[] = [];
    const start = (async () => {
      await new Promise((resolve) => {
        shutdown.signal.addEventListener('abort', resolve);
      });
      shutdown.add('late', () => {
        stopped.push('late');
      });
      throw new Error('The start was given up');
    })();
    shutdown.hold(start);
    await shutdown.run('test');
    expect(stopped).to.deep.equal(['late']);
  });

  it('exits 0 after one signal and at once after a second', async () => {
    const source = new EventEmitter();
    const shutdown = createShutdown({ logger: silentLogger });
    let release = (): void => undefined;
    const stopping = new Promise<void>((begun) => {
      shutdown.add('slow', () => {
        begun();
        return new Promise<void>((resolve) => (release = resolve));
      });
    });
    const codes: number[] = [];
    const exited = new Promise<void>((resolve) => {
      stopOnSignals(shutdown, {
        process: source as never,
        exit: (code) => {
          codes.push(code);
          if (code === 0) resolve();
        },
      });
    });
    source.emit('SIGTERM');
    source.emit('SIGINT');
    expect(codes).to.deep.equal([130]);
    await stopping;
    release();
    await exited;
    expect(codes).to.deep.equal([130, 0]);
  });
});
