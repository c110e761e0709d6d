import type {
  AssignmentRejectionCode,
  ConfigurationRejectionCode,
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
  | 'person/not-found';

export type RejectionCode =
  ConfigurationRejectionCode | AssignmentRejectionCode | PersonRejectionCode | ApplicationRejectionCode;

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
  'person/not-found': { status: 404, title: 'No such person' },
  'person/forgotten': { status: 409, title: 'Person was forgotten' },
  'agent/not-found': { status: 404, title: 'No such agent' },
};

export function statusOfRejection(code: string): { status: number; title: string } {
  return rejectionStatus[code as RejectionCode] ?? { status: 409, title: 'Refused' };
}
