import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
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

class PageInfo {
  @ApiProperty({
    description: 'The most rows that a page can have.',
    type: 'integer',
    example: DEFAULT_LIMIT,
  })
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
    type: Boolean,
    required: false,
    description:
      'True when a search stopped early: it reads a limited number of rows for one page, so `data` can be ' +
      'short or empty although matches follow. `next_cursor` goes on from there, except with `n`. Missing otherwise.',
    example: true,
  })
  is_incomplete?: true;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'All matching rows, up to 10000; with `count=exact` only.',
    example: 1,
  })
  total?: number;

  @ApiProperty({
    type: Boolean,
    required: false,
    description: 'True when there are more rows than `total`; missing otherwise.',
    example: true,
  })
  total_is_lower_bound?: true;
}

/** What every list of the API answers with. */
export interface Page<T> {
  data: T[];
  page: PageInfo;
}

/** The response class of a list of `item`, for the OpenAPI document. */
export function pageOf<T>(item: Type<T>): Type<Page<T>> {
  class PageResponse {
    @ApiProperty({ description: 'The rows of the page.', type: [item] })
    data: T[];

    @ApiProperty({ description: 'Where the page is in the list.', type: PageInfo })
    page: PageInfo;
  }
  Object.defineProperty(PageResponse, 'name', { value: item.name.replace(/Response$/, 'Page') });
  return PageResponse;
}
