import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiTags, type SchemaObject } from '@nestjs/swagger';
import { CONFIG, type Config } from '../common/config/config.js';
import { notFound } from '../common/errors/errors.js';
import { Operation } from '../common/openapi/operation.js';
import { Public } from '../common/security/decorators.js';
import { Tokens } from './tokens.js';

/** The well-known location, RFC 8615. It is outside of the API's prefix. */
export const JWKS_PATH = '.well-known/jwks.json';

const JWK_SET: SchemaObject = {
  type: 'object',
  required: ['keys'],
  properties: { keys: { type: 'array', items: { type: 'object' } } },
  example: { keys: [] },
};

@ApiTags('operations')
@Controller(JWKS_PATH)
export class JwksController {
  constructor(
    private readonly tokens: Tokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Public()
  @Header('Content-Type', 'application/jwk-set+json')
  @Header('Cache-Control', 'public, max-age=300')
  @Operation({
    summary: 'Read the keys that verify access tokens',
    description:
      'A JWK set (RFC 7517), for services that verify access tokens themselves. Cache it for a ' +
      'shorter time than passes between two steps of a key rotation. 404 unless JWT_ALGORITHM is ES256.',
    content: { 'application/jwk-set+json': { schema: JWK_SET } },
    errors: ['not_found'],
  })
  getSigningKeys(): Tokens['jwks'] {
    if (this.config.jwtAlgorithm !== 'ES256') throw notFound();
    return this.tokens.jwks;
  }
}
