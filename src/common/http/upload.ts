import type { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { malformedRequest, unsupportedEncoding, unsupportedMediaType } from '../errors/errors.js';
import { contentTypeOf } from './content-type.js';
import { isIdentity, isUtf8 } from './json-body.js';
import { routeConfig } from './route-config.js';

interface StreamedConfig extends FastifyContextConfig {
  isStreamed?: true;
}

/** The route takes its body, or sends its answer, as a stream of any length and duration. */
export const Streamed = () => routeConfig({ isStreamed: true } satisfies StreamedConfig);

export function isStreamed(config: unknown): boolean {
  return (config as StreamedConfig | undefined)?.isStreamed === true;
}

/** A body that has not been read yet. */
export interface Upload {
  /** The media type, in lower case and without parameters. */
  readonly mediaType: string;
  readonly stream: Readable;
  /** As announced; null when the client does not know it. */
  readonly totalBytes: number | null;
}

/** The body of a {@link Streamed} route, in UTF-8 and one of the media types. */
export const UploadOf = createParamDecorator(
  (mediaTypes: readonly string[], context: ExecutionContext): Upload => {
    const { headers, raw } = context.switchToHttp().getRequest<FastifyRequest>();
    const length = headers['content-length'];
    if (length === '0' || (length === undefined && !headers['transfer-encoding'])) {
      throw malformedRequest('The body is empty.');
    }
    const contentType = contentTypeOf(raw);
    const [mediaType = '', ...parameters] = contentType.toLowerCase().split(';');
    const encoding = headers['content-encoding'];
    if (!isIdentity(encoding)) throw unsupportedEncoding(encoding);
    if (!mediaTypes.includes(mediaType.trim()) || !isUtf8(parameters)) {
      throw unsupportedMediaType(contentType, mediaTypes);
    }
    return {
      mediaType: mediaType.trim(),
      stream: raw,
      totalBytes: length === undefined ? null : Number(length),
    };
  },
);
