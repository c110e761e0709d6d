import type { AppliedAnswer, Client } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument } from '../../output/output-format.ts';
import { toTarget } from './assign.ts';
import { findingLines } from './finding-lines.ts';
import { untilVisible } from './named-version.ts';
import { filesOf, nameOf, readText } from './read-text.ts';

interface ApplyOptions {
  readonly file: readonly string[];
  readonly name?: string;
  readonly publish?: boolean;
  readonly notes?: string;
  readonly assign?: string;
  readonly dryRun?: boolean;
  readonly output: OutputFormat;
}

interface Given {
  readonly file: string;
  readonly name: string;
  readonly body: string;
}

interface Done extends Omit<AppliedAnswer, 'id'> {
  readonly file: string;
  /** Null in a dry run that would create it. */
  readonly configurationId: string | null;
  readonly assigned: string | null;
}

/** Asks for the plan of every file first: when one is refused, nothing has been written. */
export async function apply({ call, options }: ApiCall<ApplyOptions>): Promise<void> {
  const { publish = false, dryRun = false, notes = '', output } = options;
  if (options.assign !== undefined && !publish)
    throw new CommandFailure('Only what is published can be assigned: add --publish.', exitCodes.usage);
  const given = await readAll(options);
  // Before anything is written: a target that is not there leaves nothing half done.
  const target = options.assign === undefined ? undefined : await toTarget(call, options.assign);
  const ask = ({ name, body }: Given, isDryRun: boolean) =>
    call('applyConfiguration', { body: { name, body, publish, notes, dryRun: isDryRun } });
  const plans: AppliedAnswer[] = [];
  for (const one of given) plans.push(await planOf(one, given.length, () => ask(one, true)));
  const done: Done[] = [];
  for (const [index, one] of given.entries()) {
    const applied = dryRun ? (plans[index] as AppliedAnswer) : await ask(one, false);
    const { id, ...answer } = applied;
    const assigned = !dryRun && target !== undefined && id !== null ? (options.assign as string) : null;
    if (assigned !== null && id !== null && target !== undefined)
      await assignTo(call, { configurationId: id, version: applied.version, target });
    done.push({ ...answer, file: one.file, configurationId: id, assigned });
    if (output === 'table') print(done.at(-1) as Done, dryRun);
  }
  const last = done.findLast(({ position }) => position !== null)?.position;
  if (!dryRun && last != null) await untilVisible(call, last);
  if (output === 'name') for (const { name, version } of done) console.log(`${name}@${version}`);
  else if (output !== 'table') printDocument({ dryRun, items: done }, output);
}

async function readAll({ file, name }: ApplyOptions): Promise<readonly Given[]> {
  const files = await filesOf(file);
  if (name !== undefined && files.length > 1)
    throw new CommandFailure(
      `--name is for one file; these are ${files.length}. Write # ampora.name: NAME into their first lines.`,
      exitCodes.usage,
    );
  const given: Given[] = [];
  const seen = new Map<string, string>();
  for (const one of files) {
    const body = await readText(one);
    const own = name ?? nameOf(one, body);
    const other = seen.get(own.toLowerCase());
    if (other !== undefined)
      throw new CommandFailure(
        `${other} and ${one} are both ${own}. Give one another name.`,
        exitCodes.usage,
      );
    seen.set(own.toLowerCase(), one);
    given.push({ file: one, name: own, body });
  }
  return given;
}

/** Among several files, a refusal says which one it is about. */
async function planOf(
  { file }: Given,
  files: number,
  ask: () => Promise<AppliedAnswer>,
): Promise<AppliedAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (files > 1) console.error(`${file}:`);
    throw error;
  }
}

async function assignTo(
  call: Client,
  body: { configurationId: string; version: number; target: Awaited<ReturnType<typeof toTarget>> },
): Promise<void> {
  const { position } = await call('assign', { body });
  await untilVisible(call, position);
}

const marks = { created: '+', drafted: '~', published: '~', unchanged: '=' } as const;

function print(
  { name, version, action, status, equalsVersion, findings, assigned }: Done,
  dryRun: boolean,
): void {
  const published = action === 'created' && status === 'Published' ? ', published' : '';
  const same = equalsVersion === null ? '' : `, means what version ${equalsVersion} means`;
  const to = assigned === null ? '' : `, assigned to ${assigned}`;
  console.log(
    `${marks[action]} ${name}@${version} ${action}${published}${same}${to}${dryRun ? ' (dry run)' : ''}`,
  );
  if (action !== 'unchanged') for (const line of findingLines(findings)) console.error(line);
}
