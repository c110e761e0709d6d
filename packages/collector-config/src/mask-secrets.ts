import { maskedValue, secretKey } from './bounded-value.ts';

const entry = /^(\s*(?:-\s+)*)(["']?)([^"':#]+)\2(\s*:[ \t]+)(\S.*)$/;
const harmless = /^(?:\$\{[^}]*\}|["']{2}|null|~|true|false|[|>][+-]?\d*)\s*(?:#.*)?$/;

/**
 * The text with the values of keys that name a secret replaced, line for line: line numbers stay true. References
 * such as `${env:TOKEN}` stay, for they show where a secret comes from and not what it is. Works on any text, whether
 * it parses or not.
 */
export function maskSecrets(text: string): string {
  let hiddenDeeperThan: number | undefined;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.search(/\S/);
      if (hiddenDeeperThan !== undefined) {
        if (indent > hiddenDeeperThan) return `${' '.repeat(indent)}${maskedValue}`;
        if (indent >= 0) hiddenDeeperThan = undefined;
      }
      const match = entry.exec(line);
      if (!match) return line;
      const [, lead = '', quote = '', key = '', colon = '', value = ''] = match;
      if (!secretKey.test(key)) return line;
      if (/^[|>]/.test(value)) {
        hiddenDeeperThan = indent;
        return line;
      }
      return harmless.test(value) ? line : `${lead}${quote}${key}${quote}${colon}${maskedValue}`;
    })
    .join('\n');
}
