import { z } from 'zod';
import { logLevels } from '../log-level.ts';

/** What a faulty value is compared with in the message, and whether the value itself may be shown. */
interface KeyNotes {
  readonly expected: string;
  readonly secret?: boolean;
}

function whole(from: number, to: number, unit = ''): z.ZodInt {
  const expected = `a whole number from ${from} to ${to}${unit === '' ? '' : ` (${unit})`}`;
  return z
    .int()
    .min(from)
    .max(to)
    .meta({ expected } satisfies KeyNotes);
}

function text(expected: string, pattern = /^/): z.ZodString {
  return z
    .string()
    .regex(pattern)
    .meta({ expected } satisfies KeyNotes);
}

function secretText(expected: string): z.ZodString {
  return z.string().meta({ expected, secret: true } satisfies KeyNotes);
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values).meta({ expected: `one of ${values.join(', ')}` } satisfies KeyNotes);
}

const masterKey = z
  .string()
  .regex(/^(?:[A-Za-z0-9+/]{43}=)?$/)
  .meta({
    expected: '32 bytes in base64 (openssl rand -base64 32), or nothing',
    secret: true,
  } satisfies KeyNotes);
const port = whole(0, 65535);
const host = text('a host name or an IP address', /^[^\s/]+$/);

/**
 * Every setting with its default, under the name that it has in `ampora.yaml`, in the environment
 * (`Section__Key`) and in `--set Section:Key=value`. A port of 0 takes any free one.
 */
export const settingsSchema = z.strictObject({
  Http: z.strictObject({
    Port: port.default(8080),
    Host: host.default('127.0.0.1'),
  }),
  OpAmp: z.strictObject({
    Port: port.default(4320),
    Host: host.default('127.0.0.1'),
    Path: text('a path that begins with /', /^\/[^\s?#]*$/).default('/v1/opamp'),
    /** Per frame or HTTP body; larger ones are refused. */
    MaxMessageBytes: whole(1024, 268_435_456, 'bytes').default(10_485_760),
    /** Silence after which an agent counts as gone. */
    HeartbeatWindowSeconds: whole(1, 86_400, 'seconds').default(90),
    MaxConnections: whole(1, 1_000_000).default(60_000),
    MaxConnectionsPerAddress: whole(1, 1_000_000).default(20_000),
    MaxAgentsPerConnection: whole(1, 100_000).default(1_000),
    /** Where agents are told to send what they measure of themselves; `auto`: here. Collectors restart when they are told. */
    OwnMetrics: secretText('off, auto, or an http or https URL with its path and no user name')
      .regex(/^(off|auto|https?:\/\/[^\s@/]+\/[^\s@]*)$/)
      .default('off'),
  }),
  Data: z.strictObject({
    /** Relative to the directory that the server is started in. */
    Directory: text('a path', /\S/).default('.ampora'),
  }),
  EventLog: z.strictObject({
    Provider: oneOf(['Postgres', 'EventStoreDB']).default('Postgres'),
    /** Empty with Postgres: the log lives in the same database as the read models. */
    ConnectionString: secretText('a connection string').default(''),
  }),
  ConnectionStrings: z.strictObject({
    /** An outside PostgreSQL; empty means the embedded one. */
    Ampora: secretText('a PostgreSQL connection string').default(''),
  }),
  Projections: z.strictObject({
    BatchSize: whole(1, 100_000, 'events').default(1_000),
    /** Of one core, for a rebuild beside what serves; the first build of all is not held back. */
    RebuildShare: z
      .number()
      .min(0.05)
      .max(1)
      .meta({ expected: 'a number from 0.05 to 1' } satisfies KeyNotes)
      .default(0.5),
    /** When a new version of a read model begins to serve. */
    Switch: oneOf(['WhenCaughtUp', 'OnCommand']).default('WhenCaughtUp'),
  }),
  Audit: z.strictObject({
    /** Most time between an event and the signed root that seals it. */
    SealIntervalSeconds: whole(1, 86_400, 'seconds').default(60),
    /** Each root is written here as a file; empty: nowhere. */
    PublishDirectory: text('a path, or nothing').default(''),
    /** Each root is committed to this Git repository, on the branch ampora-roots; empty: to none. May hold credentials. */
    PublishGitRepository: secretText('a path or URL of a Git repository, or nothing')
      .regex(/^(?!-)/)
      .default(''),
  }),
  KeyProtection: z.strictObject({
    /** Encrypts private keys in the vault. Empty: they are kept as the database keeps its files. */
    MasterKey: masterKey.default(''),
    /** Opens what was encrypted before the master key was changed. */
    PreviousMasterKey: masterKey.default(''),
  }),
  AuditRetention: z.strictObject({
    /** Age from which on a row of the audit log belongs to the archive. */
    HotDays: whole(1, 36_500, 'days').default(90),
    /** Age from which on it is gone. The log itself is not touched. */
    ArchiveDays: whole(1, 36_500, 'days').default(2555),
    SweepIntervalMinutes: whole(1, 44_640, 'minutes').default(60),
  }),
  LogRetention: z.strictObject({
    /** Age from which on superseded agent reports lose their data in the log itself; nothing keeps everything. */
    ScavengeAfterDays: text(
      'a whole number of days from 1 to 99999, or nothing',
      /^([1-9]\d{0,4})?$/,
    ).default(''),
  }),
  Logging: z.strictObject({
    /** Least level by category prefix, such as `Ampora.Edge`; `Default` is for all others. */
    LogLevel: z.record(z.string(), oneOf(logLevels)).default({ Default: 'Information' }),
    /** `auto`: pretty at a terminal, JSON elsewhere. */
    Format: oneOf(['auto', 'json', 'pretty']).default('auto'),
  }),
  OpenTelemetry: z.strictObject({
    ServiceName: text('a name', /\S/).default('ampora-server'),
    /** Empty: nothing leaves the process. */
    OtlpEndpoint: text('an http or https URL, or nothing', /^(https?:\/\/\S+)?$/).default(''),
    Headers: z.record(z.string(), secretText('a text')).default({}),
    SamplingRatio: z
      .number()
      .min(0)
      .max(1)
      .meta({ expected: 'a number from 0 to 1' } satisfies KeyNotes)
      .default(0.05),
    /** The resource attribute `deployment.environment`. */
    Environment: text('a name', /\S/).default('production'),
  }),
});

export type Settings = DeepReadonly<z.output<typeof settingsSchema>>;

type DeepReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
  : Value;
