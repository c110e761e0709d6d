import { parentPort } from 'node:worker_threads';
import { comparePipelines } from '@ampora/collector-config';
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
  switch (task.task) {
    case 'check':
      return checkOneText(task.check);
    case 'compare':
      return compareAny(task.comparison);
    case 'pipelines':
      return comparePipelines(task.before, task.after);
  }
}
