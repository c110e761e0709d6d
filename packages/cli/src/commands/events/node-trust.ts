import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Hashing, parseVerifierKey, PUBLIC_KEY_BYTES, type Trust, type TrustedKey } from '@ampora/proof';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';

export const nodeHashing: Hashing = {
  ofText: (text) => hash('sha256', text, 'buffer'),
  ofBytes: (bytes) => hash('sha256', bytes, 'buffer'),
};

/** What stands before the 32 bytes of an Ed25519 public key in DER: RFC 8410. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Believes the keys that a person names: as verifier keys, or files that hold one or a public key in PEM. */
export async function trustIn(given: readonly string[]): Promise<Trust> {
  return {
    hashing: nodeHashing,
    keys: await Promise.all(given.map(readKey)),
    verify(publicKey, message, signature) {
      const spki = Buffer.concat([SPKI_PREFIX, publicKey]);
      return verify(
        null,
        Buffer.from(message),
        createPublicKey({ key: spki, format: 'der', type: 'spki' }),
        signature,
      );
    },
  };
}

async function readKey(given: string): Promise<TrustedKey> {
  const named = parseVerifierKey(nodeHashing, given);
  if (named !== undefined) return named;
  const text = await readFile(given, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(
      `--key ${given} is neither a verifier key nor a file that can be read (${error.code ?? 'unreadable'}).`,
      exitCodes.usage,
    );
  });
  const key = parseVerifierKey(nodeHashing, text) ?? fromPem(text);
  if (key === undefined)
    throw new CommandFailure(
      `${given} holds no Ed25519 public key. Give what ampora events keys --pem prints.`,
      exitCodes.usage,
    );
  return key;
}

function fromPem(text: string): TrustedKey | undefined {
  // A private key would also give its public one; nobody should get used to handing it around.
  if (text.includes('PRIVATE KEY')) return undefined;
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    return undefined;
  }
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  return {
    publicKey: new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES)),
  };
}
