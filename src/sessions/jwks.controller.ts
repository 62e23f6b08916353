import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, type Config } from '../common/config/config.js';
import { notFound } from '../common/errors/errors.js';
import { Public } from '../common/security/decorators.js';
import { Tokens } from './tokens.js';

/** RFC 8615: outside the API's prefix, where other services look for it. */
export const JWKS_PATH = '.well-known/jwks.json';

@ApiExcludeController()
@Controller(JWKS_PATH)
export class JwksController {
  constructor(
    private readonly tokens: Tokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Clients cache it for less time than there is between the steps of a key rotation. */
  @Get()
  @Public()
  @Header('Content-Type', 'application/jwk-set+json')
  @Header('Cache-Control', 'public, max-age=300')
  read(): Tokens['jwks'] {
    if (this.config.jwtAlgorithm !== 'ES256') throw notFound();
    return this.tokens.jwks;
  }
}
