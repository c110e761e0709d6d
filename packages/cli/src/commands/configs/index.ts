import { type Command, Option } from 'commander';
import { apiAction, dryRunOption, plannedAction, toCount } from '../../output/api-command.ts';
import { outputOption } from '../../output/output-format.ts';
import { apply } from './apply.ts';
import { assign, unassign } from './assign.ts';
import { create } from './create.ts';
import { diff } from './diff.ts';
import { get } from './get.ts';
import { importFrom } from './import-from.ts';
import { archive, discard, publish, remove, revert, unarchive } from './life.ts';
import { lint, lintFormats } from './lint.ts';
import { list, show } from './list.ts';
import { exportTexts } from './export-texts.ts';
import { tag, untag } from './tags.ts';
import { drafts, versions } from './versions.ts';

const collectFiles = (file: string, before: readonly string[] = []): readonly string[] => [...before, file];

export function register(program: Command): void {
  const configs = program
    .command('configs')
    .description('Configurations: write, compare, tag, publish, assign');
  const named = ['<name>', 'name or id; name@3 or name@tag for a version'] as const;
  const at = ['--at <moment>', 'as it was: an RFC 3339 time or a log position'] as const;

  configs
    .command('list')
    .description('All configurations')
    .option('--search <text>', 'part of the name')
    .option('--limit <count>', 'rows at the most', toCount, 1_000)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(list));

  configs
    .command('show')
    .description('The versions of a configuration, or the text of one version')
    .argument(...named)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(show));

  configs
    .command('get')
    .description('The text of a version, byte for byte: the newest published one, name@3 or name@tag')
    .argument(...named)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(get));

  configs
    .command('export')
    .description('Write the newest published text of each configuration into a folder, as apply reads it')
    .argument('[names...]', 'these only; name@3 or name@tag for a version')
    .requiredOption('-d, --directory <directory>', 'where to; made when it is not there')
    .option(...at)
    .action(apiAction(exportTexts));

  configs
    .command('versions')
    .description('Versions of a configuration, filtered, the newest first')
    .argument('<name>', 'name or id')
    .option('--status <status>', 'Draft, Published, Archived; several with commas')
    .option('--author <actor>', 'written or published by')
    .option('--hash <prefix>', 'beginning of the content hash or the semantic hash')
    .option('--since <time>', 'changed at or after (RFC 3339)')
    .option('--until <time>', 'changed before (RFC 3339)')
    .option('--limit <count>', 'rows at the most', toCount, 1_000)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(versions));

  configs
    .command('drafts')
    .description('The drafts of a configuration, or of all')
    .argument('[name]', 'name or id')
    .addOption(outputOption())
    .action(apiAction(drafts));

  configs
    .command('create')
    .description('Create a configuration, with a first draft if a file is given')
    .argument('<name>', 'its name')
    .option('-f, --file <file>', 'YAML of the first draft; - reads standard input')
    .option('--description <text>', 'what it is for')
    .addOption(outputOption())
    .action(apiAction(create));

  configs
    .command('import')
    .description('Create a configuration from what an agent says it runs')
    .requiredOption('--agent <agent>', 'id, instance uid or exact name')
    .option('--name <name>', "of the new configuration (default: the agent's name)")
    .option('--file <file>', 'which of the files that it reports')
    .option('--no-tidy', 'leave in what its supervisor added')
    .addOption(outputOption())
    .action(apiAction(importFrom));

  configs
    .command('apply')
    .description(
      'Bring configurations to what files say: + created, ~ drafted or published, = nothing to do. Prints the plan; a refusal of one file leaves all as they are',
    )
    .requiredOption(
      '-f, --file <file>',
      'a file, a folder (all .yaml and .yml below it), or - for standard input; may be repeated',
      collectFiles,
    )
    .option('--name <name>', "the configuration (default: # ampora.name: in the file, else the file's name)")
    .option('--publish', 'publish the versions')
    .option('--notes <text>', 'what changed, for --publish')
    .option('--assign <target>', 'assign the published version: all, group:<name>, or an agent')
    .option('--dry-run', 'print the plan and change nothing')
    .addOption(outputOption())
    .action(apiAction(apply));

  configs
    .command('lint')
    .description(
      'Check files as publishing does; exit code 0: all could be published, 1: errors, 2: a file cannot be read',
    )
    .argument('<files...>', 'files, folders (all .yaml and .yml below), or - for standard input')
    .addOption(new Option('--format <format>', 'how to print').choices([...lintFormats]).default('table'))
    .option('--release <release>', 'Collector release whose components the settings are checked with')
    .option('--target <target>', 'whose builds must have the components: all, group:NAME or agent:ID')
    .option('--offline', 'ask no server: the rules that come with Ampora, and no builds')
    .action(apiAction(lint));

  configs
    .command('diff')
    .description('Compare two versions, or a version with a file; exit code 2 when they differ')
    .argument('[name]', 'name or id; name@3 or name@tag (default with -f: what the file calls itself)')
    .argument('[to]', 'another version: name@4, @tag or a number')
    .option('-f, --file <file>', 'compare with this file; - reads standard input')
    .option('--against <version>', 'the version that the file is compared with: name@3 or name@tag')
    .option('--semantic', 'what changes in meaning only; exit code 0 when nothing does')
    .option(
      '--impact',
      'also what it would change for the agents that run the configuration, on standard error',
    )
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(diff));

  configs
    .command('publish')
    .description('Publish a draft: the newest, or name@3')
    .argument(...named)
    .option('--notes <text>', 'what changed', '')
    .addOption(outputOption())
    .addOption(dryRunOption())
    .action(plannedAction(publish));

  configs
    .command('discard')
    .description('Throw a draft away')
    .argument('<name>', 'name@3')
    .action(apiAction(discard));

  configs
    .command('revert')
    .description('Begin a draft with the text of an earlier version')
    .argument('<name>', 'name@3 or name@tag')
    .addOption(outputOption())
    .action(apiAction(revert));

  configs
    .command('tag')
    .description('Put a tag on a published version, or move it there')
    .argument('<name>', 'name@3, or name@tag for where another tag is')
    .argument('<tag>', 'a–z, 0–9, dot, underscore, hyphen')
    .action(apiAction(tag));

  configs
    .command('untag')
    .description('Take a tag off')
    .argument('<name>', 'name@tag')
    .action(apiAction(untag));

  configs
    .command('archive')
    .description('Archive a published version: still valid where it runs, not offered any more')
    .argument('<name>', 'name@3')
    .action(apiAction(archive));

  configs
    .command('unarchive')
    .description('Take an archived version back into use (Admin)')
    .argument('<name>', 'name@3')
    .action(apiAction(unarchive));

  configs
    .command('delete')
    .description(
      'Delete a configuration that nobody uses, or one version of it; refused with the users otherwise',
    )
    .argument(...named)
    .action(apiAction(remove));

  configs
    .command('assign')
    .description('Assign a published version, the newest, name@3 or name@tag, to an agent or to all')
    .argument(...named)
    .argument('<target>', 'all, group:<name>, or an agent by id, instance uid or exact name')
    .addOption(dryRunOption())
    .action(plannedAction(assign));

  configs
    .command('unassign')
    .description('Take an assignment back')
    .argument('<target>', 'all, group:<name>, or an agent by id, instance uid or exact name')
    .addOption(dryRunOption())
    .action(plannedAction(unassign));
}
