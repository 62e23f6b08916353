import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, NumberParameter, PlainTextField } from '../validation/fields.js';
import { DEFAULT_LIMIT, MAXIMUM_LIMIT } from './page-limits.js';

/** The parameters of every list. A feature adds `sort` and its filters. */
export class PageQuery {
  @NumberParameter(MAXIMUM_LIMIT, { description: `Rows per page, by default ${DEFAULT_LIMIT}.` })
  limit?: number;

  @PlainTextField(1, 2_000, {
    description: '`page.next_cursor` of the previous page. Filters and sort must be the same.',
  })
  cursor?: string;

  @ChoiceField(['exact'], { description: '`exact` adds `page.total`. Counting takes time.' })
  count?: 'exact';
}

class PageInfo {
  @ApiProperty({
    description: 'The maximum number of rows on the page.',
    type: 'integer',
    example: DEFAULT_LIMIT,
  })
  limit: number;

  @ApiProperty({ description: 'Whether rows follow this page.', example: false })
  has_more: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The `cursor` of the next page; null on the last page.',
    example: null,
  })
  next_cursor: string | null;

  @ApiProperty({
    type: Boolean,
    required: false,
    description:
      'True if a search stopped early, otherwise missing. A search reads a limited number of rows for each page, ' +
      'so `data` can be short or empty although more matches follow. Continue with `next_cursor`, except with `n`.',
    example: true,
  })
  is_incomplete?: true;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'The number of all matching rows, up to 10000. Only with `count=exact`.',
    example: 1,
  })
  total?: number;

  @ApiProperty({
    type: Boolean,
    required: false,
    description: 'True if there are more rows than `total`, otherwise missing.',
    example: true,
  })
  total_is_lower_bound?: true;
}

/** The response of every list of the API. */
export interface Page<T> {
  data: T[];
  page: PageInfo;
}

/** Creates the response class of a list of `item`, for the OpenAPI document. */
export function pageOf<T>(item: Type<T>): Type<Page<T>> {
  class PageResponse {
    @ApiProperty({ description: 'The rows of the page.', type: [item] })
    data: T[];

    @ApiProperty({
      description: 'The size of the page, and how to get the next one.',
      type: PageInfo,
    })
    page: PageInfo;
  }
  Object.defineProperty(PageResponse, 'name', { value: item.name.replace(/Response$/, 'Page') });
  return PageResponse;
}
