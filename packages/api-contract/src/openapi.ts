import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { changePlan, dryRunQuery } from './change-plan.ts';
import { exportOperation } from './export.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { problem } from './shared.ts';

/** The OpenAPI 3.1 document of the REST API, from the same schemas that validate. */
export function openApiDocument(version: string): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const [id, operation] of Object.entries(operations) as [string, Operation][]) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[operation.method] = describe(id, operation);
  }
  paths[exportOperation.path] = { get: describeExport() };
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Ampora',
      version,
      description:
        'The control plane of an OpAMP fleet. Every write answers with its log position; every read takes `at` and `after`.',
    },
    paths: paths as ZodOpenApiPathsObject,
  });
}

/** The one route that answers with a stream. */
function describeExport(): ZodOpenApiOperationObject {
  const { responses, ...rest } = describe('exportEvents', exportOperation);
  const schema = { type: 'string' as const, format: 'binary' };
  const types = ['application/jsonl', 'text/csv', 'application/vnd.apache.parquet', 'application/gzip'];
  const headers = {
    'X-Ampora-Tree-Size': {
      description: 'Size of the tree whose root the file ends at',
      schema: { type: 'integer' as const },
    },
    'X-Ampora-Leaves': {
      description: 'The leaves looked at: from-to, the end exclusive',
      schema: { type: 'string' as const },
    },
  };
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  return { ...rest, responses: { ...responses, '200': { description: 'The file', headers, content } } };
}

/** A dry run answers with a plan, under the status of the write. */
function answerOf({ response, plans }: Operation): Operation['response'] {
  return plans ? z.union([response, changePlan]) : response;
}

function describe(id: string, operation: Operation): ZodOpenApiOperationObject {
  const problems = operation.problems?.length ? ` Codes: ${operation.problems.join(', ')}.` : '';
  return {
    operationId: id,
    tags: [operation.tag],
    summary: operation.summary,
    description: `Needs the role ${operation.role}.`,
    requestParams: {
      ...(operation.params ? { path: operation.params } : {}),
      ...(operation.query ? { query: operation.query as never } : {}),
      ...(operation.plans ? { query: dryRunQuery } : {}),
    },
    ...(operation.body
      ? { requestBody: { content: { 'application/json': { schema: operation.body } } } }
      : {}),
    responses: {
      [String(operation.status ?? 200)]: {
        description: 'Done',
        content: {
          [operation.file?.type.split(';')[0] ?? 'application/json']: { schema: answerOf(operation) },
        },
      },
      default: {
        description: `A problem document.${problems}`,
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  } as ZodOpenApiOperationObject;
}
