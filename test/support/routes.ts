import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { API_PREFIX } from '../../src/common/http/prefix.js';
import type { TestApp } from './app.ts';

/** Routes without the prefix, see `createApp`. */
const UNPREFIXED = /^\/(health|metrics|\.well-known)(\/|$)/;

/** Every route of every controller of the application, such as `GET /api/v1/users/:id`. */
export function routesOf({ app }: TestApp): string[] {
  const scanner = new MetadataScanner();
  const modules = [...app.nest.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const base = String(Reflect.getMetadata(PATH_METADATA, metatype ?? Object));
    const prototype = (metatype as { prototype: Record<string, object> }).prototype;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] ?? {};
      const method: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
      if (method === undefined) return [];
      const path = joined(base, String(Reflect.getMetadata(PATH_METADATA, handler)));
      const prefix = UNPREFIXED.test(path) ? '' : `/${API_PREFIX}`;
      return [`${RequestMethod[Number(method)]} ${prefix}${path}`];
    });
  });
}

function joined(...parts: string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}
