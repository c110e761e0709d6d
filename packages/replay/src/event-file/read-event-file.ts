import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RecordedEvent } from '@ampora/kernel';
import { eventOfLine } from './event-of-line.ts';

/** The events of an export, in its order; read as they are asked for. Rejects with NotAnEventFile. */
export async function* readEventFile(path: string): AsyncGenerator<RecordedEvent, void, undefined> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  try {
    let number = 0;
    for await (const line of lines) {
      const event = eventOfLine(line, ++number);
      if (event) yield event;
    }
  } finally {
    lines.close();
  }
}
