import type { JsonObject } from './json.ts';

/**
 * A command that the rules refuse. `code` is `<slice>/<kebab-case reason>` and stable: scripts and the API's
 * status table rely on it. `details` help the reader mend the command.
 */
export class Rejection<Code extends string = string> extends Error {
  override readonly name = 'Rejection';
  readonly code: Code;
  readonly details: JsonObject;

  constructor(code: Code, message: string, details: JsonObject = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export function isRejection(error: unknown): error is Rejection {
  return error instanceof Rejection;
}
