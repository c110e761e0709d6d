import type { Finding } from '@ampora/api-contract';

/** A file and what was found in it. */
export interface LintedFile {
  readonly file: string;
  readonly findings: readonly Finding[];
}

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** The findings as a SARIF 2.1.0 log of one run, as code hosts and editors read it. */
export function toSarif(files: readonly LintedFile[], version: string): object {
  const codes = [...new Set(files.flatMap(({ findings }) => findings.map(({ code }) => code)))].toSorted();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'ampora', version, rules: codes.map((id) => ({ id, name: nameOf(id) })) },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: files.map(({ file }) => ({ location: { uri: uriOf(file) } })),
        results: files.flatMap(({ file, findings }, index) =>
          findings.map((finding) =>
            toResult(finding, { uri: uriOf(file), index }, codes.indexOf(finding.code)),
          ),
        ),
      },
    ],
  };
}

function toResult(
  finding: Finding,
  artifactLocation: { readonly uri: string; readonly index: number },
  ruleIndex: number,
): object {
  const { code, severity, message, path, layer, suggestion } = finding;
  const { line, column, endLine, endColumn } = finding;
  const region = {
    startLine: line ?? 1,
    startColumn: column ?? 1,
    ...(endLine === null ? {} : { endLine }),
    ...(endColumn === null ? {} : { endColumn }),
  };
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation, region },
        ...(path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
    properties: { layer, ...(suggestion === undefined ? {} : { suggestion }) },
  };
}

/** `reference/undefined-exporter` as SARIF likes its names: `ReferenceUndefinedExporter`. */
function nameOf(code: string): string {
  return code
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function uriOf(file: string): string {
  if (file === '-') return 'stdin';
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
