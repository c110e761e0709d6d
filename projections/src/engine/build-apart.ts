import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { type BuildOrder, type BuildReport, isSameKey, type LeaveMessage } from './build-messages.ts';
import type { ProjectionKey } from './bookkeeping.ts';
import type { Member } from './member.ts';
import type { ProjectorContext } from './projector-context.ts';

/** Starts a thread that runs `runBuildWorker` with this order. */
export type StartBuildWorker = (order: BuildOrder) => Worker;

const leavePatienceMs = 15_000;

/**
 * Has a group built by a worker. Gives those that it brought to the end; the others rest, have stopped, or are to be
 * built again. Rejects when the worker did.
 */
export function createBuildApart(context: ProjectorContext, start: StartBuildWorker) {
  const { logger, observer, stopping } = context;

  return async function buildApart(group: readonly Member[]): Promise<readonly Member[]> {
    const keys = group.map(({ writer }) => writer.key);
    const worker = start({ keys, share: Math.min(...group.map(({ share }) => share)) });
    let done: readonly ProjectionKey[] = [];
    let failure: string | undefined;
    const left = new Map<string, () => void>();

    worker.on('message', (report: BuildReport) => {
      if (report.kind === 'log') logger[report.level](report.message, report.properties as never);
      else if (report.kind === 'applied') observer?.applied(report.batch);
      else if (report.kind === 'stopped') observer?.stopped(report.stop);
      else if (report.kind === 'committed') context.announce();
      else if (report.kind === 'left') left.get(idOf(report.key))?.();
      else if (report.kind === 'done') done = report.keys;
      else failure = report.message;
    });
    worker.on('error', (error) => (failure = error.message));
    const ended = once(worker, 'exit').catch(() => undefined);

    /** Resolves when the worker does not touch this projection any more. */
    const leave = async (member: Member): Promise<void> => {
      const { key } = member.writer;
      const gone = new Promise<void>((resolve) => left.set(idOf(key), resolve));
      worker.postMessage({ leave: [key] } satisfies LeaveMessage);
      const patience = setTimeout(() => void worker.terminate(), leavePatienceMs);
      await Promise.race([gone, ended]);
      clearTimeout(patience);
    };
    for (const member of group) member.leaveWorker = () => leave(member);
    const close = () => {
      for (const member of group) void leave(member);
    };
    stopping.addEventListener('abort', close);
    try {
      await ended;
    } finally {
      stopping.removeEventListener('abort', close);
      for (const member of group) member.leaveWorker = undefined;
    }
    if (failure !== undefined && !stopping.aborted) throw new Error(failure);
    return group.filter(({ writer }) => done.some((key) => isSameKey(key, writer.key)));
  };
}

function idOf({ name, version, slot }: ProjectionKey): string {
  return `${name}:${version}:${slot}`;
}
