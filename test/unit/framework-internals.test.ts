import 'reflect-metadata';
import { Body, createParamDecorator, Get, Query } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { IsOptional, MinLength, validate } from 'class-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { rememberRules } from '../../src/common/validation/remembered-rules.js';

/**
 * Internals of NestJS that the source relies on. When an update breaks one of them, look at the file
 * that its test names.
 */
describe('imported internals of NestJS', () => {
  it('record the kind of each handler parameter (undeclared-input.guard.ts)', () => {
    const Custom = createParamDecorator(() => undefined);
    class Controller {
      @Get()
      handle(@Body() _body: object, @Query() _query: object, @Custom() _custom: object): void {}
    }
    const metadata: object = Reflect.getMetadata(ROUTE_ARGS_METADATA, Controller, 'handle');
    const kinds = Object.keys(metadata).map((key) => Number(key.split(':')[0]));
    expect(kinds).toContain(RouteParamtypes.BODY);
    expect(kinds).toContain(RouteParamtypes.QUERY);
    expect(kinds.filter(Number.isNaN)).toHaveLength(1);
  });

  it('store the configuration of a route on its handler (route-config.ts)', () => {
    class Controller {
      @RouteConfig({ known: true })
      handle(): void {}
    }
    const handler: object = Object(Reflect.get(Controller.prototype, 'handle'));
    expect(Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler)).toEqual({ known: true });
  });
});

describe('class-validator with cached rules (remembered-rules.ts)', () => {
  beforeAll(() => {
    rememberRules();
    rememberRules(); // for a second application in the same process
  });

  const failing = async (dto: object) => (await validate(dto)).map(({ property }) => property);

  it('applies rules that are added after the first validation of their class', async () => {
    class Body {
      @MinLength(3)
      first = 'a';
      second = 'a';
    }
    expect(await failing(new Body())).toEqual(['first']);
    MinLength(3)(Body.prototype, 'second');
    expect(await failing(new Body())).toEqual(['first', 'second']);
  });

  it('keeps the rules of a class separate from those of its subclasses', async () => {
    class Body {
      @MinLength(3)
      name = 'a';
    }
    class Extended extends Body {
      @MinLength(3)
      text = 'a';
    }
    class Optional extends Body {
      @IsOptional()
      override name = 'b';
    }
    expect(await failing(new Body())).toEqual(['name']);
    expect((await failing(new Extended())).sort()).toEqual(['name', 'text']);
    expect(await failing(new Optional())).toEqual(['name']);
    expect(await failing(new Body())).toEqual(['name']);
  });
});
