/** A piece of a statement. `name` starts with a small letter, `Name` with a capital one. */
export interface OttlToken {
  readonly kind: 'number' | 'bytes' | 'string' | 'name' | 'Name' | 'word' | 'compare' | 'sign' | 'end';
  readonly text: string;
  /** Offset in the statement. */
  readonly at: number;
}

const words = new Set(['nil', 'not', 'or', 'and', 'true', 'false', 'where']);
const pieces =
  /\s+|(?<bytes>0x[a-fA-F\d]+)|(?<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|(?<string>"(?:\\.|[^\\"])*")|(?<compare>==|!=|>=|<=|>|<)|(?<Name>[A-Z]\w*)|(?<name>[a-z]\w*)|(?<sign>[-+*/=(){}:,.[\]])/gsy;

/** The tokens of a statement and an end after them; a number is the offset of a character that begins none. */
export function readTokens(text: string): readonly OttlToken[] | number {
  const tokens: OttlToken[] = [];
  let at = 0;
  while (at < text.length) {
    pieces.lastIndex = at;
    const match = pieces.exec(text);
    if (match === null) return at;
    for (const [kind, piece] of Object.entries(match.groups ?? {})) {
      if (piece === undefined) continue;
      const isWord = kind === 'name' && words.has(piece);
      tokens.push({ kind: isWord ? 'word' : (kind as OttlToken['kind']), text: piece, at });
    }
    at = pieces.lastIndex;
  }
  tokens.push({ kind: 'end', text: 'the end', at: text.length });
  return tokens;
}
