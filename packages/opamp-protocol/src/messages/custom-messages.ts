import { noBytes, noItems } from './empty.ts';

/** Replaces the list sent before. [development] */
export class CustomCapabilities {
  readonly capabilities: readonly string[] = noItems;
}

/** [development] */
export class CustomMessage {
  readonly capability: string = '';
  readonly type: string = '';
  readonly data: Uint8Array = noBytes;
}
