import { readFile } from 'node:fs/promises';
import type { Client, Finding } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { toSarif } from '../../output/sarif.ts';
import { printable } from '../../output/table.ts';
import { toTarget } from './assign.ts';
import { filesOf, readText } from './read-text.ts';

export const lintFormats = ['table', 'json', 'sarif'] as const;

export interface LintOptions {
  readonly format: (typeof lintFormats)[number];
  readonly release?: string;
  readonly target?: string;
  readonly offline?: boolean;
}

interface Linted {
  readonly file: string;
  readonly valid: boolean;
  readonly findings: readonly Finding[];
  /** What agents of the target lack; absent without a target. */
  readonly components?: unknown;
}

type Check = (text: string) => Promise<Omit<Linted, 'file'>>;

/** Checks files as publishing would; the exit code says whether all of them could be published. */
export async function lint({ call, options }: ApiCall<LintOptions>, given: readonly string[]): Promise<void> {
  const { format, release, target, offline = false } = options;
  if (offline && target !== undefined)
    throw new CommandFailure(
      'What agents have is known to the server only: --target does not go with --offline.',
      exitCodes.usage,
    );
  const texts = await readAll(given);
  const check = offline ? await offlineCheck(release) : await serverCheck(call, release, target);
  const linted: Linted[] = [];
  for (const { file, text } of texts) linted.push({ file, ...(await check(text)) });
  if (format === 'json') console.log(JSON.stringify({ files: linted }, undefined, 2));
  else if (format === 'sarif') console.log(JSON.stringify(toSarif(linted, await ownVersion()), undefined, 2));
  else printForPeople(linted);
  if (linted.some(({ valid }) => !valid)) process.exitCode = exitCodes.failed;
}

/** Every file before the first is checked: one that cannot be read is no finding. */
async function readAll(given: readonly string[]): Promise<readonly { file: string; text: string }[]> {
  try {
    const texts: { file: string; text: string }[] = [];
    for (const file of await filesOf(given)) texts.push({ file, text: await readText(file) });
    return texts;
  } catch (error) {
    if (error instanceof CommandFailure) throw new CommandFailure(error.message, exitCodes.cannotLint);
    throw error;
  }
}

async function serverCheck(
  call: Client,
  release: string | undefined,
  given: string | undefined,
): Promise<Check> {
  const target = given === undefined ? undefined : await toTarget(call, given.replace(/^agent:/, ''));
  return async (text) => {
    const { valid, findings, components } = await call('validateConfiguration', {
      body: {
        body: text,
        ...(release === undefined ? {} : { release }),
        ...(target === undefined ? {} : { target }),
      },
    });
    return { valid, findings, ...(components === null ? {} : { components }) };
  };
}

/** The same checks in this process, with the rules that come with Ampora. */
async function offlineCheck(release: string | undefined): Promise<Check> {
  const { defaultRelease, loadRelease, releases, validateConfig } = await import('@ampora/component-library');
  const library = await loadRelease(release ?? defaultRelease);
  if (library === undefined)
    throw new CommandFailure(
      `The component library has no release ${release ?? defaultRelease}. It has ${releases.join(', ')}.`,
      exitCodes.cannotLint,
    );
  return async (text) => {
    const { findings, isPublishable } = validateConfig(text, { library });
    return { valid: isPublishable, findings };
  };
}

function printForPeople(linted: readonly Linted[]): void {
  for (const { file, findings } of linted)
    for (const { line, column, severity, message, code } of findings)
      console.log(
        printable(
          `${file === '-' ? 'stdin' : file}:${line ?? 1}:${column ?? 1} ${severity} ${message} (${code})`,
        ),
      );
  const count = (wanted: Finding['severity']): number =>
    linted.reduce(
      (sum, { findings }) => sum + findings.filter(({ severity }) => severity === wanted).length,
      0,
    );
  const files = linted.length === 1 ? '1 file' : `${linted.length} files`;
  console.error(
    `${files}: ${count('error')} errors, ${count('warning')} warnings, ${count('info')} remarks.`,
  );
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
