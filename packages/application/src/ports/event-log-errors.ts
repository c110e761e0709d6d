/** The store did not answer, or its answer was lost: the outcome of a write is unknown. Safe to try again with the same ids. */
export class EventLogUnavailable extends Error {
  override readonly name = 'EventLogUnavailable';
}

/** Events for one stream exceed what one append may carry. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
  readonly streamId: string;
  readonly sizeBytes: number;
  readonly limitBytes: number;

  constructor(streamId: string, sizeBytes: number, limitBytes: number) {
    super(
      `Append to ${streamId} is ${sizeBytes} bytes; one append may carry ${limitBytes}. Split large bodies into content chunks.`,
    );
    this.streamId = streamId;
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/** The store refused the credentials or the connection settings: retrying will not help. */
export class EventLogMisconfigured extends Error {
  override readonly name = 'EventLogMisconfigured';
}

/** This store scavenges by itself, or not at all. */
export class ScavengeUnsupported extends Error {
  override readonly name = 'ScavengeUnsupported';
}
