import type { AgentCommand } from '@ampora/domain';
import { type RemoteConfigStatus, remoteConfigStatusToPlain } from '@ampora/opamp-protocol';
import { boundedText, ERROR_LIMIT } from './bounded-text.ts';
import { toReportedStatus } from './reported-status.ts';

export function readRemoteConfigStatus(status: RemoteConfigStatus): AgentCommand {
  const { hash, status: name, errorMessage } = remoteConfigStatusToPlain(status);
  return {
    type: 'record-remote-config-status',
    configHash: boundedHash(hash),
    status: toReportedStatus(name),
    errorMessage: boundedText(errorMessage, ERROR_LIMIT),
  };
}

/** Ours have 32 bytes; whatever is far longer is not one of ours and is kept only so far as to show that. */
export function boundedHash(hex: string): string {
  return hex.slice(0, 256);
}
