import type { FastifyRequest } from 'fastify';
import { clientAddress } from '../http/client-address.js';
import type { Role, Scope } from './permissions.js';

/** The origin of a request, for the audit log. */
export interface Client {
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
  /** Set if the token is optional and the request has an invalid one. */
  readonly hasBadToken?: true;
}

/** The account and the session of a token. */
export interface TokenHolder {
  readonly userId: string;
  readonly sessionId: string;
}

/** The account behind a verified access token or API key. */
export interface Principal extends Client, TokenHolder {
  readonly role: Role;
  /** When the token or the key expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The API key of a service account, which is also its session; undefined for a person. */
  readonly keyId?: string;
  /** The scopes of the key. Set if `keyId` is set. */
  readonly scopes?: readonly Scope[];
}

/** The caller that the strategies set on the request: a principal, or the holder of a refresh token. */
export type Authenticated<User> = FastifyRequest & { user?: User; hasBadToken?: true };

export function clientOf(request: FastifyRequest): Client {
  return {
    ip: clientAddress(request),
    userAgent: request.headers['user-agent'],
    requestId: request.id,
  };
}
