import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ConfigFile } from './config-file.ts';

/** Sets these hashes apart from SHA-256 of anything else, and names the canonical form. A new form needs a new name. */
const form = 'ampora/remote-config/1';

/**
 * The `config_hash` of a remote configuration: 32 bytes of SHA-256, never empty. Equal for equal files in any order, in any process;
 * different for any other name, content type or body. Each part is preceded by its length, so that {a: "bc"} and {ab: "c"} differ.
 * Throws RangeError for two files of one name.
 */
export function remoteConfigHash(files: readonly ConfigFile[]): Uint8Array {
  const named = files.map((file) => ({ name: Buffer.from(file.name, 'utf8'), file }));
  named.sort((left, right) => Buffer.compare(left.name, right.name));
  const hash = createHash('sha256');
  const add = (part: Uint8Array) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(part.length));
    hash.update(length).update(part);
  };
  add(Buffer.from(form, 'utf8'));
  for (const [index, { name, file }] of named.entries()) {
    if (named[index + 1]?.name.equals(name))
      throw new RangeError(`Two configuration files are named "${file.name}".`);
    add(name);
    add(Buffer.from(file.contentType, 'utf8'));
    add(file.body);
  }
  return new Uint8Array(hash.digest());
}
