import type { FastifyRequest } from 'fastify';
import { clientAddress } from '../http/client-address.js';
import type { Role, Scope } from './permissions.js';

/** Where a request came from, known or not: what the audit log keeps of it. */
export interface Client {
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
  /** Set where a token is optional, and the request came with one that is not valid. */
  readonly hasBadToken?: true;
}

/** The account and session that a token belongs to. */
export interface TokenHolder {
  readonly userId: string;
  readonly sessionId: string;
}

/** The account behind a verified access token or API key. */
export interface Principal extends Client, TokenHolder {
  readonly role: Role;
  /** When the token or the key expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The API key of a service account, which is its session; undefined for a person. */
  readonly keyId?: string;
  /** What the key is limited to. Set when `keyId` is. */
  readonly scopes?: readonly Scope[];
}

/** What the strategies set on the request: a principal, or the holder of a refresh token. */
export type Authenticated<User> = FastifyRequest & { user?: User; hasBadToken?: true };

export function clientOf(request: FastifyRequest): Client {
  return {
    ip: clientAddress(request),
    userAgent: request.headers['user-agent'],
    requestId: request.id,
  };
}
