import type { TextAnswer, TextRequest, TextTask, TextWork } from './text-work.ts';

/** A worker that has not answered by then is ended; the next question starts another. */
const patienceMs = 10_000;

interface Open {
  readonly resolve: (answer: never) => void;
  readonly reject: (cause: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Asks a worker beside the page. Ended by `stop`. */
export class TextReader {
  #worker: Worker | null = null;
  #open = new Map<number, Open>();
  #last = 0;

  ask<Task extends TextTask>(task: Task, asked: TextWork[Task]['asked']): Promise<TextWork[Task]['answer']> {
    const worker = (this.#worker ??= this.#start());
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(new Error('Reading the text takes too long.'));
      }, patienceMs);
      this.#open.set(id, { resolve, reject, timer });
      worker.postMessage({ id, task, asked } as TextRequest);
    });
  }

  stop(): void {
    this.#end(new Error('Not asked any more.'));
  }

  #start(): Worker {
    const worker = new Worker(new URL('./text.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<TextAnswer>) => {
      const open = this.#open.get(data.id);
      if (open === undefined) return;
      this.#open.delete(data.id);
      clearTimeout(open.timer);
      if (data.ok) open.resolve(data.answer as never);
      else open.reject(new Error(data.reason));
    });
    worker.addEventListener('error', ({ message }) => {
      this.#end(new Error(message));
    });
    return worker;
  }

  #end(cause: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject, timer } of this.#open.values()) {
      clearTimeout(timer);
      reject(cause);
    }
    this.#open.clear();
  }
}
