import type { ComponentField, ComponentRow } from '@ampora/api-contract';
import { componentKinds, defaultRelease, type ComponentKind } from '@ampora/component-library';
import { Argument, type Command, Option } from 'commander';
import { apiAction, type ApiCall } from '../output/api-command.ts';
import {
  outputOption,
  type OutputFormat,
  printDocument,
  printFields,
  printList,
} from '../output/output-format.ts';

const releaseOption = (): Option =>
  new Option('--release <release>', 'Collector release (ampora components releases lists them)').default(
    defaultRelease,
  );

export function register(program: Command): void {
  const components = program
    .command('components')
    .description('What the components of a Collector release can be told');

  components
    .command('releases')
    .description('The releases that are known')
    .addOption(outputOption())
    .action(apiAction(listReleases));

  components
    .command('list')
    .description('Components with their signals')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices([...componentKinds]))
    .addOption(releaseOption())
    .addOption(outputOption())
    .action(apiAction(list));

  components
    .command('show')
    .description('One component with its settings, their types and defaults')
    .addArgument(new Argument('<kind>', 'what it is').choices([...componentKinds]))
    .argument('<type>', 'its type, such as otlp')
    .addOption(releaseOption())
    .addOption(outputOption())
    .action(apiAction(show));
}

interface ListOptions {
  readonly release: string;
  readonly kind?: ComponentKind;
  readonly output: OutputFormat;
}

async function listReleases({ call, options }: ApiCall<{ readonly output: OutputFormat }>): Promise<void> {
  const { releases } = await call('listComponentReleases', {});
  printList(releases, options.output, {
    columns: [
      { title: 'RELEASE', of: (row) => row.version },
      { title: 'COMPONENTS', of: (row) => String(row.components) },
      { title: 'DEFAULT', of: (row) => (row.default ? 'yes' : '') },
    ],
    nameOf: (row) => row.version,
    none: 'No release is known.',
  });
}

async function list({ call, options }: ApiCall<ListOptions>): Promise<void> {
  const { items } = await call('listComponents', {
    params: { release: options.release },
    query: { kind: options.kind },
  });
  printList<ComponentRow>(items, options.output, {
    columns: [
      { title: 'KIND', of: (row) => row.kind },
      { title: 'TYPE', of: (row) => [row.type, ...row.aliases].join(', ') },
      { title: 'SIGNALS', of: signalsOf },
      { title: 'SOURCE', of: sourceOf },
      { title: 'WHAT IT DOES', of: (row) => row.doc },
    ],
    nameOf: (row) => `${row.kind}/${row.type}`,
    none: `The library of ${options.release} has no such component.`,
  });
}

function sourceOf({ handWritten, borrowedFrom }: ComponentRow): string {
  if (handWritten) return 'written by hand';
  return borrowedFrom === null ? 'generated' : `of ${borrowedFrom}`;
}

function signalsOf(row: ComponentRow): string {
  if (row.connectorPairs.length > 0)
    return row.connectorPairs.map(({ from, to }) => `${from}→${to}`).join(' ');
  return row.signals.join(' ');
}

interface ShowOptions {
  readonly release: string;
  readonly output: OutputFormat;
}

async function show(
  { call, options }: ApiCall<ShowOptions>,
  kind: ComponentKind,
  type: string,
): Promise<void> {
  const component = await call('getComponent', { params: { release: options.release, kind, type } });
  if (options.output === 'json' || options.output === 'yaml') {
    printDocument(component, options.output);
    return;
  }
  if (options.output === 'name') {
    console.log(`${component.kind}/${component.type}`);
    return;
  }
  printFields([
    ['Component', `${component.kind} ${component.type}`],
    ['Older name', component.aliases.join(', ')],
    ['What it does', component.doc],
    ['Signals', signalsOf(component)],
    ['Stability', stabilityOf(component)],
    ['Module', component.handWritten ? 'none: written by hand, the main settings only' : component.module],
  ]);
  console.log('');
  printList<FieldLine>(linesOf(component.fields, 0), 'table', {
    columns: [
      { title: 'SETTING', of: ({ field, depth }) => '  '.repeat(depth) + field.name },
      { title: 'TYPE', of: ({ field }) => typeOf(field) },
      { title: 'DEFAULT', of: ({ field }) => defaultOf(field) },
      { title: 'WHAT IT IS', of: ({ field }) => field.doc },
    ],
    nameOf: ({ field }) => field.name,
    none: 'It has no settings.',
  });
}

function stabilityOf({ stability }: ComponentRow): string {
  return Object.entries(stability)
    .map(([signal, level]) => `${signal} ${level}`)
    .join(', ');
}

interface FieldLine {
  readonly field: ComponentField;
  readonly depth: number;
}

/** A line for each setting, those inside it below; the inner ones of a list or a map stand right below it. */
function linesOf(fields: readonly ComponentField[], depth: number): readonly FieldLine[] {
  return fields.flatMap((field) => [
    { field, depth },
    ...linesOf(field.children.length > 0 ? field.children : (field.element?.children ?? []), depth + 1),
  ]);
}

function typeOf({ type, element, enum: words }: ComponentField): string {
  if (words !== undefined) return words.join(' | ');
  return element === null ? type : `${type} of ${element.type}`;
}

function defaultOf({ default: value, optional }: ComponentField): string {
  if (value === null || value === undefined) return optional === 'off' || optional === 'unset' ? '(off)' : '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
