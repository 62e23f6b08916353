import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { CONFIG, type Config } from '../config/config.js';
import { validationFailed } from '../errors/errors.js';
import { ChoiceField, NumberParameter, PlainTextField } from '../validation/fields.js';

export const DEFAULT_LIMIT = 20;
const MAXIMUM_LIMIT = 100;

/** The parameters of every list; a feature adds `sort` and its filters. */
export class PageQuery {
  @NumberParameter(MAXIMUM_LIMIT, { description: `Rows per page, ${DEFAULT_LIMIT} unless given.` })
  limit?: number;

  @PlainTextField(1, 2_000, {
    description: '`page.next_cursor` of the page before, with the same filters and sort.',
  })
  cursor?: string;

  @ChoiceField(['exact'], { description: '`exact` adds `page.total`; counting takes time.' })
  count?: 'exact';
}

export class PageInfo {
  @ApiProperty({ type: 'integer', example: DEFAULT_LIMIT })
  limit: number;

  @ApiProperty({ description: 'Whether rows follow this page.', example: false })
  has_more: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The `cursor` of the next page; null on the last one.',
    example: null,
  })
  next_cursor: string | null;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'All matching rows, with `count=exact` only.',
    example: 1,
  })
  total?: number;
}

/** What every list of the API answers with. */
export interface Page<T> {
  data: T[];
  page: PageInfo;
}

/** The response class of a list of `item`, for the OpenAPI document. */
export function pageOf<T>(item: Type<T>): Type<Page<T>> {
  class PageResponse {
    @ApiProperty({ type: [item] })
    data: T[];

    @ApiProperty({ type: PageInfo })
    page: PageInfo;
  }
  Object.defineProperty(PageResponse, 'name', { value: item.name.replace(/Response$/, 'Page') });
  return PageResponse;
}

/** The last row of a page: the value that it was sorted by, and its id, which makes it unique. */
export interface Position {
  value: string | null;
  id: string;
}

/**
 * Cursors are signed, so that a forged one is an error and not a query, and carry a digest of the
 * sort and filters that they belong to.
 */
@Injectable()
export class Cursors {
  private readonly keys: string[];

  constructor(@Inject(CONFIG) config: Config) {
    this.keys = config.accessSecrets.map((secret) => `cursor:${secret}`);
  }

  /** @param list names the list with its sort and filters. */
  encode(position: Position, list: unknown): string {
    const payload = Buffer.from(JSON.stringify([position.value, position.id]));
    return Buffer.concat([this.sign(payload, list), payload]).toString('base64url');
  }

  /** @throws AppError 400 for a cursor that this service did not make, or made for another list */
  decode(cursor: string, list: unknown): Position {
    const bytes = Buffer.from(cursor, 'base64url');
    const [signature, payload] = [
      bytes.subarray(0, SIGNATURE_BYTES),
      bytes.subarray(SIGNATURE_BYTES),
    ];
    const isGenuine =
      bytes.toString('base64url') === cursor &&
      signature.length === SIGNATURE_BYTES &&
      this.keys.some((key) => timingSafeEqual(signature, this.sign(payload, list, key)));
    if (!isGenuine) {
      const detail = 'must be the next_cursor of a page with the same filters and sort';
      throw validationFailed([{ parameter: 'cursor', code: 'format', detail }]);
    }
    const [value, id] = JSON.parse(payload.toString()) as [string | null, string];
    return { value, id };
  }

  private sign(payload: Buffer, list: unknown, key = this.keys[0] ?? ''): Buffer {
    const digest = createHash('sha256').update(JSON.stringify(list)).digest();
    return createHmac('sha256', key)
      .update(digest)
      .update(payload)
      .digest()
      .subarray(0, SIGNATURE_BYTES);
  }
}

const SIGNATURE_BYTES = 16;
