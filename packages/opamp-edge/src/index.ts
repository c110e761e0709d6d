// The two faces of the edge: the process that talks to agents, and the table of who was seen.
export { createOpAmpEdge, type EdgeSession, type EdgeStatus, type OpAmpEdge } from './create-opamp-edge.ts';
export type { OpAmpEdgeOptions } from './edge-options.ts';
export { type Admission, admitLoopback, type Authenticate } from './connection/authenticate.ts';
export { decideOffer, type OfferDecision, type OfferView } from './outbound/remote-config.ts';
export {
  createPostgresPresence,
  migratePostgresPresence,
  type PostgresPresenceOptions,
  type PostgresQueries,
} from './presence/postgres-presence.ts';
export { CONFIG_CONTENT_TYPE, CONFIG_FILE_NAME } from './push/offer.ts';
