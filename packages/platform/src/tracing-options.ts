export interface TracingOptions {
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly environment: string;
  readonly instanceId: string;
  /** OTLP gRPC endpoint; empty means that nothing leaves the process. */
  readonly endpoint: string;
  /** Sent with every export, for a collector that asks for credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Share of root traces that are kept, 0 to 1. A sampled caller's trace is always kept. */
  readonly samplingRatio: number;
}

export interface Tracing {
  readonly exporting: boolean;
  /** Sends what is still held back, then stops. */
  stop(): Promise<void>;
}
