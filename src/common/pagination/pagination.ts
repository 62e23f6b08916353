import { createHash } from 'node:crypto';
import { Injectable, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { validationFailed } from '../errors/errors.js';
import { KeyedHashes } from '../security/keyed-hashes.js';
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
  constructor(private readonly hashes: KeyedHashes) {}

  /** @param list names the list with its sort and filters. */
  encode(position: Position, list: unknown): string {
    const payload = Buffer.from(JSON.stringify([position.value, position.id]));
    const signature = this.hashes
      .hash('cursor', signed(payload, list))
      .subarray(0, SIGNATURE_BYTES);
    return Buffer.concat([signature, payload]).toString('base64url');
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
      this.hashes.isHashOf(signature, 'cursor', signed(payload, list));
    if (!isGenuine) {
      const detail = 'must be the next_cursor of a page with the same filters and sort';
      throw validationFailed([{ parameter: 'cursor', code: 'format', detail }]);
    }
    const [value, id] = JSON.parse(payload.toString()) as [string | null, string];
    return { value, id };
  }
}

const SIGNATURE_BYTES = 16;

/** What the signature is of: the list that the cursor belongs to, and the position. */
function signed(payload: Buffer, list: unknown): Buffer {
  const digest = createHash('sha256').update(JSON.stringify(list)).digest();
  return Buffer.concat([digest, payload]);
}
