import { ApiError, notFound } from '../problem/api-error.ts';
import type { Handlers } from '../routing/handlers.ts';
import type { ProofSource } from './proof-source.ts';

type ProofOperations = Pick<
  Handlers,
  'getEventProof' | 'listRoots' | 'sealNow' | 'listSigningKeys' | 'rotateSigningKey' | 'getConsistencyProof'
>;

export function proofHandlers(proofs: ProofSource): ProofOperations {
  return {
    async listRoots({ query, caller }) {
      const { items, next } = await proofs.roots(caller.tenant, query.limit, placeOf(query.cursor));
      return { items, next: next === undefined ? null : String(next) };
    },
    async sealNow({ command }) {
      try {
        return await proofs.sealNow(command.metadata);
      } catch (error) {
        throw refusalOf(error);
      }
    },
    listSigningKeys: async ({ caller }) => ({ items: await proofs.keys(caller.tenant), next: null }),
    async rotateSigningKey({ caller, command }) {
      try {
        await proofs.rotateKey(command);
      } catch (error) {
        throw refusalOf(error);
      }
      return { items: await proofs.keys(caller.tenant), next: null };
    },
    async getEventProof({ params, caller }) {
      const proof = await proofs.eventProof(caller.tenant, BigInt(params.position));
      if (proof === 'no-event')
        throw notFound('event/not-found', `There is no event at position ${params.position}.`);
      if (proof === 'not-sealed')
        throw new ApiError(
          409,
          'proof/not-sealed-yet',
          `The event at position ${params.position} is not sealed yet. Wait for the next root, or seal now (POST /api/audit/roots).`,
        );
      return proof;
    },
    async getConsistencyProof({ query, caller }) {
      const proof = await proofs.consistency(caller.tenant, query.from, query.to);
      if (proof === undefined)
        throw new ApiError(
          409,
          'proof/not-sealed-yet',
          'Give two sizes, the smaller first, up to that of the last root (GET /api/audit/roots).',
        );
      return proof;
    },
  };
}

function placeOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor))
    throw new ApiError(400, 'request/invalid-cursor', 'This cursor is not one of ours.');
  return Number(cursor);
}

const refusals: Readonly<Record<string, readonly [status: number, code: string]>> = {
  SealedHistoryAltered: [409, 'proof/history-altered'],
  SigningKeyMissing: [409, 'proof/signing-key-missing'],
  MasterKeyMissing: [409, 'proof/signing-key-missing'],
  KeysChangedMeanwhile: [409, 'proof/keys-changed-meanwhile'],
};

/** What the sealer refuses, as an answer; by name, since the API does not know the sealer. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const [status, code] = refusals[error.name] ?? [];
  return status === undefined || code === undefined ? error : new ApiError(status, code, error.message);
}
