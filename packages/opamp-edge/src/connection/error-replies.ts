import { encodeServerToAgent, ServerErrorResponseType } from '@ampora/opamp-protocol';

/** After how long to come again: at least 30 s, spread so that not all come at once (E6). */
export function retryAfterSeconds(): number {
  return 30 + Math.floor(Math.random() * 30);
}

/** The agent should not send that message again. An error excludes every other part (E2). */
export function badRequest(errorMessage: string, instanceUid?: Uint8Array): Uint8Array {
  const type = ServerErrorResponseType.BadRequest;
  return encodeServerToAgent({ instanceUid: echoed(instanceUid), errorResponse: { type, errorMessage } });
}

export function unavailable(instanceUid?: Uint8Array): Uint8Array {
  return encodeServerToAgent({
    instanceUid: echoed(instanceUid),
    errorResponse: {
      type: ServerErrorResponseType.Unavailable,
      errorMessage: 'The report could not be stored. Report your full state later.',
      retryInfo: { retryAfterNanoseconds: BigInt(retryAfterSeconds()) * 1_000_000_000n },
    },
  });
}

export function unknownError(instanceUid?: Uint8Array): Uint8Array {
  return encodeServerToAgent({
    instanceUid: echoed(instanceUid),
    errorResponse: {
      type: ServerErrorResponseType.Unknown,
      errorMessage: 'The server failed to process the message. Nothing of it was stored.',
    },
  });
}

function echoed(instanceUid: Uint8Array | undefined): Uint8Array | undefined {
  return instanceUid?.length === 16 ? instanceUid : undefined;
}
