import type { ConsistencyProof, EventProof, SigningKey } from '@ampora/api-contract';
import { isSignedBy, parseCheckpoint } from '#lib/proof/checkpoint.ts';
import { climb, isConsistent, leafHashOf, toBase64 } from '#lib/proof/verify-proof.ts';

/** One thing that this browser has worked out for itself. */
export interface Check {
  readonly word: string;
  /** Null: this browser could not tell. */
  readonly holds: boolean | null;
}

export interface EventChecks {
  readonly checks: readonly Check[];
  /** The hashes from the leaf's parent to the root; null when the proof has a wrong number of hashes. */
  readonly climbed: readonly string[] | null;
}

/** Works an inclusion proof out anew: from the event's line to the signed root. */
export async function checkEvent(proof: EventProof): Promise<EventChecks> {
  const climbed = await climb(proof.leafHash, proof.leafIndex, proof.treeSize, proof.hashes);
  const reached = climbed === null ? null : (climbed.at(-1) ?? proof.leafHash);
  const note = parseCheckpoint(proof.checkpoint);
  return {
    climbed,
    checks: [
      {
        word:
          proof.line === null
            ? 'The event was scavenged: its hash alone is left'
            : 'The leaf is the hash of the event as it stands',
        holds: proof.line === null ? null : toBase64(await leafHashOf(proof.line)) === proof.leafHash,
      },
      { word: 'From the leaf the path leads to the root', holds: reached === proof.rootHash },
      {
        word: 'The checkpoint names this root and this size',
        holds: note !== null && note.root === proof.rootHash && note.size === proof.treeSize,
      },
      {
        word: `The checkpoint is signed with key ${proof.keyId}`,
        holds: note === null ? false : await isSignedBy(note, proof.publicKeyPem),
      },
    ],
  };
}

/** Works a consistency proof out anew: that the newer tree begins with the older one. */
export async function checkConsistency(
  proof: ConsistencyProof,
  keys: readonly SigningKey[],
): Promise<readonly Check[]> {
  const older = { size: proof.from, root: proof.fromRoot };
  const newer = { size: proof.to, root: proof.toRoot };
  const checks: Check[] = [
    {
      word: 'The newer tree begins with the older one, leaf for leaf',
      holds: await isConsistent(older, newer, proof.hashes),
    },
  ];
  for (const [name, tree, text] of [
    ['older', older, proof.checkpoints.from],
    ['newer', newer, proof.checkpoints.to],
  ] as const) {
    const note = text === null ? null : parseCheckpoint(text);
    if (note === null) continue;
    checks.push({
      word: `The ${name} root is the one that was signed`,
      holds: note.root === tree.root && note.size === tree.size && (await signedByAny(note, keys)),
    });
  }
  return checks;
}

async function signedByAny(
  note: NonNullable<ReturnType<typeof parseCheckpoint>>,
  keys: readonly SigningKey[],
): Promise<boolean | null> {
  const answers = await Promise.all(keys.map(({ publicKeyPem }) => isSignedBy(note, publicKeyPem)));
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}
