/** Why bytes were refused. Closed, so that it can label a metric. */
export type MalformedCode =
  | 'frame/empty'
  | 'frame/header-truncated'
  | 'frame/header-too-long'
  | 'frame/header-not-zero'
  | 'frame/no-header'
  | 'message/truncated'
  | 'message/bad-length'
  | 'message/bad-field'
  | 'message/invalid-utf8'
  | 'message/too-deep'
  | 'message/too-large'
  | 'message/undecodable';

/**
 * The one error that decoding throws. `message` is meant for the peer (`ServerErrorResponse.error_message`):
 * one readable sentence, without offsets, stack or library words, and never longer than about 120 characters.
 */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
  readonly code: MalformedCode;

  constructor(code: MalformedCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
