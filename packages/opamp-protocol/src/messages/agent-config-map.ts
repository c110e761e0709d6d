import { EmptyRecord, noBytes } from './empty.ts';

/** Files by name; an agent with a single file uses the empty name. */
export class AgentConfigMap {
  readonly configMap: Readonly<Record<string, AgentConfigFile>> = new EmptyRecord();
}

export class AgentConfigFile {
  /** Any bytes, text or not. A view on the received frame when longer than 64 bytes. */
  readonly body: Uint8Array = noBytes;
  readonly contentType: string = '';
}
