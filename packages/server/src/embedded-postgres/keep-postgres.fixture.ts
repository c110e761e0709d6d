import { createLogger } from '@ampora/platform';
import { startEmbeddedPostgres } from './start-embedded-postgres.ts';

/** A process of its own for specs: starts PostgreSQL on the directory given, says so on one line, and stays. */
const [dataDirectory = ''] = process.argv.slice(2);
const logger = createLogger({ destination: process.stderr });
const server = await startEmbeddedPostgres({ dataDirectory, logger });
const { connectionString, pid, began } = server;
const stay = setInterval(() => undefined, 60_000);
process.on('SIGTERM', () => {
  clearInterval(stay);
  void server.stop().then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ connectionString, pid, began })}\n`);
