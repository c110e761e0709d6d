import type { Finding, ValidationTarget } from '@ampora/api-contract';
import type { ConfigurationCheck, LintRulesReader } from '@ampora/application';
import { releases } from '@ampora/component-library';
import type { JsonObject } from '@ampora/kernel';
import { lintSettingsOf } from '../lint/lint-settings.ts';
import { notFound } from '../problem/api-error.ts';
import type { ReadTargetBuilds } from './component-builds.ts';
import type { TextChecker } from './text-check/text-checker.ts';

export interface TextChecksOptions {
  readonly checker: TextChecker;
  readonly lintRules: LintRulesReader;
  readonly targetBuilds: ReadTargetBuilds;
}

export interface ValidationRequest {
  readonly tenant: string;
  readonly text: string;
  readonly release?: string | undefined;
  readonly target?: ValidationTarget | undefined;
}

export interface Validation {
  valid: boolean;
  findings: Finding[];
  components: {
    checkedAgainst: number;
    agents: number;
    silentAgents: number;
    missing: { component: string; agents: number }[];
  } | null;
}

export type TextChecks = ReturnType<typeof createTextChecks>;

/** Every layer of checks with a tenant's own lint rules: for whoever asks, and before a text is published. */
export function createTextChecks({ checker, lintRules, targetBuilds }: TextChecksOptions) {
  return {
    async validate({ tenant, text, release, target }: ValidationRequest): Promise<Validation> {
      if (release !== undefined && !releases.includes(release))
        throw notFound(
          'component-library/release-not-found',
          `The component library has no release ${release}. It has ${releases.join(', ')}.`,
          { release, releases: [...releases] },
        );
      const [rules, told] = await Promise.all([
        lintSettingsOf(lintRules, tenant),
        target === undefined ? undefined : targetBuilds(target),
      ]);
      const { findings, isPublishable, missing } = await checker.check({
        text,
        release,
        lintRules: rules,
        builds: told?.builds,
        // A fleet is of many builds, and a text is seldom meant for all of them.
        partlyMissing: target !== undefined && 'all' in target ? 'warning' : 'error',
      });
      const { agents = 0, silentAgents = 0 } = told ?? {};
      const checkedAgainst = told?.builds.length ?? 0;
      return {
        valid: isPublishable,
        findings: [...findings],
        components:
          told === undefined
            ? null
            : { checkedAgainst, agents, silentAgents, missing: missing.map((one) => ({ ...one })) },
      };
    },

    /** As publishing runs it, and whatever tells an author beforehand what publishing would say. */
    async forPublishing(text: string, tenant: string): Promise<ConfigurationCheck> {
      const rules = await lintSettingsOf(lintRules, tenant);
      const { findings, isPublishable, semanticHash } = await checker.check({ text, lintRules: rules });
      return { blocking: !isPublishable, findings: findings.map(toJson), semanticHash };
    },
  };
}

function toJson({ suggestion, ...finding }: Finding): JsonObject {
  return suggestion === undefined ? finding : { ...finding, suggestion };
}

/** Findings as a check gives them to the application, and as the API shows them. */
export function toFindings(findings: ConfigurationCheck['findings']): Finding[] {
  return findings as unknown as Finding[];
}
