import type { AgentCommand } from '@ampora/domain';
import type { CustomCapabilities } from '@ampora/opamp-protocol';
import { boundedText, STATUS_LIMIT } from './bounded-text.ts';

export function readCustomCapabilities({ capabilities }: CustomCapabilities): AgentCommand {
  const names = capabilities.map((name) => boundedText(name.replaceAll('\0', '\uFFFD'), STATUS_LIMIT));
  return { type: 'record-custom-capabilities', capabilities: [...new Set(names)].sort() };
}
