/** A place in a text. Both count from 1; a column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From a place up to, not including, another. */
export interface TextRange extends Position {
  readonly endLine: number;
  readonly endColumn: number;
}

/** Offsets to positions: one pass over the text, then a binary search for each question. */
export function createTextPositions(text: string): (offset: number) => Position {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return (offset) => {
    const wanted = Math.max(0, Math.min(offset, text.length));
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= wanted) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: wanted - (lineStarts[low] ?? 0) + 1 };
  };
}

const maxWordLength = 200;

/** The end of what is marked when something is said about an offset: the word there, or one character. */
export function endOfWord(text: string, start: number): number {
  const near = text.slice(start, start + maxWordLength);
  const length = /^[^\s,[\]{}:#"']+/.exec(near)?.[0].length ?? 1;
  return Math.min(start + length, Math.max(start, text.length));
}

/** An end cut back to the line on which the range starts. */
export function endOnLine(text: string, start: number, end: number): number {
  const lineEnd = text.indexOf('\n', start);
  const cut = lineEnd === -1 || lineEnd > end ? end : lineEnd;
  return text[cut - 1] === '\r' && cut > start ? cut - 1 : cut;
}
