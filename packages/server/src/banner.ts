export interface BannerFacts {
  readonly version: string;
  readonly consoleUrl: string;
  readonly opampUrl: string | undefined;
  readonly dataDirectory: string;
  readonly database: string;
  readonly eventLog: string;
  readonly welcomeUrl: string | undefined;
  readonly seconds: number;
}

/** What a person who just started the server wants to know. For the console only: it holds the first admin's link. */
export function banner(facts: BannerFacts): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Console', facts.consoleUrl],
    ['Agents (OpAMP)', facts.opampUrl],
    ['Data', facts.dataDirectory],
    ['PostgreSQL', facts.database],
    ['Event log', facts.eventLog],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(16)}${value}`],
  );
  const welcome =
    facts.welcomeUrl === undefined
      ? []
      : [
          '',
          '  Sign in as the first admin with this link. It works once, within 24 hours:',
          `  ${facts.welcomeUrl}`,
        ];
  return [
    '',
    `  Ampora ${facts.version} is ready (${facts.seconds} s)`,
    '',
    ...lines,
    ...welcome,
    '',
    '',
  ].join('\n');
}
