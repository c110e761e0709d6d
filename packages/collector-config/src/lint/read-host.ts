import { isReference } from '../config-value.ts';

/** Where an endpoint leads. `unknown`: an unresolved reference stands in the host's place. */
export type EndpointHost =
  { readonly kind: 'loopback' | 'any' | 'other'; readonly host: string } | { readonly kind: 'unknown' };

/**
 * The host of `host:port`, `:port`, a URL or a gRPC target (`dns:///host:port`). The default of an environment
 * variable (`${env:X:-localhost:4317}`) is taken for its value.
 */
export function readHost(endpoint: string): EndpointHost {
  const text = withDefaults(endpoint).trim();
  if (/^unix(-abstract)?:/.test(text)) return { kind: 'loopback', host: 'unix' };
  const authority = text.replace(/^[a-z][\w+.-]*:\/{2,3}/i, '').replace(/[/?].*$/, '');
  if (isReference(authority.replace(/:\$\{[^}]*\}$/, ''))) return { kind: 'unknown' };
  const host = (/^\[([^\]]*)\]/.exec(authority)?.[1] ?? authority.replace(/:[^:]*$/, '')).toLowerCase();
  if (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host))
    return { kind: 'loopback', host };
  if (host === '' || host === '0.0.0.0' || host === '::' || host === '*') return { kind: 'any', host };
  return { kind: 'other', host };
}

const maxLength = 2_000;

function withDefaults(text: string): string {
  return text.slice(0, maxLength).replace(/\$\{(?:env:)?\w+:-([^{}]*)\}/g, '$1');
}
