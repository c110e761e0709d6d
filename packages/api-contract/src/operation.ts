import type { z } from 'zod';

export type Role = 'Viewer' | 'Operator' | 'Admin';

/** One route: the single source for routing, validation, authority, the OpenAPI document and the client. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express style, below the server's root: `/api/agents/:id`. */
  readonly path: string;
  /** Least role that may call it. */
  readonly role: Role;
  readonly tag: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** It answers with a file of this kind instead of JSON; `response` is then a text. */
  readonly file?: { readonly type: string; readonly name: string };
  /** Status of success; 200 when absent. */
  readonly status?: number;
  /** Codes of problems that a caller may meet beside the common ones. */
  readonly problems?: readonly string[];
  /** The answer is the same until another version of Ampora runs: whoever asked may keep it, and ask whether it still holds. */
  readonly settled?: boolean;
  /** The edit wants `If-Match` with the row-version that the caller saw. */
  readonly ifMatch?: boolean;
  /** With `dryRun=true` it answers the ChangePlan and writes nothing. */
  readonly plans?: boolean;
}
