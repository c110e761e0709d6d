import type { AgentCommand } from '@ampora/domain';
import { type ConnectionSettingsStatus, connectionSettingsStatusToPlain } from '@ampora/opamp-protocol';
import { boundedText, ERROR_LIMIT } from './bounded-text.ts';
import { boundedHash } from './remote-config-status.ts';
import { toReportedStatus } from './reported-status.ts';

export function readConnectionSettingsStatus(status: ConnectionSettingsStatus): AgentCommand {
  const { hash, status: name, errorMessage } = connectionSettingsStatusToPlain(status);
  return {
    type: 'record-connection-settings-status',
    settingsHash: boundedHash(hash),
    status: toReportedStatus(name),
    errorMessage: boundedText(errorMessage, ERROR_LIMIT),
  };
}
