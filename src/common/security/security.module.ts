import { Global, Module } from '@nestjs/common';
import { KeyedHashes } from './keyed-hashes.js';
import { RateLimiter } from '../rate-limits/rate-limiter.js';

@Global()
@Module({ providers: [KeyedHashes, RateLimiter], exports: [KeyedHashes, RateLimiter] })
export class SecurityModule {}
