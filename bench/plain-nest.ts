import { randomUUID } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Ip,
  Module,
  Param,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type pg from 'pg';
import { createClient } from 'redis';
import { DataSource } from 'typeorm';
import { GRACE, SQL } from './bare-statements.ts';

// The same libraries as the service, with the statements and the Redis round trip of bare.ts, as their
// manuals show it and without any feature: no validation, limits, log, metrics or error responses.
const { JWT_ACCESS_SECRET = '', JWT_REFRESH_SECRET = '', ...env } = process.env;
const redis = await createClient({ url: env.REDIS_URL ?? '', name: 'plain' }).connect();

type Claims = Record<'sub' | 'sid', string> & { gen: number };
type Authenticated = { user: Claims };

function jwtStrategy(name: string, secretOrKey: string) {
  return class extends PassportStrategy(Strategy, name) {
    constructor() {
      const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
      super({ jwtFromRequest, secretOrKey, algorithms: ['HS256'] });
    }

    async validate(claims: Claims): Promise<Claims | false> {
      const [revoked] = await redis.mGet([`{revoked}:${claims.sid}`, '{revoked}:generation']);
      return revoked === null ? claims : false;
    }
  };
}

@Injectable()
class AccessTokenStrategy extends jwtStrategy('access', JWT_ACCESS_SECRET) {}

@Injectable()
class RefreshTokenStrategy extends jwtStrategy('refresh', JWT_REFRESH_SECRET) {}

@Injectable()
class Database {
  constructor(private readonly dataSource: DataSource) {}

  /** Uses a named statement, which `DataSource.query` cannot do. */
  async query(name: keyof typeof SQL, values: unknown[]): Promise<unknown> {
    const pool = (this.dataSource.driver as unknown as { master: pg.Pool }).master;
    return (await pool.query<object>({ name, text: SQL[name], values })).rows[0];
  }
}

@Controller('api/v1/customers')
@UseGuards(AuthGuard('access'))
class CustomersController {
  constructor(private readonly database: Database) {}

  @Get(':id')
  get(@Param('id') id: string): Promise<unknown> {
    return this.database.query('get', [id]);
  }

  @Post()
  create(
    @Body() { name, email, dob, country }: Record<string, string>,
    @Req() { user }: Authenticated,
    @Ip() ip: string,
  ): Promise<unknown> {
    const event = [user.sub, ip, randomUUID(), { changes: { name: { to: name } } }];
    return this.database.query('create', [name, email, dob, country, ...event]);
  }
}

@Controller('api/v1/auth')
class AuthController {
  constructor(
    private readonly database: Database,
    private readonly jwt: JwtService,
  ) {}

  @Get('token')
  @UseGuards(AuthGuard('access'))
  token(@Req() { user }: Authenticated): Claims {
    return user;
  }

  @Post('refresh')
  @HttpCode(200)
  @UseGuards(AuthGuard('refresh'))
  async refresh(@Req() { user }: Authenticated): Promise<unknown> {
    const session = (await this.database.query('refresh', [user.sid, user.gen, GRACE])) as object;
    return {
      access_token: this.jwt.sign(session, { secret: JWT_ACCESS_SECRET }),
      refresh_token: this.jwt.sign(session, { secret: JWT_REFRESH_SECRET }),
    };
  }

  @Post('logout')
  @HttpCode(204)
  @UseGuards(AuthGuard('access'))
  async logOut(@Req() { user }: Authenticated, @Ip() ip: string): Promise<void> {
    await this.database.query('log_out', [user.sid, user.sub, ip, randomUUID()]);
    const expiration = { type: 'PX', value: 610_000 } as const;
    await redis.set(`{revoked}:${user.sid}`, '1', { expiration });
  }
}

@Controller('health/live')
class HealthController {
  @Get()
  live(): { status: string } {
    return { status: 'ok' };
  }
}

@Module({
  imports: [
    PassportModule,
    JwtModule.register({}),
    TypeOrmModule.forRoot({ type: 'postgres', url: env.DATABASE_URL, poolSize: 10 }),
  ],
  controllers: [CustomersController, AuthController, HealthController],
  providers: [AccessTokenStrategy, RefreshTokenStrategy, Database],
})
class PlainModule {}

const nest = await NestFactory.create(PlainModule, new FastifyAdapter(), { logger: false });
await nest.listen(Number(env.PORT), '127.0.0.1');
