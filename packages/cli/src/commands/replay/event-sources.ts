import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { ApiProblem, problem } from '@ampora/api-contract';
import type { RecordedEvent } from '@ampora/kernel';
import { eventOfLine, type EventQuery, type EventSource, readEventFile } from '@ampora/replay';

/** A running server: whole events, bodies included, as it exports them. */
export function serverSource(url: string): EventSource {
  return {
    async *events({ since, until, stream }: EventQuery) {
      const query = new URLSearchParams({ format: 'jsonl', proofs: 'false' });
      if (since !== undefined) query.set('since', String(since));
      if (until !== undefined) query.set('until', String(until));
      if (stream !== undefined) query.set('stream', stream);
      const response = await fetch(`${url}/api/audit/export?${query.toString()}`);
      if (!response.ok || !response.body) throw await refusalOf(response);
      const lines = createInterface({
        input: Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
        crlfDelay: Infinity,
      });
      let number = 0;
      for await (const line of lines) {
        const event = eventOfLine(line, ++number);
        if (event) yield event;
      }
    },
  };
}

async function refusalOf(response: Response): Promise<Error> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return new ApiProblem(parsed.data);
  return new Error(`The export was answered with ${response.status} ${response.statusText}`);
}

/** An export file, read anew for each query. */
export function fileSource(path: string): EventSource {
  return {
    async *events({ since, until, stream }: EventQuery): AsyncGenerator<RecordedEvent> {
      for await (const event of readEventFile(path)) {
        if (until !== undefined && event.position > until) return;
        if (since !== undefined && event.position < since) continue;
        if (stream === undefined || event.streamId === stream) yield event;
      }
    },
  };
}
