import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repoRoot = fileURLToPath(new URL('../..', import.meta.url));
export const manifestDirectory = join(repoRoot, 'infra/collector');
const cacheDirectory = join(repoRoot, '.cache/interop');

export const builderTool = 'go.opentelemetry.io/collector/cmd/builder';

const oldestGo = { major: 1, minor: 25 } as const;
/** The title under which everything that needs Go is skipped. */
export const needsGo = `skipped: needs a Go toolchain ≥ ${String(oldestGo.major)}.${String(oldestGo.minor)}`;

/** The widest build from empty caches takes about six minutes on two idle cores; a busy machine and a slow network get their time too. */
const buildStepTimeoutMs = 25 * 60_000;

export interface GoToolchain {
  readonly executable: string;
  /** As `go env GOVERSION` prints it, e.g. `go1.26.8`. */
  readonly version: string;
}

export interface BuildOptions {
  readonly log: (line: string) => void;
}

/** A Go toolchain that can build the clients: the one on the PATH, else the one at the installer's usual place. */
export function findGo(): GoToolchain | undefined {
  return ['go', '/usr/local/go/bin/go']
    .map(askVersion)
    .find((go) => go !== undefined && isNewEnough(go.version));
}

function askVersion(executable: string): GoToolchain | undefined {
  try {
    // GOTOOLCHAIN=local: what is installed, not what Go could download in its place.
    const version = execFileSync(executable, ['env', 'GOVERSION'], {
      encoding: 'utf8',
      env: { ...process.env, GOTOOLCHAIN: 'local' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    });
    return { executable, version: version.trim() };
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  return (
    Number(major) > oldestGo.major || (Number(major) === oldestGo.major && Number(minor) >= oldestGo.minor)
  );
}

/** Something that is built from manifests of this repository, once per Go version and content of those manifests. */
export interface GoBuild {
  /** Files below `infra/collector`, named from there. Their names and contents decide whether a finished build still holds. */
  readonly manifests: readonly string[];
  /** What the build leaves behind, named from its directory: all of it must be there. */
  readonly outputs: readonly string[];
  readonly announcement: string;
  readonly steps: (place: BuildPlace) => Promise<void>;
}

export interface BuildPlace {
  readonly go: GoToolchain;
  readonly directory: string;
  readonly log: (line: string) => void;
}

/**
 * The directory of the finished build, at once when this Go has built these manifests before. The result is moved into
 * place whole, so that an interrupted build is never taken for a finished one; a second process that asks for the same
 * build waits for the first instead of building beside it.
 */
export async function buildOnce(build: GoBuild, { log }: BuildOptions): Promise<string> {
  const go = findGo();
  if (go === undefined)
    throw new Error(`${needsGo}; install one and put it on the PATH, or leave this suite out`);

  const finished = join(cacheDirectory, await manifestHash(go, build.manifests));
  const isFinished = (): boolean => build.outputs.every((output) => existsSync(join(finished, output)));
  const directory = `${finished}.building`;
  for (;;) {
    if (isFinished()) return finished;
    if (await takePlace(directory)) break;
    await waitForOtherBuild(directory);
  }
  try {
    log(`${build.announcement} with ${go.version}`);
    await build.steps({ go, directory, log });
    await rm(finished, { recursive: true, force: true });
    await rename(directory, finished);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return finished;
}

async function manifestHash(go: GoToolchain, manifests: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(`${go.version}\n${process.platform}/${process.arch}\n`);
  for (const file of manifests) hash.update(await readFile(join(manifestDirectory, file)));
  return hash.digest('hex').slice(0, 16);
}

const ownerFile = 'owner.pid';

/** True when this process may build there. False when another one is at it. */
async function takePlace(directory: string): Promise<boolean> {
  await mkdir(dirname(directory), { recursive: true });
  try {
    await mkdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(directory, ownerFile), String(process.pid));
  return true;
}

async function waitForOtherBuild(directory: string): Promise<void> {
  const deadlineMs = performance.now() + 2 * buildStepTimeoutMs;
  let ownerless = 0;
  while (existsSync(directory)) {
    const owner = Number(await readFile(join(directory, ownerFile), 'utf8').catch(() => '0'));
    // The file is written just after the directory is made: one look may come between the two.
    ownerless = owner > 0 && isAlive(owner) ? 0 : ownerless + 1;
    if (ownerless > 2) {
      await rm(directory, { recursive: true, force: true });
      return;
    }
    if (performance.now() > deadlineMs)
      throw new Error(
        `process ${String(owner)} has been building in ${directory} for too long; end it or wait for it`,
      );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Builds one of the tools that `module`'s go.mod names (a directory below `infra/collector`, `.` for itself). */
export async function buildTool(
  place: BuildPlace,
  { name, tool, module = '.' }: { readonly name: string; readonly tool: string; readonly module?: string },
): Promise<void> {
  const from = join(manifestDirectory, module);
  await buildStep(place, {
    name,
    command: place.go.executable,
    args: [
      '-C',
      from,
      'build',
      '-mod=readonly',
      '-trimpath',
      '-ldflags=-s -w',
      '-o',
      join(place.directory, name),
      tool,
    ],
    output: name,
  });
}

export interface BuildStep {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What it makes, named from the build's directory. */
  readonly output: string;
  /** Where it runs, named from the build's directory. Default: there. */
  readonly from?: string;
}

export async function buildStep({ go, directory, log }: BuildPlace, step: BuildStep): Promise<void> {
  const startedMs = performance.now();
  const { code, output } = await run(step, {
    cwd: join(directory, step.from ?? '.'),
    // The builder calls `go` by name: it must find the one that was chosen.
    env: { ...process.env, CGO_ENABLED: '0', PATH: `${dirname(go.executable)}:${process.env['PATH'] ?? ''}` },
  });
  const logFile = join(directory, `${step.name}.build.log`);
  await writeFile(logFile, output);
  if (code !== 0) {
    throw new Error(
      `building ${step.name} failed (exit code ${String(code)}): ${step.command} ${step.args.join(' ')}\n${lastLines(output, 40)}\n` +
        'If modules could not be had: check that this machine reaches its Go module source (`go env GOPROXY`).',
    );
  }
  const { size } = await stat(join(directory, step.output));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  log(`  ${step.name}: ${seconds} s, ${(size / 1e6).toFixed(1)} MB`);
}

interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function run(
  { command, args }: BuildStep,
  { cwd, env }: RunOptions,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: buildStepTimeoutMs,
    });
    giveWay(child.pid);
    let output = '';
    const collect = (chunk: string): void => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** A build takes every core for minutes: whatever else the machine does goes first. */
function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system knows no priorities.
  }
}
