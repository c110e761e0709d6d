import { fileURLToPath, pathToFileURL } from 'node:url';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface CruiseFindings {
  /** Modules looked at: too few means that the rules saw nothing. */
  readonly modules: number;
  readonly violations: readonly string[];
}

/** Runs the import rules over every workspace. Each violation names the rule, both files and what to do. */
export async function findForbiddenImports(): Promise<CruiseFindings> {
  const { default: config } = (await import(pathToFileURL(`${root}.dependency-cruiser.mjs`).href)) as {
    default: { forbidden: never; options: object };
  };
  const { options, ...ruleSet } = config;
  const { output } = await cruise(
    ['packages', 'projections/src', 'test'],
    { ...options, baseDir: root.replace(/\/$/, ''), validate: true, ruleSet } as never,
    {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    } as never,
  );
  const { summary, modules } = output as ICruiseResult;
  const advice = new Map(
    (summary.ruleSetUsed?.forbidden ?? []).map((rule) => [rule.name, rule.comment ?? '']),
  );
  return {
    modules: modules.length,
    violations: summary.violations.map((violation) => describe(violation, advice)),
  };
}

function describe(violation: IViolation, advice: ReadonlyMap<string | undefined, string>): string {
  return `${violation.from} → ${violation.to}\n    ${violation.rule.name}: ${advice.get(violation.rule.name) ?? ''}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { modules, violations } = await findForbiddenImports();
  console.log(
    violations.length === 0 ? `${modules} modules, every import points the right way` : violations.join('\n'),
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}
