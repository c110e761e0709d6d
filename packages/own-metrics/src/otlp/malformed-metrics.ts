/** A body that is no metrics request, or holds more than is looked at. The message is for the sender. */
export class MalformedMetrics extends Error {
  override readonly name = 'MalformedMetrics';
}
