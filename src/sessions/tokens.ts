import { type JsonWebKey, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { CONFIG, type Config } from '../common/config/config.js';
import { DatabaseClock } from '../common/database/database-clock.js';
import { isUuid } from '../common/validation/formats.js';
import { isRole, type Role } from '../common/security/permissions.js';
import type { TokenHolder } from '../common/security/principal.js';
import { ellipticKey, hasSigned, publicJwks, secretKey, SigningKeys } from './signing-keys.js';

/** Times are seconds since the epoch, RFC 7519. */
interface CommonClaims {
  iss: string;
  aud: string;
  sub: string;
  sid: string;
  iat: number;
  exp: number;
}

export interface AccessClaims extends CommonClaims {
  jti: string;
  role: Role;
}

export interface RefreshClaims extends CommonClaims {
  /** The generation of the session that the token belongs to. */
  gen: number;
}

/** The holder of a genuine refresh token. */
export interface RefreshTokenHolder extends TokenHolder {
  readonly generation: number;
}

/** The values of a session that its tokens are made from. Times are in RFC 3339. */
export interface SessionState {
  id: string;
  userId: string;
  role: Role;
  /** Whether a log-in to the account needs a second factor. */
  hasSecondFactor: boolean;
  generation: number;
  rotatedAt: string;
  expiresAt: string;
  /** The time of the statement that allowed the tokens, by PostgreSQL's clock. */
  now: string;
}

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  token_type: 'Bearer';
  /** Seconds left of the access token. */
  expires_in: number;
  /** Seconds left of the refresh token. */
  refresh_expires_in: number;
  /** Present when MFA_REQUIRED_ROLES requires a second factor and the account has none yet. */
  mfa_enrolment_required?: true;
}

export type TokenKind = 'access' | 'refresh';

/** The ids of the keys of each kind: the first signs, all verify. */
export type KeyIds = Readonly<Record<TokenKind, readonly string[]>>;

/** A token with the form and the claims of this service. Its signature is not verified yet. */
export interface TokenCandidate {
  readonly claims: Record<string, unknown>;
  readonly isGenuine: () => boolean;
}

const SEGMENTS = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;
/** Seconds that `iat` may be ahead of the clock of this instance, because clocks differ. */
const IAT_TOLERANCE = 5;

/** Issues tokens and recognises the tokens of this service. */
@Injectable()
export class Tokens {
  private readonly keys: Readonly<Record<TokenKind, SigningKeys>>;
  private readonly signers: Readonly<Record<TokenKind, JwtService>>;
  private readonly lifetime: Readonly<Record<TokenKind, number>>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: DatabaseClock,
  ) {
    this.keys = {
      access: new SigningKeys('at+jwt', accessKeys(config)),
      refresh: new SigningKeys('rt+jwt', config.refreshSecrets.map(secretKey)),
    };
    this.signers = { access: signer(this.keys.access), refresh: signer(this.keys.refresh) };
    this.lifetime = {
      access: seconds(config.accessTokenTtl),
      refresh: seconds(config.refreshTokenTtl) + 1, // its start and its end are both rounded down
    };
  }

  /** The refresh token depends only on the row, so each generation has exactly one. */
  issue(session: SessionState): TokenPair {
    const { jwtIssuer: iss, jwtAudience: aud } = this.config;
    const common = { iss, aud, sub: session.userId, sid: session.id };
    const now = seconds(Date.parse(session.now));
    const sessionEnd = seconds(Date.parse(session.expiresAt));
    const exp = Math.min(now + this.lifetime.access, sessionEnd);
    const mustEnrol = !session.hasSecondFactor && this.needsSecondFactor(session.role);
    const access: AccessClaims = {
      ...common,
      jti: randomUUID(),
      role: mustEnrol ? 'guest' : session.role,
      iat: now,
      exp,
    };
    const refresh: RefreshClaims = {
      ...common,
      gen: session.generation,
      iat: seconds(Date.parse(session.rotatedAt)),
      exp: sessionEnd,
    };
    return {
      access_token: this.signers.access.sign(access),
      refresh_token: this.signers.refresh.sign(refresh),
      token_type: 'Bearer',
      expires_in: exp - now,
      refresh_expires_in: sessionEnd - now,
      ...(mustEnrol && { mfa_enrolment_required: true }),
    };
  }

  /** Checks the form and the claims of a token. @returns undefined for another text or an expired token */
  candidate(kind: TokenKind, token: string): TokenCandidate | undefined {
    const [, header = '', payload = '', signature = ''] = SEGMENTS.exec(token) ?? [];
    if (!isCanonical(signature)) return undefined;
    const key = this.keys[kind].find(header, signature);
    const claims = key && parseClaims(payload);
    if (!claims || !this.hasExpectedClaims(kind, claims)) return undefined;
    return { claims, isGenuine: () => hasSigned(key, `${header}.${payload}`, signature) };
  }

  get keyIds(): KeyIds {
    const { access, refresh } = this.keys;
    return { access: access.all.map(({ kid }) => kid), refresh: refresh.all.map(({ kid }) => kid) };
  }

  /** The public keys of access tokens, for other services. */
  get jwks(): { keys: JsonWebKey[] } {
    return publicJwks(this.keys.access.all);
  }

  private needsSecondFactor(role: Role): boolean {
    return this.config.mfaRequiredRoles.includes(role);
  }

  private hasExpectedClaims(kind: TokenKind, claims: Record<string, unknown>): boolean {
    const { iss, aud, sub, sid, iat, exp } = claims;
    const known = kind === 'access' ? ACCESS_CLAIMS : REFRESH_CLAIMS;
    if (Object.keys(claims).join() !== known) return false;
    if (iss !== this.config.jwtIssuer || aud !== this.config.jwtAudience) return false;
    if (!isId(sub) || !isId(sid) || !isTime(iat) || !isTime(exp)) return false;
    const now = this.clock.certainNow() / 1_000;
    if (iat > now + IAT_TOLERANCE || exp <= now) return false;
    if (exp - iat > this.lifetime[kind]) return false;
    return kind === 'access'
      ? isId(claims['jti']) && isRole(claims['role'])
      : isGeneration(claims['gen']);
  }
}

/** JWT_ALGORITHM decides which keys sign. The others still verify, so that it can be changed. */
function accessKeys({ jwtAlgorithm, accessSecrets, accessPrivateKeys }: Config) {
  const secret = accessSecrets.map(secretKey);
  const elliptic = accessPrivateKeys.map(ellipticKey);
  return jwtAlgorithm === 'ES256' ? [...elliptic, ...secret] : [...secret, ...elliptic];
}

/** One signer for each key and header, because passing them at each call would be slower. */
function signer({ signing, header }: SigningKeys): JwtService {
  return new JwtService({ privateKey: signing.signs, signOptions: { header } });
}

/** The claims in the order in which `issue` writes them. */
const ACCESS_CLAIMS = 'iss,aud,sub,sid,jti,role,iat,exp';
const REFRESH_CLAIMS = 'iss,aud,sub,sid,gen,iat,exp';

/** Accepts only the exact output of `JSON.stringify`: no repeated key, no escape, no padding. */
function parseClaims(payload: string): Record<string, unknown> | undefined {
  if (!isCanonical(payload)) return undefined;
  const text = Buffer.from(payload, 'base64url').toString();
  try {
    // A value that is not an object fails the later check of its keys.
    const claims = JSON.parse(text) as Record<string, unknown> | null;
    return claims && JSON.stringify(claims) === text ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this is the only spelling of its value: decoders ignore unused bits of base64url. */
function isCanonical(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && isUuid(value);
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** Fits PostgreSQL's `integer`. A statement with a larger number would fail. */
function isGeneration(value: unknown): boolean {
  return isTime(value) && value <= 2 ** 31 - 1;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
