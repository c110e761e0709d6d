/** Where agents connect to: the host that the console was opened on, and the OpAMP port. */
export interface Endpoint {
  readonly host: string;
  readonly secure: boolean;
}

export const opampPort = 4320;

/** IPv6 literals arrive with their brackets from `location.hostname` and keep them. */
export function opampUrl({ host, secure }: Endpoint): string {
  return `${secure ? 'wss' : 'ws'}://${host}:${opampPort}/v1/opamp`;
}

/** The part of a Collector's own configuration that makes it report. */
export function collectorSnippet(endpoint: Endpoint): string {
  return `extensions:
  opamp:
    server:
      ws:
        endpoint: ${opampUrl(endpoint)}

service:
  extensions: [opamp]
`;
}

/** A supervisor's configuration, with what it must be allowed to do so that configurations reach it. */
export function supervisorSnippet(endpoint: Endpoint): string {
  return `server:
  endpoint: ${opampUrl(endpoint)}

capabilities:
  accepts_remote_config: true
  reports_remote_config: true
  reports_effective_config: true
  reports_available_components: true
  accepts_opamp_connection_settings: true
  accepts_restart_command: true
  reports_health: true

agent:
  executable: /usr/local/bin/otelcol

storage:
  directory: /var/lib/otelcol/supervisor
`;
}
