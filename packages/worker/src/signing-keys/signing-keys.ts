import { type KeyObject, randomUUID } from 'node:crypto';
import { type CommandContext, idsOf, stampEvents, typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { type ProofEvent, streamOf, type TypedEvent } from '@ampora/catalogue';
import type { Position } from '@ampora/kernel';
import {
  formatNote,
  formatVerifierKey,
  fromBase64,
  type Hashing,
  keyIdOf,
  originOf,
  rotationText,
  toBase64,
} from '@ampora/proof';
import { fromPkcs8, makeKeyPair, signText, toPkcs8 } from './ed25519.ts';
import type { SigningKeyVault } from './signing-key-vault.ts';

export interface SigningKey {
  readonly keyId: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly verifierKey: string;
  readonly createdAtMs: number;
  readonly retiredAtMs: number | undefined;
}

/** The log knows a key that the vault does not hold: nothing can be signed with it. */
export class SigningKeyMissing extends Error {
  override readonly name = 'SigningKeyMissing';
}

/** Somebody else changed the keys at the same moment. */
export class KeysChangedMeanwhile extends Error {
  override readonly name = 'KeysChangedMeanwhile';
}

export interface SigningKeysOptions {
  readonly log: EventLog;
  readonly vault: SigningKeyVault;
  readonly hashing: Hashing;
}

type KeyEvent = TypedEvent<
  Extract<ProofEvent, { type: 'AuditSigningKeyCreated' | 'AuditSigningKeyRotated' }>
>;

interface MadeKey {
  readonly keyId: string;
  readonly facts: { tenant: string; keyId: string; publicKey: string; verifierKey: string };
}

/** A tenant's Ed25519 keys: the public ones are facts of the log, the private ones are in the vault. */
export class SigningKeys {
  readonly #log: EventLog;
  readonly #vault: SigningKeyVault;
  readonly #hashing: Hashing;
  readonly #privateKeys = new Map<string, KeyObject>();

  constructor({ log, vault, hashing }: SigningKeysOptions) {
    this.#log = log;
    this.#vault = vault;
    this.#hashing = hashing;
  }

  async #events(tenant: string): Promise<KeyEvent[]> {
    return typedEvents(await this.#log.readStream(streamOf.auditKeys(tenant))) as KeyEvent[];
  }

  /** All keys of a tenant, oldest first; the last one is active. */
  async list(tenant: string): Promise<SigningKey[]> {
    const events = await this.#events(tenant);
    return events.map(({ data, recordedAtMs }, index) => ({
      keyId: data.keyId,
      publicKey: fromBase64(data.publicKey) as Uint8Array,
      verifierKey: data.verifierKey,
      createdAtMs: recordedAtMs,
      retiredAtMs: events[index + 1]?.recordedAtMs,
    }));
  }

  /** The notes in which each key hands over to the next, oldest first. */
  async rotations(tenant: string): Promise<string[]> {
    const events = await this.#events(tenant);
    return events.flatMap((event) => (event.type === 'AuditSigningKeyRotated' ? [event.data.statement] : []));
  }

  /** Signs a text with the active key; makes the first key when there is none. */
  async sign(tenant: string, text: string): Promise<{ readonly note: string; readonly keyId: string }> {
    const keyId = (await this.#events(tenant)).at(-1)?.data.keyId ?? (await this.#create(tenant));
    return { note: await this.#signWith(tenant, keyId, text), keyId };
  }

  /** Makes a new key that signs from now on; the one before vouches for it. */
  async rotate({ commandId, metadata }: CommandContext): Promise<Position> {
    const { tenant } = metadata;
    const streamId = streamOf.auditKeys(tenant);
    const ids = idsOf(commandId, streamId);
    const events = await this.#events(tenant);
    const repeated = events.find(({ id }) => id === ids(0));
    if (repeated !== undefined) return repeated.position;
    const previous = events.at(-1);
    const made = await this.#make(tenant);
    const statement =
      previous &&
      (await this.#signWith(tenant, previous.data.keyId, rotationText(tenant, made.facts.verifierKey)));
    const event =
      previous && statement !== undefined
        ? {
            type: 'AuditSigningKeyRotated' as const,
            data: { ...made.facts, previousKeyId: previous.data.keyId, statement },
          }
        : { type: 'AuditSigningKeyCreated' as const, data: made.facts };
    const [result] = await this.#log.append([
      {
        streamId,
        expectedRevision: previous?.revision ?? 'no-stream',
        events: stampEvents([event], metadata, ids),
      },
    ]);
    if (result?.outcome === 'appended') return result.position;
    await this.#vault.remove(tenant, made.keyId);
    throw new KeysChangedMeanwhile(
      'Another key was made at the same moment; look at the keys, then try again.',
    );
  }

  async #create(tenant: string): Promise<string> {
    const metadata = { tenant, actor: 'system', actorRole: 'System' as const, correlationId: randomUUID() };
    try {
      await this.rotate({ commandId: randomUUID(), metadata });
    } catch (error) {
      // Then the other process's key is the first one.
      if (!(error instanceof KeysChangedMeanwhile)) throw error;
    }
    const key = (await this.#events(tenant)).at(-1);
    if (key === undefined) throw new SigningKeyMissing(`no signing key of tenant ${tenant} was stored`);
    return key.data.keyId;
  }

  async #make(tenant: string): Promise<MadeKey> {
    const { publicKey, privateKey } = makeKeyPair();
    const name = originOf(tenant);
    const keyId = keyIdOf(this.#hashing, name, publicKey);
    const verifierKey = formatVerifierKey(this.#hashing, name, publicKey);
    await this.#vault.put(tenant, keyId, toPkcs8(privateKey));
    return { keyId, facts: { tenant, keyId, publicKey: toBase64(publicKey), verifierKey } };
  }

  async #signWith(tenant: string, keyId: string, text: string): Promise<string> {
    const key = this.#privateKeys.get(`${tenant} ${keyId}`) ?? (await this.#load(tenant, keyId));
    const signature = {
      name: originOf(tenant),
      keyId: Buffer.from(keyId, 'hex'),
      signature: signText(key, text),
    };
    return formatNote({ text, signatures: [signature] });
  }

  async #load(tenant: string, keyId: string): Promise<KeyObject> {
    const der = await this.#vault.get(tenant, keyId);
    if (der === undefined)
      throw new SigningKeyMissing(
        `the vault does not hold the signing key ${keyId} of tenant ${tenant}; restore the schema vault from its backup`,
      );
    const key = fromPkcs8(der);
    this.#privateKeys.set(`${tenant} ${keyId}`, key);
    return key;
  }
}
