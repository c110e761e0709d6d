import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below the ports that a system gives to outgoing connections: one of these cannot take a port between here and its use. */
const FIRST = 15_000;
const COUNT = 17_000;
const ATTEMPTS = 100;

async function listen(): Promise<{ server: Server; port: number }> {
  for (let left = ATTEMPTS; ; left--) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return { server, port };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || left === 1) throw error;
    }
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** Loopback ports that nobody listened on a moment ago, all different: they are held together before they are let go. */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, listen));
  await Promise.all(held.map(({ server }) => close(server)));
  return held.map(({ port }) => port);
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

export interface TakenPort {
  readonly port: number;
  release(): Promise<void>;
}

/** A loopback port that is in use until released. */
export async function takePort(): Promise<TakenPort> {
  const { server, port } = await listen();
  return { port, release: () => close(server) };
}
