import {
  type AnswerOf,
  ApiProblem,
  type CallOptions,
  type Client,
  createClient,
  type OperationId,
  sourceHeader,
} from '@ampora/api-contract';
import { error } from '@sveltejs/kit';
import { visibleWrite } from './visible-write.ts';

const nowhereInTime: ReadonlySet<OperationId> = new Set<OperationId>([
  'getEvent',
  'listEvents',
  'listProjections',
  'getMoment',
  'getEventProof',
  'listRoots',
  'listSigningKeys',
  'getConsistencyProof',
  'getLogActivity',
  'getEventCauses',
  'listPeople',
]);
const writes: ReadonlySet<OperationId> = new Set<OperationId>([
  'createConfiguration',
  'createVersion',
  'editVersion',
  'discardVersion',
  'publishVersion',
  'archiveVersion',
  'unarchiveVersion',
  'revertToVersion',
  'setTag',
  'removeTag',
  'deleteConfiguration',
  'importConfiguration',
  'applyConfiguration',
  'assign',
  'unassign',
  'createGroup',
  'editGroup',
  'deleteGroup',
  'restoreGroup',
  'addGroupMembers',
  'removeGroupMembers',
  'moveAgent',
  'setAgentLabels',
  'bulkAgents',
  'defineLintRule',
  'changeLintRule',
  'removeLintRule',
  'namePerson',
  'forgetPerson',
]);
const checks: ReadonlySet<OperationId> = new Set<OperationId>([
  'validateConfiguration',
  'checkExpression',
  'completeExpression',
  'planChange',
  'previewGroup',
  'rebuildProjection',
  'pauseProjection',
  'resumeProjection',
  'cancelProjection',
  'compareProjection',
  'switchProjection',
  'retireProjection',
  'retryProjection',
  'sealNow',
  'rotateSigningKey',
]);

/** The API for code in the browser: throws ApiProblem. Reads that follow a write wait until they can see it. */
export function createApi(fetcher: typeof fetch = fetch): Client {
  const client = createClient({ fetch: fetcher, headers: { [sourceHeader]: 'ui' } });
  return async <Id extends OperationId>(id: Id, options: CallOptions<Id>): Promise<AnswerOf<Id>> => {
    if (!writes.has(id)) return client(id, withAfter(id, options));
    const answer = await client(id, { ...options, idempotencyKey: crypto.randomUUID() });
    if (typeof answer === 'object' && 'position' in answer && answer.position !== null)
      visibleWrite.remember(String(answer.position));
    return answer;
  };
}

function withAfter<Id extends OperationId>(id: Id, options: CallOptions<Id>): CallOptions<Id> {
  const after = visibleWrite.pending;
  if (after === null || nowhereInTime.has(id) || checks.has(id)) return options;
  const query = (options as { query?: { at?: string } }).query;
  if (query?.at) return options;
  return { ...options, query: { ...query, after } };
}

/** The API for `load` functions: a problem becomes the error page, with its title, detail and code. */
export function loadApi(fetcher: typeof fetch): Client {
  const api = createApi(fetcher);
  return async (id, options) => {
    try {
      return await api(id, options);
    } catch (cause) {
      throw toPageError(cause);
    }
  };
}

function toPageError(cause: unknown): unknown {
  if (cause instanceof ApiProblem) {
    const { title, code, detail } = cause.problem;
    const status = cause.status >= 400 && cause.status <= 599 ? cause.status : 500;
    return caught(() => error(status, { message: title, code, detail }));
  }
  if (cause instanceof TypeError) {
    return caught(() =>
      error(503, {
        message: 'The server does not answer',
        code: 'network/unreachable',
        detail: 'The request for this page never got an answer. The server may be restarting.',
      }),
    );
  }
  return cause;
}

function caught(raise: () => never): unknown {
  try {
    return raise();
  } catch (raised) {
    return raised;
  }
}
