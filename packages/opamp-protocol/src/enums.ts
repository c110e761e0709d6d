/** Outcome of a remote config; FAILED and APPLIED are final for the hash they name. */
export const RemoteConfigStatuses = Object.freeze({ UNSET: 0, APPLIED: 1, APPLYING: 2, FAILED: 3 } as const);

/** Outcome of a connection settings offer. [development] */
export const ConnectionSettingsStatuses = Object.freeze({
  UNSET: 0,
  APPLIED: 1,
  APPLYING: 2,
  FAILED: 3,
} as const);

/** What became of one package. [beta] */
export const PackageStatusEnum = Object.freeze({
  Installed: 0,
  InstallPending: 1,
  Installing: 2,
  InstallFailed: 3,
  Downloading: 4,
} as const);

/** [beta] */
export const PackageType = Object.freeze({ TopLevel: 0, Addon: 1 } as const);

export const ServerErrorResponseType = Object.freeze({ Unknown: 0, BadRequest: 1, Unavailable: 2 } as const);

/** [beta] */
export const CommandType = Object.freeze({ Restart: 0 } as const);

/** The name of a number in an enum, or the number as text, such as `9`, when it is newer than the enum: enums are open on the wire. */
export function enumName(twin: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(twin).find((name) => twin[name] === value) ?? String(value);
}
