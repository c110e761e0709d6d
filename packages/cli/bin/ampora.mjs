#!/usr/bin/env node
// Runs under any Node from 18 on: the Node that Ampora needs came with `npm ci`, and this finds it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const root = new URL('../../../', import.meta.url);
const main = new URL('../src/main.ts', import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  await import(main.href);
} else {
  runWith(findNode());
}

function findNode() {
  const places = [
    `node_modules/node-${process.platform}-${process.arch}/bin/node`,
    'node_modules/node/bin/node',
    'node_modules/.bin/node',
  ];
  const found = places.map((place) => fileURLToPath(new URL(place, root))).find((path) => existsSync(path));
  if (found !== undefined) return found;
  process.stderr.write(
    `Ampora needs Node ${NEEDED}, and this is Node ${process.versions.node}. Run npm ci, which brings it along ` +
      `(not with --omit=optional), or use Node ${NEEDED} yourself.\n`,
  );
  process.exit(1);
}

function runWith(node) {
  // A session of its own, so that Ctrl-C reaches it once (from here), and a channel that closes when we are killed.
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(name, () => {
      child.kill(name);
    });
  }
  child.once('error', (error) => {
    process.stderr.write(`${node} cannot be run: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}
