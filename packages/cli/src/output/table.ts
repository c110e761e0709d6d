/** A column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly align?: 'right';
}

const gap = '  ';
const escapes = new RegExp(String.raw`[\u0000-\u001f\u007f-\u009f]+`, 'g');

/** What agents and people wrote must not move the cursor of who looks at it. */
export function printable(text: string): string {
  return text.replace(escapes, ' ');
}

/** Lines of a table; cells are cut so that a line fits, the last column first. `width` 0 cuts nothing. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = 0): string[] {
  const cells = rows.map((row) => columns.map((column) => printable(column.of(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => [...(line[index] ?? '')].length)),
  );
  if (width > 0) fit(widths, width - gap.length * (columns.length - 1));
  const lineOf = (line: readonly string[]) =>
    line
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align === 'right'))
      .join(gap)
      .trimEnd();
  return [lineOf(columns.map(({ title }) => title)), ...cells.map(lineOf)];
}

const leastWidth = 8;

/** Takes from the widest columns until all fit; some room is left to each. */
function fit(widths: number[], room: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) - room;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= leastWidth) return;
    const index = widths.lastIndexOf(widest);
    const next = Math.max(leastWidth, ...widths.filter((width) => width < widest));
    const take = Math.min(over, widest - next || 1);
    widths[index] = widest - take;
    over -= take;
  }
}

function pad(text: string, width: number, right: boolean): string {
  const characters = [...text];
  if (characters.length > width) return `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
  const space = ' '.repeat(width - characters.length);
  return right ? space + text : text + space;
}
