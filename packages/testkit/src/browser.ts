import { execFile } from 'node:child_process';
import { accessSync, constants, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** A machine on which no Chromium can be started. The message says what was tried. */
export class BrowserMissing extends Error {
  override readonly name = 'BrowserMissing';
}

interface Executable {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
let unpacked: Promise<Executable> | undefined;

/**
 * Starts a headless Chromium: that of `CHROMIUM_PATH`, else the system's, else the one that npm brought. Whoever opens it
 * closes it. Throws BrowserMissing when there is none that starts.
 */
export async function openBrowser(): Promise<Browser> {
  const path = process.env['CHROMIUM_PATH'] ?? onPath(systemNames);
  const { path: executablePath, env } = path === undefined ? await fromNpm() : { path, env: {} };
  try {
    return await chromium.launch({
      executablePath,
      env: { ...process.env, ...env } as Record<string, string>,
      // Root, and most containers, may not open Chromium's sandbox; the pages are our own.
      chromiumSandbox: false,
      args: ['--disable-dev-shm-usage', '--font-render-hinting=none'],
    });
  } catch (cause) {
    throw new BrowserMissing(`${executablePath} does not start: ${firstLines(cause)}`, { cause });
  }
}

/** Title of what cannot run without a browser. */
export function needsBrowser(missing: BrowserMissing): string {
  return `skipped: needs a browser (${missing.message})`;
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Unpacked once per process, 200 MB, and removed when the process ends. */
function fromNpm(): Promise<Executable> {
  unpacked ??= unpack().catch((cause: unknown) => {
    unpacked = undefined;
    throw new BrowserMissing(`npm's Chromium cannot be unpacked: ${firstLines(cause)}`, { cause });
  });
  return unpacked;
}

async function unpack(): Promise<Executable> {
  const folder = await mkdtemp(join(tmpdir(), 'ampora-browser-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  // It unpacks into the temporary folder of its process and takes whatever lies there already: so it gets one of its own.
  const inFolder = async (script: string) => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: import.meta.dirname,
      env: { ...process.env, TMPDIR: folder, TMP: folder, TEMP: folder },
      timeout: 120_000,
    });
    return stdout.trim();
  };
  const path = await inFolder(
    `import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath());`,
  );
  const fonts = { FONTCONFIG_PATH: join(folder, 'fonts') };
  const env = isExecutable('/etc/fonts') ? {} : fonts;
  if (await starts(path, env)) return { path, env };
  // A bare system lacks the NSS libraries; the package has copies, but unpacks them on one cloud only.
  const archive = new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'));
  const libraries = await inFolder(
    `import { inflate } from '@sparticuz/chromium'; import { fileURLToPath } from 'node:url';
     console.log(await inflate(fileURLToPath(${JSON.stringify(archive.href)})));`,
  );
  const searched = [join(libraries, 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return { path, env: { ...env, LD_LIBRARY_PATH: searched } };
}

async function starts(path: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  try {
    await run(path, ['--no-sandbox', '--version'], { env: { ...process.env, ...env }, timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

function firstLines(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause)
    .split('\n')
    .slice(0, 3)
    .join(' ');
}
