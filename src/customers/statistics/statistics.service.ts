import { Injectable } from '@nestjs/common';
import { Bulkheads } from '../../common/bulkheads/bulkheads.js';
import type { Principal } from '../../common/security/principal.js';
import { CustomersRepository } from '../customers.repository.js';
import type { StatisticsResponse } from './statistics.dto.js';
import type { StatisticsRow, StatisticsSample } from './statistics.sql.js';

const MONTHS = 12;

@Injectable()
export class StatisticsService {
  constructor(
    private readonly customers: CustomersRepository,
    private readonly bulkheads: Bulkheads,
  ) {}

  /** @throws AppError 429 or 503, as for counts */
  async read({ userId }: Principal): Promise<StatisticsResponse> {
    return toResponse(
      await this.bulkheads.heavyReads.run(userId, () => this.customers.statistics()),
    );
  }
}

function toResponse({ percent, month, rows }: StatisticsSample): StatisticsResponse {
  const count = (belongs: (row: StatisticsRow) => boolean): number => {
    const found = rows.reduce((sum, row) => (belongs(row) ? sum + row.count : sum), 0);
    return Math.round((found * 100) / percent);
  };
  return {
    total: count(() => true),
    is_estimate: percent < 100,
    created_by_month: monthsUntil(month).map((name) => ({
      month: name,
      count: count((row) => row.month === name),
    })),
    born_by_decade: decadesOf(rows).map((decade) => ({
      decade,
      count: count((row) => row.decade === decade),
    })),
    without_dob: count((row) => row.decade === null),
  };
}

function monthsUntil(month: string): string[] {
  const last = new Date(`${month}-01T00:00:00Z`);
  return Array.from({ length: MONTHS }, (_, index) => {
    const date = Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - (MONTHS - 1) + index);
    return new Date(date).toISOString().slice(0, 7);
  });
}

/** Includes empty decades, so that a chart has no gaps. */
function decadesOf(rows: readonly StatisticsRow[]): number[] {
  const known = rows.flatMap(({ decade }) => (decade === null ? [] : [decade]));
  if (known.length === 0) return [];
  const first = Math.min(...known);
  const length = (Math.max(...known) - first) / 10 + 1;
  return Array.from({ length }, (_, index) => first + index * 10);
}
