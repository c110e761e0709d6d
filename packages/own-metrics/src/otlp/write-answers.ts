import { Buffer } from 'node:buffer';
import protobuf from 'protobufjs';
import type { OtlpEncoding } from './read-metrics.ts';

/** Why points were not taken, for ExportMetricsServiceResponse.partial_success. */
export interface PartialSuccess {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

/** ExportMetricsServiceResponse: empty when all was taken. */
export function writeTaken(encoding: OtlpEncoding, partial?: PartialSuccess): Uint8Array {
  if (encoding === 'json') {
    const partialSuccess = partial && {
      rejectedDataPoints: String(partial.rejectedDataPoints),
      errorMessage: partial.errorMessage,
    };
    return Buffer.from(JSON.stringify(partialSuccess ? { partialSuccess } : {}));
  }
  const writer = protobuf.Writer.create();
  if (partial)
    writer
      .uint32(10)
      .fork()
      .uint32(8)
      .int64(partial.rejectedDataPoints)
      .uint32(18)
      .string(partial.errorMessage)
      .ldelim();
  return writer.finish();
}

/** google.rpc.Status, which every refusal of OTLP/HTTP carries; `code` is one of gRPC's. */
export function writeStatus(encoding: OtlpEncoding, code: number, message: string): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return protobuf.Writer.create().uint32(8).int32(code).uint32(18).string(message).finish();
}
