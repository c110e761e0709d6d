import type { ClientBase } from 'pg';
import { from } from 'pg-copy-streams';

/** Sends rows in COPY's text format and waits until the server has taken them; rejects with the server's error. */
export function copyText(client: ClientBase, sql: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.query(from(sql));
    stream.on('error', reject);
    stream.on('finish', () => {
      resolve();
    });
    stream.end(Buffer.from(text));
  });
}
