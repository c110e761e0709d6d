/** A spreadsheet would take what begins so for a formula; an apostrophe says that it is text. */
const formula = /^[=+\-@\t\r]/;

/** A text as a cell of a CSV file. */
export function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
