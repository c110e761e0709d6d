import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
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
    },
    ...(operation.body
      ? { requestBody: { content: { 'application/json': { schema: operation.body } } } }
      : {}),
    responses: {
      [String(operation.status ?? 200)]: {
        description: 'Done',
        content: { 'application/json': { schema: operation.response } },
      },
      default: {
        description: `A problem document.${problems}`,
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  } as ZodOpenApiOperationObject;
}
