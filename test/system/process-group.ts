import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { NeverComes, waitUntil } from './wait-until.ts';

export interface GroupOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Where both outputs are appended as well, for whoever looks afterwards. */
  readonly logFile?: string;
}

export interface ExitOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that leads a group of its own: its children live in the group, and end with it. */
export interface ProcessGroup {
  readonly name: string;
  readonly pid: number;
  /** Settles when the leader has ended and its outputs are closed; never rejects. */
  readonly exited: Promise<ExitOutcome>;
  isRunning(): boolean;
  /** Both outputs so far, interleaved as they came. */
  output(): string;
  /** To the leader alone. */
  signalLeader(signal: NodeJS.Signals): void;
  waitForOutput(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  waitForExit(timeoutMs: number): Promise<ExitOutcome>;
  /** Asks the leader by `signal` to end, waits for up to `graceMs`, then ends whatever is left of the group. */
  stop(options: { readonly signal: NodeJS.Signals; readonly graceMs: number }): Promise<void>;
  /** Ends the whole group at once. */
  killHard(): Promise<void>;
}

const living = new Set<number>();
let cleansUpAtExit = false;

/** A test process that is interrupted leaves nothing behind: orphans hold ports and retry for ever. */
function cleanUpAtExit(): void {
  if (cleansUpAtExit) return;
  cleansUpAtExit = true;
  process.on('exit', () => {
    for (const pid of living) signalGroup(pid, 'SIGKILL');
  });
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

export function startGroup({ name, command, args, env, cwd, logFile }: GroupOptions): ProcessGroup {
  cleanUpAtExit();
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  let text = '';
  const collect = (chunk: string): void => {
    text += chunk;
    if (logFile !== undefined) appendFileSync(logFile, chunk);
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);

  let outcome: ExitOutcome | undefined;
  const exited = new Promise<ExitOutcome>((resolve) => {
    child.once('error', (error) => {
      collect(`${name} could not be started: ${error.message}\n`);
      outcome = { code: null, signal: null };
      resolve(outcome);
    });
    // 'exit', not 'close': an orphan that holds the outputs open must not look like a living leader.
    child.once('exit', (code, signal) => {
      outcome = { code, signal };
      resolve(outcome);
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started: ${command} is not to be executed`);
  living.add(pid);

  const endGroup = async (): Promise<void> => {
    signalGroup(pid, 'SIGKILL');
    await exited;
    // Nothing survives this signal, but where nobody reaps orphans the dead stay listed: they hold no port and no file.
    await waitUntil(`the end of process group ${String(pid)}`, () => !groupExists(pid), {
      timeoutMs: 3_000,
      everyMs: 20,
    }).catch(() => undefined);
    living.delete(pid);
  };

  const group: ProcessGroup = {
    name,
    pid,
    exited,
    isRunning: () => outcome === undefined,
    output: () => text,
    signalLeader: (signal) => {
      if (outcome === undefined) process.kill(pid, signal);
    },
    waitForOutput: (pattern, timeoutMs = 30_000) =>
      waitUntil(
        `${name} printing ${String(pattern)}`,
        () => {
          const match = pattern.exec(text);
          if (match !== null) return match;
          if (outcome !== undefined) throw new NeverComes(`${name} ended with ${JSON.stringify(outcome)}`);
          return undefined;
        },
        { timeoutMs, context: () => lastOutput(group) },
      ),
    waitForExit: (timeoutMs) =>
      waitUntil(`the end of ${name}`, () => outcome, {
        timeoutMs,
        everyMs: 20,
        context: () => lastOutput(group),
      }),
    stop: async ({ signal, graceMs }) => {
      group.signalLeader(signal);
      await waitUntil(`the end of ${name}`, () => outcome, { timeoutMs: graceMs, everyMs: 20 }).catch(
        () => undefined,
      );
      await endGroup();
    },
    killHard: endGroup,
  };
  return group;
}

/** What a process last printed, for an error message. */
export function lastOutput(group: ProcessGroup, lines = 30): string {
  return `--- ${group.name} (pid ${String(group.pid)}), last lines:\n${group.output().trimEnd().split('\n').slice(-lines).join('\n')}`;
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function groupExists(pid: number): boolean {
  return signalGroup(pid, 0);
}
