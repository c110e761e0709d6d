import { parentPort } from 'node:worker_threads';
import { compareAny } from '../../agent/compare-texts.ts';
import { checkOneText } from './check-one-text.ts';
import type { TextTask } from './text-task.ts';

/** A thread that checks and compares texts, one after the other. */
parentPort?.on('message', (task: TextTask) => {
  answerTo(task).then(
    (answer) => parentPort?.postMessage({ answer }),
    (error: unknown) =>
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});

async function answerTo(task: TextTask): Promise<unknown> {
  return task.task === 'check' ? await checkOneText(task.check) : compareAny(task.comparison);
}
