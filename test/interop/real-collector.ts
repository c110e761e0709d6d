import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repoRoot = fileURLToPath(new URL('../..', import.meta.url));
const manifestDirectory = join(repoRoot, 'infra/collector');
const cacheDirectory = join(repoRoot, '.cache/interop');

const builderTool = 'go.opentelemetry.io/collector/cmd/builder';
const supervisorTool = 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/opampsupervisor';
/** What `dist.name` and `dist.output_path` of builder.yaml make of the built Collector. */
const builtCollector = 'otelcol/otelcol-ampora';

const oldestGo = { major: 1, minor: 25 } as const;
/** The title under which everything that needs Go is skipped. */
export const needsGo = `skipped: needs a Go toolchain ≥ ${String(oldestGo.major)}.${String(oldestGo.minor)}`;

/** A build from empty caches takes about two minutes on two cores; a slow network gets its time too. */
const buildStepTimeoutMs = 10 * 60_000;

export interface GoToolchain {
  readonly executable: string;
  /** As `go env GOVERSION` prints it, e.g. `go1.26.8`. */
  readonly version: string;
}

export interface RealClients {
  /** An OpenTelemetry Collector with opampextension. */
  readonly collector: string;
  readonly supervisor: string;
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

/**
 * Builds the real clients from `infra/collector`, or answers at once when this Go has built these manifests before.
 * The result is moved into place whole, so that an interrupted build is never taken for a finished one.
 */
export async function buildRealClients({ log }: BuildOptions): Promise<RealClients> {
  const go = findGo();
  if (go === undefined)
    throw new Error(`${needsGo}; install one and put it on the PATH, or leave this suite out`);

  const finished = join(cacheDirectory, await manifestHash(go));
  if (hasBinaries(finished)) return clientsIn(finished);

  const directory = `${finished}.building-${String(process.pid)}`;
  await mkdir(directory, { recursive: true });
  try {
    log(
      `building a real Collector and supervisor with ${go.version}: two minutes from empty caches, seconds from warm ones`,
    );
    await buildInto({ go, directory, log });
    await moveIntoPlace(directory, finished);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return clientsIn(finished);
}

async function manifestHash(go: GoToolchain): Promise<string> {
  const hash = createHash('sha256').update(`${go.version}\n${process.platform}/${process.arch}\n`);
  for (const file of ['builder.yaml', 'go.mod', 'go.sum'])
    hash.update(await readFile(join(manifestDirectory, file)));
  return hash.digest('hex').slice(0, 16);
}

function clientsIn(directory: string): RealClients {
  return { collector: join(directory, builtCollector), supervisor: join(directory, 'opampsupervisor') };
}

function hasBinaries(directory: string): boolean {
  return Object.values(clientsIn(directory)).every((path) => existsSync(path));
}

interface BuildPlace {
  readonly go: GoToolchain;
  readonly directory: string;
  readonly log: (line: string) => void;
}

async function buildInto(place: BuildPlace): Promise<void> {
  const { go, directory } = place;
  const builder = join(directory, 'builder');
  const goBuild = ['-C', manifestDirectory, 'build', '-mod=readonly', '-trimpath', '-ldflags=-s -w', '-o'];

  await buildStep(place, {
    name: 'builder',
    command: go.executable,
    args: [...goBuild, builder, builderTool],
    output: 'builder',
  });
  await buildStep(place, {
    name: 'opampsupervisor',
    command: go.executable,
    args: [...goBuild, join(directory, 'opampsupervisor'), supervisorTool],
    output: 'opampsupervisor',
  });
  await buildStep(place, {
    name: 'collector',
    command: builder,
    args: ['--config', join(manifestDirectory, 'builder.yaml')],
    output: builtCollector,
  });
}

interface BuildStep {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly output: string;
}

async function buildStep({ go, directory, log }: BuildPlace, step: BuildStep): Promise<void> {
  const startedMs = performance.now();
  const { code, output } = await run(step, {
    cwd: directory,
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

async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Another run finished the same build first: its result is as good.
    if (!hasBinaries(to)) throw error;
  }
}
