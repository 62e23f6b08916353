import { ApiProperty } from '@nestjs/swagger';

class MonthCount {
  @ApiProperty({ description: 'The month, in UTC.', example: '2026-11' })
  month: string;

  @ApiProperty({ type: 'integer', description: 'Customers created in the month.', example: 120 })
  count: number;
}

class DecadeCount {
  @ApiProperty({ type: 'integer', description: 'The first year of the decade.', example: 1980 })
  decade: number;

  @ApiProperty({ type: 'integer', description: 'Customers born in the decade.', example: 310 })
  count: number;
}

export class StatisticsResponse {
  @ApiProperty({ type: 'integer', description: 'Customers that are not deleted.', example: 1000 })
  total: number;

  @ApiProperty({ description: 'Whether the counts come from a sample.', example: false })
  is_estimate: boolean;

  @ApiProperty({
    type: [MonthCount],
    description: 'The last twelve months, oldest first. The last one is the current month.',
  })
  created_by_month: MonthCount[];

  @ApiProperty({
    type: [DecadeCount],
    description: 'All decades from the first to the last date of birth, oldest first.',
  })
  born_by_decade: DecadeCount[];

  @ApiProperty({ type: 'integer', description: 'Customers without a date of birth.', example: 12 })
  without_dob: number;
}
