export { ensurePortFree, listen, type ListenOptions } from './listen.ts';
export { type LogLevel, logLevels } from './log-level.ts';
export { type LogScope, withLogScope } from './log-scope.ts';
export {
  chooseLogFormat,
  createLogger,
  type Logger,
  type LoggerOptions,
  type LogProperties,
  silentLogger,
} from './logger.ts';
export { createMetrics, type FrameRejection, type Metrics, type MetricsOptions } from './metrics.ts';
export {
  createReadiness,
  type Readiness,
  type ReadinessCheck,
  type ReadinessOptions,
  type ReadinessProbe,
  type ReadinessReport,
  type ReadinessSignal,
} from './readiness.ts';
export { redact, redactText } from './redact.ts';
export { isLoopback } from './settings/is-loopback.ts';
export { loadSettings, type LoadSettingsOptions } from './settings/load-settings.ts';
export { parseSettings, SettingsError, type SettingsSources } from './settings/parse-settings.ts';
export { type Settings } from './settings/settings-schema.ts';
export { createShutdown, type Shutdown, type ShutdownOptions, stopOnSignals } from './shutdown.ts';
export { StartupError } from './startup-error.ts';
export { continueTrace, currentTraceparent, startTracing } from './tracing.ts';
export type { Tracing, TracingOptions } from './tracing-options.ts';
