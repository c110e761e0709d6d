/** What PostgreSQL's programs may see of our environment: nothing that redirects them (PGDATA, PGPORT …), no secrets. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
