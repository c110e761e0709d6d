import type { ChangePlan, Client } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument } from '../../output/output-format.ts';
import { planLines } from '../../output/print-plan.ts';
import { newestOf, resolveNamed } from './named-version.ts';
import { nameOf, readText } from './read-text.ts';

interface DiffOptions {
  readonly file?: string;
  readonly against?: string;
  readonly semantic?: boolean;
  readonly impact?: boolean;
  readonly at?: string;
  readonly output: OutputFormat;
}

interface Side {
  readonly label: string;
  readonly text: string;
  readonly configurationId?: string;
}

export async function diff(
  { call, options }: ApiCall<DiffOptions>,
  given: string | undefined,
  to: string | undefined,
): Promise<void> {
  const [left, right] = await sidesOf(call, options, given, to);
  const { compareMeaning, diffLines } = await import('@ampora/collector-config');
  const { hunks } = diffLines(left.text, right.text);
  const { identical, changes, unreadable } = compareMeaning(left.text, right.text);
  const differ = options.semantic === true ? identical === null : left.text !== right.text;
  if (differ) process.exitCode = exitCodes.differences;
  const impact = options.impact === true ? await impactOf(call, left, right) : undefined;
  if (options.output !== 'table' && options.output !== 'name') {
    const document = {
      from: left.label,
      to: right.label,
      identical,
      semantic: changes,
      ...(impact && { impact }),
    };
    return printDocument(options.semantic === true ? document : { ...document, hunks }, options.output);
  }
  if (impact) for (const line of planLines(impact)) console.error(line);
  if (unreadable !== null && differ) {
    const { label } = unreadable.side === 'before' ? left : right;
    const { line, column, message } = unreadable.problem;
    console.error(`What ${label} means cannot be told: line ${line}:${column}: ${message}`);
  }
  if (options.semantic === true) {
    for (const { sentence } of changes) console.log(sentence);
    return;
  }
  if (!differ) return;
  const marks = { same: ' ', added: '+', removed: '-' } as const;
  console.log(`--- ${left.label}\n+++ ${right.label}`);
  for (const { beforeStart, afterStart, lines } of hunks) {
    const count = (kind: 'added' | 'removed') => lines.filter((line) => line.kind !== kind).length;
    console.log(`@@ -${beforeStart},${count('added')} +${afterStart},${count('removed')} @@`);
    for (const { kind, text } of lines) console.log(`${marks[kind]}${text}`);
  }
  if (identical === 'meaning') console.error('They mean the same.');
  else for (const { sentence } of changes) console.error(`  ${sentence}`);
}

/** What publishing the text on the right would change for those who run the configuration now. */
async function impactOf(call: Client, left: Side, right: Side): Promise<ChangePlan> {
  const configurationId = left.configurationId ?? right.configurationId;
  if (configurationId === undefined)
    throw new CommandFailure('--impact wants a stored version to compare with.', exitCodes.usage);
  return call('planChange', { body: { change: { kind: 'publish', configurationId, body: right.text } } });
}

async function sidesOf(
  call: Client,
  { file, against, at }: DiffOptions,
  given: string | undefined,
  to: string | undefined,
): Promise<readonly [Side, Side]> {
  if (file !== undefined && to === undefined && (given === undefined || against === undefined)) {
    const text = await readText(file);
    const name = against ?? given ?? nameOf(file, text);
    return [await storedSide(call, name, at), { label: file, text }];
  }
  if (given !== undefined && to !== undefined && file === undefined && against === undefined) {
    const name = given.replace(/@[^@]*$/s, '');
    const other = /^\d+$/.test(to) ? `${name}@${to}` : to.startsWith('@') ? `${name}${to}` : to;
    return [await storedSide(call, given, at), await storedSide(call, other, at)];
  }
  throw new CommandFailure(
    'Give another version or a file: configs diff NAME@1 2, or configs diff -f FILE [--against NAME@1].',
    exitCodes.usage,
  );
}

async function storedSide(call: Client, given: string, at?: string): Promise<Side> {
  const { configuration, row } = await resolveNamed(call, given, at);
  const { id, name } = configuration;
  const version = (row ?? newestOf(configuration))?.version;
  if (version === undefined) throw new CommandFailure(`${name} has no version yet.`, exitCodes.notFound);
  const { body } = await call('getVersion', { params: { id, version }, query: { at } });
  return { label: `${name}@${version}`, text: body, configurationId: id };
}
