import { createExportVerifier, type ExportFault, type ProvenExport } from '@ampora/proof';
import type { Command } from 'commander';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { toList } from '../../output/api-command.ts';
import { outputOption, type OutputFormat, printDocument, printFields } from '../../output/output-format.ts';
import { createProgress } from '../../output/progress.ts';
import { printable } from '../../output/table.ts';
import { hasColumns, openBesideProofs } from './beside-proofs.ts';
import { openLines } from './file-lines.ts';
import { trustIn } from './node-trust.ts';

interface VerifyOptions {
  readonly key: readonly string[];
  readonly output: OutputFormat;
}

export function register(events: Command): void {
  events
    .command('verify <file>')
    .description('Prove an export, without a server: nothing in it was changed, left out, moved or put in')
    .requiredOption(
      '--key <key>',
      'whom to believe: a verifier key, or a file with a public key (PEM)',
      toList,
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      `\nExit codes: 0 proven, ${exitCodes.refuted} refuted, ${exitCodes.unreadable} no file or no export, ${exitCodes.usage} no usable key.`,
    )
    .action(verify);
}

async function verify(path: string, options: VerifyOptions, command: Command): Promise<void> {
  const { key, output } = { ...options, ...command.optsWithGlobals<VerifyOptions>() };
  const verifier = createExportVerifier(await trustIn(key));
  const { lines, sizeBytes, readBytes } = await (hasColumns(path) ? openBesideProofs(path) : openLines(path));
  const progress = createProgress('Verifying');
  try {
    for await (const some of lines) {
      if (!some.every(({ text, isEnded }) => verifier.feed(text, isEnded))) break;
      progress.show(readBytes(), sizeBytes);
    }
  } finally {
    progress.stop();
  }
  const verdict = verifier.end();
  if (output === 'json' || output === 'yaml') printDocument({ file: path, ...verdict }, output);
  if (verdict.outcome === 'refuted') throw refusal(path, verdict.fault);
  if (output === 'table') printProven(verdict.proven);
  else if (output === 'name') console.log(verdict.proven.rootHash);
}

function refusal(path: string, fault: ExportFault): CommandFailure {
  const exitCode = fault.kind === 'not-an-export' ? exitCodes.unreadable : exitCodes.refuted;
  const where = [
    `line ${fault.line}`,
    fault.sequence === undefined ? '' : `sequence ${fault.sequence}`,
    fault.position === undefined ? '' : `position ${fault.position}`,
    fault.type ?? '',
  ].filter((part) => part !== '');
  return new CommandFailure(
    printable(`Refuted: ${path}: ${fault.kind} (${where.join(', ')}): ${fault.message}.`),
    exitCode,
  );
}

function printProven(proven: ProvenExport): void {
  const { events, scavenged, treeSize, complete, filter, firstAt = '', lastAt = '' } = proven;
  console.log('Proven: nothing was changed, left out between its proofs, moved or put in.');
  printFields([
    ['Tenant', printable(proven.tenant)],
    ['Events', String(events)],
    ['Scavenged', scavenged === 0 ? '' : `${scavenged} (their bodies are gone, their hashes are proven)`],
    ['Selected', complete ? 'every event of the tenant' : `by ${printable(JSON.stringify(filter))}`],
    ['From', firstAt],
    ['To', lastAt],
    ['Sealed events', String(treeSize)],
    ['Root', proven.rootHash],
    ['Earlier roots', proven.roots === 0 ? '' : `${proven.roots} on the way, each the beginning of this one`],
    ['Key', proven.throughRotation ? `${proven.keyId}, to which the given key handed over` : proven.keyId],
    ['Exported', proven.createdAt],
  ]);
}
