import type { ChangePlan, VersionRef } from '@ampora/api-contract';
import { type OutputFormat, printDocument } from './output-format.ts';
import { type Column, renderTable } from './table.ts';

interface Line {
  readonly op: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

const columns: readonly Column<Line>[] = [
  { title: '', of: ({ op }) => op },
  { title: 'WHAT', of: ({ what }) => what },
  { title: 'FROM', of: ({ from }) => from },
  { title: 'TO', of: ({ to }) => to },
];

/** A plan for people (+ comes, ~ changes, - goes), or whole for programs. */
export function printPlan(plan: ChangePlan, format: OutputFormat): void {
  if (format === 'json' || format === 'yaml') {
    printDocument(plan, format);
    return;
  }
  for (const line of planLines(plan, process.stdout.isTTY ? process.stdout.columns : 0)) console.log(line);
}

export function planLines(plan: ChangePlan, width = 0): string[] {
  const { agents, groups, pipelines, destinations, stopsMatching, totals, warnings } = plan;
  const lines: string[] = [];
  const section = (title: string, rows: readonly Line[], more: number) => {
    if (rows.length === 0) return;
    lines.push(
      title,
      ...renderTable(columns, rows, width)
        .slice(1)
        .map((row) => `  ${row}`),
    );
    if (more > 0) lines.push(`    and ${more} more`);
    lines.push('');
  };
  section(
    `Agents: ${agents.starts} start, ${agents.changes} change, ${agents.stops} stop`,
    agents.sample.map(({ op, displayName, before, after }) => ({
      op,
      what: displayName,
      from: versionText(before),
      to: `→ ${versionText(after)}`,
    })),
    agents.total - agents.sample.length,
  );
  section(
    'Groups',
    groups.map(({ op, name, joins, leaves }) => ({
      op,
      what: name,
      from: `+${joins}`,
      to: `-${leaves} agents`,
    })),
    0,
  );
  section(
    'Pipelines',
    pipelines.map(({ op, id, agents: count }) => ({ op, what: id, from: `${count} agents`, to: '' })),
    0,
  );
  section(
    'Destinations',
    destinations.map(({ op, exporter, endpoint, agents: count }) => ({
      op,
      what: `${exporter} ${endpoint ?? ''}`.trim(),
      from: `${count} agents`,
      to: '',
    })),
    0,
  );
  section(
    `No longer matched: ${stopsMatching.count}`,
    stopsMatching.sample.map(({ displayName }) => ({ op: '-', what: displayName, from: '', to: '' })),
    stopsMatching.count - stopsMatching.sample.length,
  );
  if (plan.throughput) lines.push(throughputLine(plan.throughput), '');
  for (const { message } of warnings) lines.push(`! ${message}`);
  lines.push(
    `Plan: ${totals.add} to add, ${totals.change} to change, ${totals.remove} to remove. Nothing was done.`,
  );
  return lines;
}

function throughputLine({ reporting, signals }: NonNullable<ChangePlan['throughput']>): string {
  const rates = signals.map(
    ({ signal, itemsPerSecond }) =>
      `${new Intl.NumberFormat('en').format(Math.round(itemsPerSecond))} ${signal}`,
  );
  const what = rates.length === 0 ? 'nothing' : `${rates.join(', ')} items/s`;
  return `Throughput now: ${what}, measured by ${reporting} of these agents`;
}

function versionText(version: VersionRef | null): string {
  return version ? `${version.name}@${version.version}` : 'nothing';
}
