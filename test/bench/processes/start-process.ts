import { fork } from 'node:child_process';
import type { Answered, Requests, Usage } from './answer-parent.ts';

type Input<Request> = Request extends () => unknown
  ? undefined
  : Request extends (input: infer Given) => unknown
    ? Given
    : never;
type Output<Request> = Request extends (input: never) => infer Result ? Awaited<Result> : never;

export interface BenchProcess<Answers extends Requests> {
  readonly pid: number;
  ask<Name extends keyof Answers & string>(
    name: Name,
    ...input: Input<Answers[Name]> extends undefined ? [] : [Input<Answers[Name]>]
  ): Promise<Output<Answers[Name]>>;
  usage(): Promise<Usage>;
  /** Without a collection first: cheap enough to ask for around a measurement. */
  cpuMicros(): Promise<number>;
  /** Most memory that it has held, in bytes. */
  peakRss(): Promise<number>;
  /** Ends it in order, so that a processor profile is written; resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts a program that calls `answerParent`, in a process of its own.
 * With `BENCH_CPU_PROFILES=<directory>` in the environment each one leaves a V8 processor profile there.
 */
export function startProcess<Answers extends Requests>(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): BenchProcess<Answers> {
  const profiles = process.env.BENCH_CPU_PROFILES;
  const child = fork(file, {
    serialization: 'advanced',
    env: { ...process.env, ...environment },
    execArgv: ['--expose-gc', ...(profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [])],
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  child.on('message', ({ id, value, error }: Answered) => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.resolve(value);
    else waiter?.reject(new Error(`${file}: ${error}`));
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      const error = new Error(`${file} ended (${signal ?? code}) with requests unanswered`);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      resolve();
    });
  });
  const ask = (name: string, input?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!child.connected) {
        reject(new Error(`${file} is gone; it cannot be asked for ${name}`));
        return;
      }
      const id = ++asked;
      waiting.set(id, { resolve, reject });
      child.send({ id, name, input });
    });
  return {
    pid: child.pid ?? 0,
    ask: ask as BenchProcess<Answers>['ask'],
    usage: () => ask('usage') as Promise<Usage>,
    cpuMicros: () => ask('cpuMicros') as Promise<number>,
    peakRss: () => ask('peakRss') as Promise<number>,
    async stop() {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await gone;
      clearTimeout(late);
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
