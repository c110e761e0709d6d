import type { AnswerOf, OperationId, operations } from '@ampora/api-contract';
import type { CommandContext } from '@ampora/application';
import type { z } from 'zod';
import type { Caller } from '../authority/caller.ts';

type Operations = typeof operations;
type Parsed<Op, Key extends string> = Op extends { readonly [K in Key]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** A request, validated. */
export interface Input<Id extends OperationId> {
  readonly params: Parsed<Operations[Id], 'params'>;
  readonly query: Parsed<Operations[Id], 'query'>;
  readonly body: Parsed<Operations[Id], 'body'>;
  /** Row-version from `If-Match`, where the operation takes one. */
  readonly ifMatch: number | undefined;
  readonly caller: Caller;
  /** Who acts and under which id, for writes. */
  readonly command: CommandContext;
}

export type Handler<Id extends OperationId> = (input: Input<Id>) => Promise<AnswerOf<Id>>;

/** A handler for every operation: one missing does not compile. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };
