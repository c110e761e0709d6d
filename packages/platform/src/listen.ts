import { createServer, type Server } from 'node:net';
import { StartupError } from './startup-error.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The settings' section that an operator changes when it fails: `Http` or `OpAmp`. */
  readonly section: string;
}

/** Starts listening and returns the port taken. Rejects with a StartupError that names the port and its setting. */
export function listen(server: Server, { host, port, section }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(new StartupError(explain(error, host, port, section), { cause: error }));
    };
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Rejects as {@link listen} would when the port is taken now, so that a start fails before it has begun. */
export async function ensurePortFree(options: ListenOptions): Promise<void> {
  const probe = createServer();
  await listen(probe, options);
  await new Promise((resolve) => probe.close(resolve));
}

function explain(error: NodeJS.ErrnoException, host: string, port: number, section: string): string {
  const other = `set ${section}__Port to another one`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} (${section}:Port) is in use by another program: end it, or ${other}.`;
    case 'EACCES':
      return `Port ${port} on ${host} (${section}:Port) may not be used by this user: ${other}, above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} (${section}:Host) is not an address of this machine: set ${section}__Host to 127.0.0.1.`;
    default:
      return `Cannot listen on ${host}:${port} (${section}:Host, ${section}:Port): ${error.message}.`;
  }
}
