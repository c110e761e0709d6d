import type {
  AssignmentRejectionCode,
  ConfigurationRejectionCode,
  GroupRejectionCode,
  LintRuleRejectionCode,
  PersonRejectionCode,
} from '@ampora/domain';

/** Refusals that the application adds to those of the deciders. */
type ApplicationRejectionCode =
  | 'configuration/name-taken'
  | 'configuration/invalid'
  | 'configuration/in-use'
  | 'request/idempotency-key-reused'
  | 'agent/not-found'
  | 'assignment/agent-refuses-remote-config'
  | 'group/name-taken'
  | 'group/selector-invalid'
  | 'bulk/too-many'
  | 'bulk/nobody'
  | 'lint-rule/invalid-expression'
  | 'lint-rule/id-missing'
  | 'person/not-found';

export type RejectionCode =
  | ConfigurationRejectionCode
  | AssignmentRejectionCode
  | GroupRejectionCode
  | LintRuleRejectionCode
  | PersonRejectionCode
  | ApplicationRejectionCode;

/** Every refusal has its status and title here: a code without one does not compile. */
export const rejectionStatus: Readonly<Record<RejectionCode, { status: number; title: string }>> = {
  'configuration/already-exists': { status: 409, title: 'Configuration exists already' },
  'configuration/not-found': { status: 404, title: 'No such configuration' },
  'configuration/version-not-found': { status: 404, title: 'No such version' },
  'configuration/not-a-draft': { status: 409, title: 'Not a draft' },
  'configuration/not-published': { status: 409, title: 'Not published' },
  'configuration/stale-row-version': { status: 412, title: 'Saved by someone else meanwhile' },
  'configuration/not-archived': { status: 409, title: 'Not archived' },
  'configuration/deleted': { status: 410, title: 'Configuration was deleted' },
  'configuration/tagged': { status: 409, title: 'Tagged' },
  'configuration/tag-not-found': { status: 404, title: 'No such tag' },
  'configuration/invalid-tag': { status: 422, title: 'Not a name for a tag' },
  'configuration/too-many-tags': { status: 409, title: 'Too many tags' },
  'configuration/in-use': { status: 409, title: 'In use' },
  'request/idempotency-key-reused': { status: 422, title: 'Idempotency-Key used for another request' },
  'configuration/name-taken': { status: 409, title: 'Name taken' },
  'configuration/invalid': { status: 422, title: 'Configuration is not valid' },
  'assignment/not-assigned': { status: 409, title: 'Not assigned' },
  'assignment/agent-refuses-remote-config': { status: 409, title: 'Agent takes no remote configuration' },
  'group/already-exists': { status: 409, title: 'Group exists already' },
  'group/not-found': { status: 404, title: 'No such group' },
  'group/deleted': { status: 409, title: 'Group is deleted' },
  'group/is-dynamic': { status: 409, title: 'Group is dynamic' },
  'group/name-taken': { status: 409, title: 'Name taken' },
  'group/selector-invalid': { status: 422, title: 'Selector cannot be used' },
  'bulk/too-many': { status: 422, title: 'Too many agents at once' },
  'bulk/nobody': { status: 422, title: 'Nobody is meant' },
  'group/selector-mismatch': { status: 422, title: 'Selector does not fit' },
  'group/stale-revision': { status: 412, title: 'Changed by someone else meanwhile' },
  'label/invalid-key': { status: 422, title: 'Not a label key' },
  'label/invalid-value': { status: 422, title: 'Label value too long' },
  'label/too-many': { status: 422, title: 'Too many labels' },
  'lint-rule/already-exists': { status: 409, title: 'Lint rule exists already' },
  'lint-rule/not-found': { status: 404, title: 'No such lint rule' },
  'lint-rule/built-in': { status: 409, title: 'Lint rule comes with Ampora' },
  'lint-rule/too-many': { status: 409, title: 'Too many lint rules' },
  'lint-rule/stale-revision': { status: 412, title: 'Changed by someone else meanwhile' },
  'lint-rule/invalid-expression': { status: 422, title: 'Expression has errors' },
  'lint-rule/id-missing': { status: 422, title: 'No id for the lint rule' },
  'person/not-found': { status: 404, title: 'No such person' },
  'person/forgotten': { status: 409, title: 'Person was forgotten' },
  'agent/not-found': { status: 404, title: 'No such agent' },
};

export function statusOfRejection(code: string): { status: number; title: string } {
  return rejectionStatus[code as RejectionCode] ?? { status: 409, title: 'Refused' };
}
