import type { IncomingMessage } from 'node:http';

declare global {
  namespace App {
    interface Error {
      /** Stable reason, as the API's problem documents give it. */
      code?: string;
      /** What happened, for people. */
      detail?: string;
    }
    interface Platform {
      req: IncomingMessage;
    }
  }
}

export {};
