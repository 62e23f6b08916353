import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/** Adds values to `routeOptions.config` for Fastify's hooks. `RouteConfig` alone would replace them. */
export function routeConfig(
  config: FastifyContextConfig & Record<string, unknown>,
): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
    RouteConfig({ ...known, ...config })(target, key, descriptor);
  };
}
