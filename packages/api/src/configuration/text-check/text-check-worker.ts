import { parentPort } from 'node:worker_threads';
import { checkOneText, type TextCheck } from './check-one-text.ts';

/** A thread that checks texts, one after the other. */
parentPort?.on('message', (check: TextCheck) => {
  checkOneText(check).then(
    (checked) => parentPort?.postMessage({ checked }),
    (error: unknown) =>
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});
