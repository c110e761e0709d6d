import type { AssignableVersion } from '@ampora/domain';
import { encodeServerToAgent } from '@ampora/opamp-protocol';

/** A configuration ready to be sent: the part of ServerToAgent that is the same for all agents, encoded once. */
export interface Offer {
  readonly version: AssignableVersion;
  readonly shared: Uint8Array;
}

/** A whole configuration is one file; agents call it by the empty name. */
export const CONFIG_FILE_NAME = '';
export const CONFIG_CONTENT_TYPE = 'text/yaml';

export function encodeOffer(version: AssignableVersion, body: Uint8Array): Offer {
  const shared = encodeServerToAgent({
    remoteConfig: {
      config: { configMap: { [CONFIG_FILE_NAME]: { body, contentType: CONFIG_CONTENT_TYPE } } },
      configHash: Buffer.from(version.configHash, 'hex'),
    },
  });
  return { version, shared };
}

/** An empty configuration stops a supervised collector (R7): never sent, whatever is assigned. */
export function isEmptyConfig(body: Uint8Array): boolean {
  if (body.byteLength > 4_096) return false;
  const text = Buffer.from(body).toString('utf8');
  return text.split('\n').every((line) => /^\s*(?:#.*|---\s*|\.\.\.\s*|\{\s*\}\s*)?$/.test(line));
}
