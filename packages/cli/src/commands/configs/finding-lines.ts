import type { Finding } from '@ampora/api-contract';

/** Remarks on a text as a person reads them: place, severity, what. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, line, column, path, message }) => {
    const where = [line === null ? '' : `line ${line}:${column ?? 1}`, path].filter((part) => part !== '');
    return `  ${severity} ${[...where, message].join(': ')}`;
  });
}
