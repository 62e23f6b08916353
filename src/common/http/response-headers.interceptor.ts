import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { API_PREFIX } from './prefix.js';
import { isPlainObject } from './validation.pipe.js';
import { matchesNone, toEntityTag } from './preconditions.js';

const COLLECTION = 'http:collection';

/** The route creates a member of this collection, such as `/users`: the answer gets a `Location`. */
export const CreatesIn = (collection: string) => SetMetadata(COLLECTION, collection);

/** Headers that follow from the body: `ETag` of one object, `Location` of a new one, `Link` of a page. */
@Injectable()
export class ResponseHeadersInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const collection = this.reflector.get<string | undefined>(COLLECTION, context.getHandler());
    return next.handle().pipe(
      map((body: unknown) => {
        if (!isPlainObject(body)) return body;
        if (collection)
          void reply.header('location', `/${API_PREFIX}${collection}/${String(body['id'])}`);
        if (typeof body['version'] === 'number') return withEntityTag(body, request, reply);
        const next = isPlainObject(body['page']) ? body['page']['next_cursor'] : undefined;
        if (typeof next === 'string') void reply.header('link', nextLink(request.url, next));
        return body;
      }),
    );
  }
}

function withEntityTag(
  body: Record<string, unknown>,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  const entityTag = toEntityTag(Number(body['version']));
  void reply.header('etag', entityTag);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || !matchesNone(request.headers['if-none-match'], entityTag)) return body;
  void reply.code(304);
  return undefined;
}

/** RFC 8288; relative to the request, since the server does not know under which host it is seen. */
function nextLink(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `<${path}?${parameters.toString()}>; rel="next"`;
}
