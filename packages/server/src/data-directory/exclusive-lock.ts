import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

/**
 * A lock that the system itself lets go when its holder dies, however it dies: a listening socket, on Linux in the
 * abstract name space (no file that could be left behind), elsewhere at `file`. Returns how to release it, or
 * `undefined` when another process of this machine holds it.
 */
export async function takeExclusiveLock(
  name: string,
  file: string,
): Promise<(() => Promise<void>) | undefined> {
  if (process.platform === 'linux') return listenOn(`\0${name}`);
  const taken = await listenOn(file);
  if (taken !== undefined || (await answers(file))) return taken;
  await rm(file, { force: true });
  return listenOn(file);
}

function listenOn(address: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(
        () =>
          new Promise((closed) => {
            server.close(() => {
              closed();
            });
          }),
      );
    });
  });
}

function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
